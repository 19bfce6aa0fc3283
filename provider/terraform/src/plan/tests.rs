use super::*;
use crate::{
    path::Path,
    schema::{Equivalence, OnChange},
    types::Type,
};

/// `name` (replaces), `size` (default 1), `label` (any case), `id` (computed, kept), `seen`
/// (computed), `secret` (write-only), `parts` (a set of objects with a computed `address`).
fn block() -> Block {
    let string = |mode| Attribute::new(Shape::Value(Type::String), mode);
    let part = [
        ("kind", string(Mode::Required)),
        ("address", string(Mode::Computed)),
    ];
    let part = part.map(|(name, it)| (name.to_owned(), it)).into();
    let parts = Shape::Nested(Nesting::Set, part);
    let attributes = [
        (
            "name",
            Attribute {
                on_change: OnChange::Replace,
                ..string(Mode::Required)
            },
        ),
        (
            "size",
            Attribute {
                on_change: OnChange::Refuse("Make another one.".into()),
                ..Attribute::new(Shape::Value(Type::Number), Mode::Default(Value::integer(1)))
            },
        ),
        (
            "label",
            Attribute {
                equivalence: Some(Equivalence::IgnoreCase),
                ..string(Mode::Optional)
            },
        ),
        (
            "id",
            Attribute {
                keep_prior: true,
                ..string(Mode::Computed)
            },
        ),
        ("seen", string(Mode::Computed)),
        (
            "secret",
            Attribute {
                write_only: true,
                ..string(Mode::Optional)
            },
        ),
        ("parts", Attribute::new(parts, Mode::Optional)),
    ];
    let attributes = attributes.map(|(name, it)| (name.to_owned(), it)).into();
    Block {
        attributes,
        ..Block::default()
    }
}

fn config(changes: &[(&str, Value)]) -> Value {
    let mut config = Value::object([
        ("name", "a".into()),
        ("size", Value::Null),
        ("label", "Blue".into()),
        ("id", Value::Null),
        ("seen", Value::Null),
        ("secret", "s3cret".into()),
        ("parts", Value::set([part("wheel", Value::Null)])),
    ]);
    for (name, value) in changes {
        config.set_attribute(name, value.clone());
    }
    config
}

fn state() -> Value {
    Value::object([
        ("name", "a".into()),
        ("size", 1.into()),
        ("label", "Blue".into()),
        ("id", "id-1".into()),
        ("seen", "today".into()),
        ("secret", Value::Null),
        ("parts", Value::set([part("wheel", "left".into())])),
    ])
}

fn part(kind: &str, address: Value) -> Value {
    Value::object([("kind", kind.into()), ("address", address)])
}

/// Plans, and asserts what a host does.
fn planned(prior: &Value, config: &Value) -> Value {
    let block = block();
    let planned = plan(&block, prior, config);
    let violations = crate::contract::plan_violations(&block, prior, config, &planned);
    assert!(violations.is_empty(), "{violations:?}");
    planned
}

fn changed(changes: &[(&str, Value)]) -> Value {
    planned(&state(), &config(changes))
}

#[test]
fn a_state_against_its_own_configuration_changes_nothing() {
    assert_eq!(changed(&[]), state());
}

#[test]
fn creation_leaves_everything_computed_unknown() {
    let planned = planned(&Value::Null, &config(&[]));
    assert!(planned.attribute("id").is_unknown());
    assert!(planned.attribute("seen").is_unknown());
    assert_eq!(
        *planned.attribute("parts"),
        Value::set([part("wheel", Value::unknown())])
    );
}

#[test]
fn an_absent_attribute_gets_its_default() {
    assert_eq!(
        *planned(&Value::Null, &config(&[])).attribute("size"),
        1.into()
    );
}

#[test]
fn write_only_values_are_never_planned() {
    assert!(
        planned(&Value::Null, &config(&[]))
            .attribute("secret")
            .is_null()
    );
}

#[test]
fn any_change_opens_what_is_computed_but_not_what_keeps_its_prior_value() {
    let planned = changed(&[("label", "red".into())]);
    assert!(planned.attribute("seen").is_unknown());
    assert_eq!(*planned.attribute("id"), "id-1".into());
}

#[test]
fn another_spelling_of_the_same_value_is_no_change() {
    assert_eq!(changed(&[("label", "BLUE".into())]), state());
}

#[test]
fn an_unknown_value_is_a_change_and_stays_unknown() {
    let planned = changed(&[("label", Value::unknown_not_null())]);
    assert_eq!(*planned.attribute("label"), Value::unknown_not_null());
    assert!(planned.attribute("seen").is_unknown());
}

#[test]
fn a_new_element_of_a_set_does_not_disturb_its_neighbours_configured_values() {
    let parts = Value::set([part("wheel", Value::Null), part("seat", Value::Null)]);
    let planned = changed(&[("parts", parts)]);
    let expected = [
        part("wheel", Value::unknown()),
        part("seat", Value::unknown()),
    ];
    assert_eq!(*planned.attribute("parts"), Value::set(expected));
}

#[test]
fn destruction_plans_nothing() {
    assert_eq!(plan(&block(), &state(), &Value::Null), Value::Null);
}

#[test]
fn only_a_changed_value_replaces() {
    let same = consequences(&block(), &state(), &changed(&[("label", "red".into())]));
    assert!(same.replace.is_empty());
    let other = consequences(&block(), &state(), &changed(&[("name", "b".into())]));
    assert_eq!(Vec::from_iter(other.replace), [Path::from("name")]);
}

#[test]
fn a_value_that_is_not_known_yet_may_replace() {
    let found = consequences(&block(), &state(), &changed(&[("name", Value::unknown())]));
    assert_eq!(Vec::from_iter(found.replace), [Path::from("name")]);
}

#[test]
fn a_refused_change_says_what_to_do_instead() {
    let found = consequences(&block(), &state(), &changed(&[("size", 2.into())]));
    let refusal = found.refused.iter().next().unwrap();
    assert_eq!(refusal.summary, "`size` cannot be changed");
    assert_eq!(refusal.detail, "Make another one.");
    assert_eq!(refusal.path, Some(Path::from("size")));
}

#[test]
fn nothing_is_refused_of_an_object_that_is_replaced() {
    let changes = [("size", 2.into()), ("name", "b".into())];
    assert!(
        consequences(&block(), &state(), &changed(&changes))
            .refused
            .is_empty()
    );
}

#[test]
fn what_is_found_in_another_spelling_keeps_the_prior_one() {
    let state = |label: &str, seen: &str| {
        let part = Value::object([("kind", "a".into()), ("address", Value::Null)]);
        Value::object([
            ("name", "a".into()),
            ("size", Value::Null),
            ("label", label.into()),
            ("id", Value::Null),
            ("seen", seen.into()),
            ("secret", Value::Null),
            ("parts", Value::set([part])),
        ])
    };
    let prior = state("Label", "once");
    let respelled = respell(&block(), &prior, &state("LABEL", "twice"));
    assert_eq!(respelled, state("Label", "twice"));
    let other = state("other", "once");
    assert_eq!(respell(&block(), &prior, &other), other);
    assert_eq!(respell(&block(), &prior, &Value::Null), Value::Null);
    assert_eq!(respell(&block(), &Value::Null, &other), other);
}
