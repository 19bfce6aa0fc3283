use std::collections::BTreeMap;

use crate::{
    contract::{conforms, read_violations, tests::*},
    value::Refinements,
};

#[track_caller]
fn check(ty: &Type, value: &Value, expected: &[&str]) {
    assert_eq!(texts(&conforms(ty, value)), expected);
}

fn typed(ty: Type, value: Value) -> Value {
    Value::Dynamic(ty, Box::new(value))
}

#[test]
fn null_and_unknown_are_of_every_type() {
    let ty = Type::list(Type::Bool);
    check(&ty, &Value::Null, &[]);
    check(&ty, &Value::unknown_not_null(), &[]);
    check(&ty, &Value::list([Value::Null, Value::unknown()]), &[]);
}

#[test]
fn a_value_of_another_kind_is_reported_where_it_is() {
    let ty = Type::object([("a", Type::list(Type::Number))]);
    let value = object([("a", Value::list([Value::integer(1), "x".into()]))]);
    check(&ty, &value, &["at `a[1]`: must be `number`, not a string"]);
    check(
        &Type::set(Type::Bool),
        &Value::list([]),
        &["must be `set(bool)`, not a list"],
    );
}

#[test]
fn an_object_has_exactly_the_attributes_of_its_type() {
    let ty = Type::object([("a", Type::Bool), ("c", Type::Bool)]);
    check(&ty, &object([("a", true.into()), ("c", Value::Null)]), &[]);
    check(
        &ty,
        &object([("a", true.into()), ("x", true.into())]),
        &[
            "attribute is missing: `c`",
            "attribute is not in the schema: `x`",
        ],
    );
}

#[test]
fn a_tuple_has_as_many_elements_as_its_type() {
    let ty = Type::Tuple(vec![Type::Bool, Type::String]);
    check(&ty, &Value::Tuple(vec![true.into(), "x".into()]), &[]);
    check(
        &ty,
        &Value::Tuple(vec![true.into()]),
        &["must have 2 elements, not 1"],
    );
}

#[test]
fn a_path_ends_at_a_set() {
    let ty = Type::map(Type::set(Type::Bool));
    let value = Value::map([("k", Value::set(["x".into()]))]);
    check(&ty, &value, &["at `[\"k\"]`: must be `bool`, not a string"]);
}

#[test]
fn a_dynamic_value_brings_its_type_along() {
    check(&Type::Dynamic, &typed(Type::String, "x".into()), &[]);
    check(&Type::Dynamic, &Value::Null, &[]);
    check(
        &Type::Dynamic,
        &"x".into(),
        &["the value must bring its type along"],
    );
    let wrong = typed(Type::Bool, "x".into());
    check(&Type::Dynamic, &wrong, &["must be `bool`, not a string"]);
    let untyped = typed(Type::Dynamic, Value::Null);
    check(
        &Type::Dynamic,
        &untyped,
        &["the type that the value brings along must not be `any`"],
    );
    check(
        &Type::String,
        &typed(Type::String, "x".into()),
        &["must be `string`, not a value that brings its type along"],
    );
}

#[test]
fn elements_of_a_collection_are_all_of_one_type() {
    let ty = Type::list(Type::object([("a", Type::Dynamic)]));
    let element = |value| object([("a", value)]);
    let (text, truth) = (
        element(typed(Type::String, "x".into())),
        element(typed(Type::Bool, true.into())),
    );
    check(
        &ty,
        &Value::list([text.clone(), text.clone(), Value::Null]),
        &["the elements must all be of one type"],
    );
    check(&ty, &Value::list([text.clone(), text.clone()]), &[]);
    check(
        &ty,
        &Value::list([text, truth]),
        &["the elements must all be of one type"],
    );
}

#[test]
fn only_what_the_type_allows_is_promised_of_an_unknown() {
    let prefixed = Value::Unknown(Refinements {
        prefix: Some("a".to_owned()),
        ..Refinements::default()
    });
    check(&Type::String, &prefixed, &[]);
    check(&Type::Dynamic, &prefixed, &[]);
    check(
        &Type::Bool,
        &prefixed,
        &["a prefix is promised of an unknown `bool`"],
    );
    let ranged = Value::Unknown(Refinements {
        least: Some((1_i64.into(), true)),
        ..Refinements::default()
    });
    check(&Type::Number, &ranged, &[]);
    check(
        &Type::String,
        &ranged,
        &["a range is promised of an unknown `string`"],
    );
    let sized = Value::Unknown(Refinements {
        max_length: Some(1),
        ..Refinements::default()
    });
    check(&Type::set(Type::Bool), &sized, &[]);
    check(
        &Type::Tuple(vec![]),
        &sized,
        &["a length is promised of an unknown `tuple([])`"],
    );
}

#[test]
fn a_state_is_wholly_known() {
    let block = block([("a", text(Mode::Computed))]);
    assert!(read_violations(&block, &object([("a", "x".into())])).is_empty());
    let found = read_violations(&block, &object([("a", Value::unknown())]));
    let expected = ["at `a`: must be known once the provider has answered"];
    assert_eq!(texts(&found), expected);
}

#[test]
fn a_state_that_does_not_conform_is_reported() {
    let block = block([("a", text(Mode::Computed))]);
    let found = read_violations(&block, &object([("a", true.into())]));
    assert_eq!(texts(&found), ["at `a`: must be `string`, not a bool"]);
}

#[test]
fn no_state_is_a_state() {
    assert!(read_violations(&named_blocks(LIST), &Value::Null).is_empty());
}

#[test]
fn write_only_attributes_are_null_in_a_state_at_any_depth() {
    let inside = Shape::Nested(Nesting::List, attributes([("w", write_only())]));
    let schema = around(
        BlockNesting::Map,
        [("n", Attribute::new(inside, Mode::Optional))],
    );
    let state = |w: Value| {
        let n = Value::list([object([("w", w)])]);
        b(Value::map([("k", object([("n", n)]))]))
    };
    assert!(read_violations(&schema, &state(Value::Null)).is_empty());
    assert_eq!(
        texts(&read_violations(&schema, &state("secret".into()))),
        ["at `b[\"k\"].n[0].w`: write-only attribute must be null in an answer"]
    );
}

#[test]
fn no_blocks_are_empty_but_single_and_computed_ones_may_be_null() {
    let null = b(Value::Null);
    for nesting in [LIST, SET, BlockNesting::Map, BlockNesting::Group] {
        let found = read_violations(&named_blocks(nesting), &null);
        assert_eq!(texts(&found), ["at `b`: no blocks must be empty, not null"]);
    }
    assert!(read_violations(&named_blocks(SINGLE), &null).is_empty());
    assert!(read_violations(&computed(named_blocks(LIST)), &null).is_empty());
}

#[test]
fn blocks_with_dynamic_inside_conform_to_their_schema() {
    let schema = around(LIST, [("a", any(Mode::Optional))]);
    let blocks =
        |ty: Type, block: Value| b(typed(Type::Tuple(vec![ty]), Value::Tuple(vec![block])));
    let fine = blocks(
        Type::object([("a", Type::Bool)]),
        object([("a", true.into())]),
    );
    assert!(read_violations(&schema, &fine).is_empty());
    let wrong = blocks(
        Type::object([("x", Type::Bool)]),
        object([("x", true.into())]),
    );
    assert_eq!(
        texts(&read_violations(&schema, &wrong)),
        ["at `b`: each block must be `object({ a = any })`"]
    );
    let wrong = b(typed(
        Type::Object(BTreeMap::new()),
        Value::Object(BTreeMap::new()),
    ));
    assert_eq!(read_violations(&schema, &wrong).len(), 1);
}
