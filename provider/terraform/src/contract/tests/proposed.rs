use crate::contract::{proposed_new, replacement_violations, tests::*};
use crate::path::Path;

#[track_caller]
fn check(block: &Block, prior: &Value, config: &Value, expected: &Value) {
    assert_eq!(&proposed_new(block, prior, config), expected);
}

fn typed(ty: Type, value: Value) -> Value {
    Value::Dynamic(ty, Box::new(value))
}

#[test]
fn on_creation_the_configuration_is_proposed() {
    let block = block([("id", text(Mode::Computed)), ("name", text(Mode::Optional))]);
    let config = pair(Value::Null, "x");
    check(&block, &Value::Null, &config, &config);
}

#[test]
fn destruction_is_proposed_where_nothing_is_configured() {
    let block = block([("id", text(Mode::Computed))]);
    check(
        &block,
        &object([("id", "1".into())]),
        &Value::Null,
        &Value::Null,
    );
}

#[test]
fn computed_attributes_stay_while_they_are_not_configured() {
    let block = block([
        ("c", text(Mode::Computed)),
        ("d", text(Mode::Default("d".into()))),
        ("o", text(Mode::Optional)),
        ("oc", text(Mode::OptionalComputed)),
    ]);
    let with = |value: Value| object(["c", "d", "o", "oc"].map(|name| (name, value.clone())));
    let mut expected = with("old".into());
    expected.set_attribute("o", Value::Null);
    check(&block, &with("old".into()), &with(Value::Null), &expected);
    let mut config = with("new".into());
    config.set_attribute("c", Value::Null);
    expected = with("new".into());
    expected.set_attribute("c", "old".into());
    check(&block, &with("old".into()), &config, &expected);
}

#[test]
fn unknown_and_write_only_values_are_proposed_as_configured() {
    let block = block([("o", text(Mode::OptionalComputed)), ("w", write_only())]);
    let prior = object([("o", "old".into()), ("w", Value::Null)]);
    let config = object([("o", Value::unknown()), ("w", "secret".into())]);
    check(&block, &prior, &config, &config);
}

#[test]
fn nested_objects_of_a_list_correspond_by_index() {
    let of = |pairs: [Value; 2]| b(Value::list(pairs));
    let prior = b(Value::list([pair("1", "a")]));
    let config = of([pair(Value::Null, "x"), pair(Value::Null, "y")]);
    let expected = of([pair("1", "x"), pair(Value::Null, "y")]);
    let attribute = block([("b", nested(Nesting::List, Mode::Optional))]);
    check(&attribute, &prior, &config, &expected);
    check(&named_blocks(LIST), &prior, &config, &expected);
}

#[test]
fn nested_objects_of_a_map_correspond_by_key() {
    let prior = b(Value::map([
        ("k", pair("1", "a")),
        ("gone", pair("2", "b")),
    ]));
    let config = b(Value::map([
        ("k", pair(Value::Null, "x")),
        ("new", pair(Value::Null, "y")),
    ]));
    let expected = b(Value::map([
        ("k", pair("1", "x")),
        ("new", pair(Value::Null, "y")),
    ]));
    let attribute = block([("b", nested(Nesting::Map, Mode::Optional))]);
    check(&attribute, &prior, &config, &expected);
    check(&named_blocks(BlockNesting::Map), &prior, &config, &expected);
}

#[test]
fn nested_objects_of_a_set_correspond_by_what_is_configured() {
    let prior = b(Value::set([pair("1", "a"), pair("2", "b")]));
    let config = b(Value::set([pair(Value::Null, "b"), pair(Value::Null, "c")]));
    let expected = b(Value::set([pair("2", "b"), pair(Value::Null, "c")]));
    let attribute = block([("b", nested(Nesting::Set, Mode::Optional))]);
    check(&attribute, &prior, &config, &expected);
    check(&named_blocks(SET), &prior, &config, &expected);
}

#[test]
fn an_element_of_a_set_with_something_else_configured_is_new() {
    let inside = attributes([
        ("id", text(Mode::OptionalComputed)),
        ("name", text(Mode::Optional)),
    ]);
    let schema = block([(
        "b",
        Attribute::new(Shape::Nested(Nesting::Set, inside), Mode::Optional),
    )]);
    let config = b(Value::set([pair("mine", "a")]));
    check(&schema, &b(Value::set([pair("1", "a")])), &config, &config);
}

#[test]
fn elements_of_sets_correspond_through_what_is_nested_in_them() {
    let schema = around(SET, [("n", nested(Nesting::List, Mode::Optional))]);
    let of = |id: Value, name: &str| {
        let n = Value::list([pair(id, name)]);
        object([("n", n)])
    };
    let prior = b(Value::set([of("1".into(), "a"), of("2".into(), "b")]));
    let config = b(Value::set([of(Value::Null, "b")]));
    check(
        &schema,
        &prior,
        &config,
        &b(Value::set([of("2".into(), "b")])),
    );
}

#[test]
fn one_element_of_a_set_is_the_prior_of_one_only() {
    let inside = attributes([
        ("id", text(Mode::Computed)),
        ("name", text(Mode::OptionalComputed)),
    ]);
    let schema = block([(
        "b",
        Attribute::new(Shape::Nested(Nesting::Set, inside), Mode::Optional),
    )]);
    let prior = b(Value::set([pair("1", "a")]));
    let config = b(Value::set([
        pair(Value::Null, Value::Null),
        pair(Value::Null, "a"),
    ]));
    let expected = b(Value::set([pair("1", "a"), pair(Value::Null, "a")]));
    check(&schema, &prior, &config, &expected);
}

#[test]
fn a_single_object_is_merged_and_vanishes_with_its_configuration() {
    let attribute = block([("b", nested(Nesting::Single, Mode::Optional))]);
    let prior = b(pair("1", "a"));
    for schema in [attribute, named_blocks(SINGLE)] {
        let config = b(pair(Value::Null, "x"));
        check(&schema, &prior, &config, &b(pair("1", "x")));
        check(&schema, &prior, &b(Value::Null), &b(Value::Null));
        check(&schema, &b(Value::Null), &config, &config);
    }
}

#[test]
fn what_was_configured_in_a_computed_object_goes_with_the_configuration() {
    let schema = block([("b", nested(Nesting::Single, Mode::OptionalComputed))]);
    let null = b(Value::Null);
    check(&schema, &b(pair("1", "a")), &null, &null);
    let chosen = b(pair("1", Value::Null));
    check(&schema, &chosen, &null, &chosen);
    let schema = block([("b", nested(Nesting::Single, Mode::Computed))]);
    check(&schema, &b(pair("1", "a")), &null, &b(pair("1", "a")));
}

#[test]
fn groups_and_collections_of_blocks_are_never_proposed_as_null() {
    for (nesting, none) in [
        (LIST, Value::list([])),
        (SET, Value::set([])),
        (BlockNesting::Group, pair(Value::Null, Value::Null)),
    ] {
        check(
            &named_blocks(nesting),
            &Value::Null,
            &b(none.clone()),
            &b(none),
        );
    }
}

#[test]
fn unknown_blocks_are_proposed_as_configured() {
    let prior = b(Value::list([pair("1", "a")]));
    let config = b(Value::unknown_not_null());
    check(&named_blocks(LIST), &prior, &config, &config);
}

#[test]
fn computed_blocks_that_are_not_configured_stay() {
    let schema = computed(named_blocks(LIST));
    let prior = b(Value::list([pair("1", "a")]));
    check(&schema, &prior, &b(Value::Null), &prior);
    check(&schema, &Value::Null, &b(Value::Null), &b(Value::Null));
}

#[test]
fn blocks_with_dynamic_inside_are_merged_into_tuples() {
    let schema = around(
        LIST,
        [("c", any(Mode::Computed)), ("o", any(Mode::Optional))],
    );
    let blocks = |c: (Type, Value), o: (Type, Value)| {
        let ty = Type::object([("c", c.0), ("o", o.0)]);
        let block = object([("c", c.1), ("o", o.1)]);
        b(typed(Type::Tuple(vec![ty]), Value::Tuple(vec![block])))
    };
    let truth = (Type::Bool, Value::Bool(true));
    let (text, other) = (
        (Type::String, "x".into()),
        (Type::Number, Value::integer(1)),
    );
    check(
        &schema,
        &blocks(truth.clone(), text),
        &blocks((Type::Dynamic, Value::Null), other.clone()),
        &blocks(truth, other),
    );
}

#[test]
fn blocks_with_dynamic_inside_are_merged_into_objects() {
    let schema = around(BlockNesting::Map, [("c", any(Mode::Computed))]);
    let blocks = |ty: Type, c: Value| {
        let ty = Type::object([("k", Type::object([("c", ty)]))]);
        b(typed(ty, object([("k", object([("c", c)]))])))
    };
    let prior = blocks(Type::Bool, true.into());
    check(&schema, &prior, &blocks(Type::Dynamic, Value::Null), &prior);
    let none = b(typed(Type::Object([].into()), Value::Object([].into())));
    check(&schema, &prior, &none, &none);
}

#[test]
fn what_requires_replacement_is_somewhere() {
    let prior = object([("a", Value::list(["x".into()])), ("u", Value::Null)]);
    let planned = object([("a", Value::list([])), ("u", Value::unknown())]);
    let somewhere = [
        Path::from("a"),
        Path::from("a").index(0),
        Path::from("u").attribute("inside"),
    ];
    assert!(replacement_violations(&prior, &planned, &somewhere).is_empty());
    let nowhere = [Path::from("a").index(1), Path::from("x")];
    assert_eq!(
        texts(&replacement_violations(&prior, &planned, &nowhere)),
        [
            "at `a[1]`: requires replacement, but neither the prior state nor the plan has it",
            "at `x`: requires replacement, but neither the prior state nor the plan has it",
        ]
    );
    assert!(replacement_violations(&Value::Null, &planned, &nowhere).is_empty());
}
