use crate::{
    contract::{plan_violations, tests::*},
    value::Refinements,
};

/// Checks a plan of values of `b`.
#[track_caller]
fn check(block: &Block, [prior, config, planned]: [Value; 3], expected: &[&str]) {
    let found = plan_violations(block, &b(prior), &b(config), &b(planned));
    assert_eq!(texts(&found), expected);
}

fn one(mode: Mode) -> Block {
    block([("b", text(mode))])
}

fn null() -> Value {
    Value::Null
}

fn id(id: impl Into<Value>) -> Value {
    pair(id, "a")
}

#[test]
fn the_object_is_planned_if_it_is_configured() {
    let schema = one(Mode::Optional);
    let value = b("x".into());
    let violations = |config: &Value, planned: &Value| {
        texts(&plan_violations(&schema, &Value::Null, config, planned))
    };
    assert!(violations(&Value::Null, &Value::Null).is_empty());
    assert!(violations(&value, &value).is_empty());
    let absent = ["planned to be absent, but it is configured"];
    assert_eq!(violations(&value, &Value::Null), absent);
    let exists = ["planned to exist, but it is not configured"];
    assert_eq!(violations(&Value::Null, &value), exists);
}

#[test]
fn a_plan_that_does_not_conform_is_reported_as_that_only() {
    let expected = ["at `b`: must be `string`, not a bool"];
    check(
        &one(Mode::Optional),
        [null(), "x".into(), true.into()],
        &expected,
    );
}

#[test]
fn what_is_configured_is_planned_exactly() {
    let schema = one(Mode::OptionalComputed);
    check(&schema, [null(), "x".into(), "x".into()], &[]);
    check(
        &schema,
        [null(), "X".into(), "x".into()],
        &[r#"at `b`: planned differently than configured: planned `"x"`, configured `"X"`"#],
    );
}

#[test]
fn what_is_configured_may_be_planned_as_it_was_before() {
    let schema = one(Mode::Required);
    check(&schema, ["x".into(), "X".into(), "x".into()], &[]);
    check(
        &schema,
        ["y".into(), "X".into(), "x".into()],
        &[concat!(
            "at `b`: planned differently than configured, and not as it was before either: ",
            r#"planned `"x"`, configured `"X"`, before `"y"`"#
        )],
    );
}

#[test]
fn what_is_configured_as_unknown_stays_unknown() {
    let schema = one(Mode::OptionalComputed);
    check(&schema, [null(), Value::unknown(), Value::unknown()], &[]);
    check(
        &schema,
        [null(), Value::unknown(), "x".into()],
        &[r#"at `b`: planned differently than configured: planned `"x"`, configured `unknown`"#],
    );
}

#[test]
fn promises_of_unknowns_do_not_matter() {
    let promising = Value::Unknown(Refinements {
        prefix: Some("x".to_owned()),
        ..Refinements::default()
    });
    check(
        &one(Mode::Optional),
        [null(), promising, Value::unknown_not_null()],
        &[],
    );
}

#[test]
fn what_is_computed_and_not_configured_is_free() {
    for mode in [
        Mode::Computed,
        Mode::OptionalComputed,
        Mode::Default("d".into()),
    ] {
        check(
            &one(mode.clone()),
            ["x".into(), null(), Value::unknown()],
            &[],
        );
        check(&one(mode.clone()), ["x".into(), null(), null()], &[]);
        check(&one(mode), ["x".into(), null(), "y".into()], &[]);
    }
}

#[test]
fn what_is_neither_computed_nor_configured_is_null() {
    let schema = one(Mode::Optional);
    check(&schema, ["x".into(), null(), null()], &[]);
    let expected =
        [r#"at `b`: planned although it is neither configured nor computed: planned `"x"`"#];
    // That it was there before is no excuse.
    check(&schema, ["x".into(), null(), "x".into()], &expected);
}

#[test]
fn sensitive_values_stay_out_of_texts() {
    let schema = block([(
        "b",
        Attribute {
            sensitive: true,
            ..text(Mode::Optional)
        },
    )]);
    check(
        &schema,
        [null(), "secret".into(), "other".into()],
        &["at `b`: planned differently than configured (values are sensitive)"],
    );
}

#[test]
fn write_only_attributes_are_planned_as_null() {
    let schema = block([("b", write_only())]);
    check(&schema, [null(), "secret".into(), null()], &[]);
    let expected = ["at `b`: write-only attribute must be null in an answer"];
    check(
        &schema,
        [null(), "secret".into(), "secret".into()],
        &expected,
    );
    check(
        &schema,
        [null(), Value::unknown(), Value::unknown()],
        &expected,
    );
}

#[test]
fn a_nested_object_is_planned_if_it_is_configured() {
    let schema = block([("b", nested(Nesting::Single, Mode::Optional))]);
    check(&schema, [null(), id(null()), id("1")], &[]);
    check(&schema, [null(), id(null()), id(Value::unknown())], &[]);
    check(
        &schema,
        [null(), id(null()), null()],
        &["at `b`: planned to be absent, but it is configured"],
    );
    check(
        &schema,
        [null(), id(null()), Value::unknown()],
        &["at `b`: planned to be unknown, but it is configured"],
    );
    check(
        &schema,
        [null(), null(), id(null())],
        &[concat!(
            "at `b`: planned although it is neither configured nor computed: ",
            r#"planned `{id = null, name = "a"}`"#
        )],
    );
}

#[test]
fn attributes_of_nested_objects_follow_the_same_rules() {
    let expected = |path: &str| {
        format!(
            "at `{path}`: planned differently than configured: planned `\"x\"`, configured `\"a\"`"
        )
    };
    let wrong = pair(null(), "x");
    let schema = |nesting| block([("b", nested(nesting, Mode::Optional))]);
    let single = [null(), id(null()), wrong.clone()];
    check(&schema(Nesting::Single), single, &[&expected("b.name")]);
    let list = [id(null()), wrong.clone()].map(|it| Value::list([it]));
    let [config, planned] = list;
    check(
        &schema(Nesting::List),
        [null(), config, planned],
        &[&expected("b[0].name")],
    );
    let map = [id(null()), wrong].map(|it| Value::map([("k", it)]));
    let [config, planned] = map;
    check(
        &schema(Nesting::Map),
        [null(), config, planned],
        &[&expected("b[\"k\"].name")],
    );
}

#[test]
fn prior_elements_correspond_by_index_and_key() {
    let (before, after) = (pair("1", "a"), pair(null(), "A"));
    let list = |value: &Value| Value::list([value.clone()]);
    let schema = block([("b", nested(Nesting::List, Mode::Optional))]);
    check(&schema, [list(&before), list(&after), list(&before)], &[]);
    let map = |value: &Value| Value::map([("k", value.clone())]);
    let schema = block([("b", nested(Nesting::Map, Mode::Optional))]);
    check(&schema, [map(&before), map(&after), map(&before)], &[]);
}

#[test]
fn nested_lists_have_as_many_elements_as_configured() {
    let schema = block([("b", nested(Nesting::List, Mode::Optional))]);
    let two = Value::list([id("1"), id("2")]);
    let config = Value::list([id(null())]);
    check(
        &schema,
        [null(), config, two.clone()],
        &["at `b`: 2 planned, but 1 configured"],
    );
    check(
        &schema,
        [null(), Value::unknown(), two],
        &["at `b`: planned to be known, but what is configured is unknown"],
    );
}

#[test]
fn nested_maps_have_the_keys_that_are_configured() {
    let schema = block([("b", nested(Nesting::Map, Mode::Optional))]);
    let config = Value::map([("k", id(null()))]);
    let planned = Value::map([("l", id("1"))]);
    check(
        &schema,
        [null(), config, planned],
        &[
            "at `b[\"l\"]`: planned, but it is not configured",
            "at `b[\"k\"]`: configured, but it is not planned",
        ],
    );
}

#[test]
fn only_the_number_of_elements_of_a_nested_set_matters() {
    let schema = block([("b", nested(Nesting::Set, Mode::Optional))]);
    let config = Value::set([id(null())]);
    let differs = ["at `b`: another number of elements planned than configured"];
    check(
        &schema,
        [null(), config.clone(), Value::set([pair("1", "x")])],
        &[],
    );
    let two = Value::set([id("1"), id("2")]);
    check(&schema, [null(), config.clone(), two], &differs);
    // Two unknown elements may turn out to be one.
    let unknown = Value::set([id(Value::unknown()), pair("1", Value::unknown())]);
    check(&schema, [null(), config, unknown], &[]);
}

#[test]
fn a_block_is_planned_if_it_is_configured() {
    for nesting in [SINGLE, BlockNesting::Group] {
        let schema = named_blocks(nesting);
        check(&schema, [null(), id(null()), id("1")], &[]);
        let expected = ["at `b`: planned to be absent, but it is configured"];
        check(&schema, [null(), id(null()), null()], &expected);
    }
    let expected = ["at `b`: planned to exist, but it is not configured"];
    check(&named_blocks(SINGLE), [null(), null(), id("1")], &expected);
}

#[test]
fn no_blocks_are_planned_as_empty_not_as_null() {
    let expected = ["at `b`: no blocks must be empty, not null"];
    for (nesting, none) in [
        (LIST, Value::list([])),
        (SET, Value::set([])),
        (BlockNesting::Map, Value::Map([].into())),
    ] {
        let schema = named_blocks(nesting);
        check(&schema, [null(), none.clone(), none.clone()], &[]);
        check(&schema, [null(), none, null()], &expected);
    }
}

#[test]
fn as_many_blocks_are_planned_as_configured() {
    let config = Value::list([id(null())]);
    let planned = Value::list([id("1"), id("2")]);
    let expected = ["at `b`: 2 planned, but 1 configured"];
    check(&named_blocks(LIST), [null(), config, planned], &expected);
}

#[test]
fn blocks_are_planned_with_the_labels_that_are_configured() {
    let config = Value::map([("k", id(null()))]);
    check(
        &named_blocks(BlockNesting::Map),
        [null(), config, Value::Map([].into())],
        &["at `b[\"k\"]`: configured, but it is not planned"],
    );
}

#[test]
fn attributes_of_blocks_follow_the_same_rules() {
    let expected = r#"planned differently than configured: planned `"x"`, configured `"a"`"#;
    let list = |value: Value| Value::list([value]);
    check(
        &named_blocks(LIST),
        [null(), list(id(null())), list(pair(null(), "x"))],
        &[&format!("at `b[0].name`: {expected}")],
    );
    let map = |value: Value| Value::map([("k", value)]);
    check(
        &named_blocks(BlockNesting::Map),
        [null(), map(id(null())), map(pair(null(), "x"))],
        &[&format!("at `b[\"k\"].name`: {expected}")],
    );
}

#[test]
fn hosts_trust_the_provider_with_sets_of_blocks() {
    let config = Value::set([id(null())]);
    let planned = Value::set([pair("1", "x"), pair("2", "y")]);
    check(&named_blocks(SET), [null(), config, planned], &[]);
}

#[test]
fn blocks_are_not_unknown_but_for_their_attributes() {
    let whole = ["at `b`: blocks must not be unknown, only attributes inside them"];
    let config = Value::list([id(null())]);
    check(
        &named_blocks(LIST),
        [null(), config.clone(), Value::unknown()],
        &whole,
    );
    check(
        &named_blocks(LIST),
        [null(), config, Value::list([Value::unknown()])],
        &["at `b[0]`: a block must not be unknown, only attributes inside it"],
    );
    let config = Value::set([id(null())]);
    check(
        &named_blocks(SET),
        [null(), config, Value::set([Value::unknown()])],
        &["at `b`: a block must not be unknown, only attributes inside it"],
    );
}

#[test]
fn blocks_that_are_unknown_stay_exactly_so() {
    let expected = ["at `b`: blocks that are unknown must stay exactly as configured"];
    let promising = Value::unknown_not_null();
    let schema = named_blocks(LIST);
    check(&schema, [null(), promising.clone(), promising.clone()], &[]);
    check(
        &schema,
        [null(), promising.clone(), Value::unknown()],
        &expected,
    );
    check(&schema, [null(), promising, Value::list([])], &expected);
}

#[test]
fn computed_blocks_that_are_not_configured_are_free() {
    let schema = computed(named_blocks(LIST));
    check(&schema, [null(), null(), Value::list([id("1")])], &[]);
    check(&schema, [null(), null(), Value::unknown()], &[]);
    let config = Value::list([id(null())]);
    let expected = ["at `b`: 0 planned, but 1 configured"];
    check(&schema, [null(), config, Value::list([])], &expected);
}

#[test]
fn blocks_with_dynamic_inside_follow_the_same_rules() {
    let schema = around(
        LIST,
        [("c", any(Mode::Computed)), ("o", any(Mode::Optional))],
    );
    let blocks = |c: (Type, Value), o: (Type, Value)| {
        let ty = Type::object([("c", c.0), ("o", o.0)]);
        let block = object([("c", c.1), ("o", o.1)]);
        Value::Dynamic(Type::Tuple(vec![ty]), Box::new(Value::Tuple(vec![block])))
    };
    let none = || (Type::Dynamic, Value::Null);
    let truth = || (Type::Bool, Value::Bool(true));
    let text = || (Type::String, Value::string("x"));
    check(
        &schema,
        [null(), blocks(none(), text()), blocks(truth(), text())],
        &[],
    );
    check(
        &schema,
        [null(), blocks(none(), text()), blocks(none(), truth())],
        &[r#"at `b[0].o`: planned differently than configured: planned `true`, configured `"x"`"#],
    );
}
