use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Volume {
    name: Name,
    #[serde(default = "ten")]
    size: u64,
    tags: BTreeSet<String>,
    mode: Option<Mode>,
    #[serde(default)]
    ratio: Option<f64>,
    wide: i128,
    limits: BTreeMap<Name, i32>,
    parts: Vec<Part>,
    #[serde(default)]
    anything: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Name(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Part {
    at: f32,
    on: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    ReadOnly,
    ReadWrite,
}

fn ten() -> u64 {
    10
}

fn ty() -> Type {
    Type::object([
        ("name", Type::String),
        ("size", Type::Number),
        ("tags", Type::set(Type::String)),
        ("mode", Type::String),
        ("ratio", Type::Number),
        ("wide", Type::Number),
        ("limits", Type::map(Type::Number)),
        (
            "parts",
            Type::list(Type::object([("at", Type::Number), ("on", Type::Bool)])),
        ),
        ("anything", Type::Dynamic),
    ])
}

fn volume() -> Value {
    Value::object([
        ("name", "a".into()),
        ("size", Value::integer(3)),
        ("tags", Value::set(["x".into()])),
        ("mode", "read_only".into()),
        ("ratio", Value::Null),
        ("wide", Value::integer(-1)),
        ("limits", Value::map([("cpu", Value::integer(2))])),
        (
            "parts",
            Value::list([Value::object([
                ("at", Value::integer(1)),
                ("on", true.into()),
            ])]),
        ),
        ("anything", Value::Null),
    ])
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Value), expected: &str) {
    let mut value = volume();
    change(&mut value);
    let error = from_value::<Volume>(&value).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[track_caller]
fn unwritable<T: Serialize>(it: &T, ty: &Type, expected: &str) {
    assert_eq!(to_value(it, ty).unwrap_err().to_string(), expected);
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>()
            .prop_filter("JSON has finite numbers", |it| it.is_finite()
                && it.fract() != 0.0)
            .prop_map(serde_json::Value::from),
        "[ -~]{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

prop_compose! {
    fn any_volume()(
        name in "[ -~]{0,12}",
        size in any::<u64>(),
        tags in prop::collection::btree_set("[a-z]{0,3}", 0..4),
        mode in prop::option::of(prop_oneof![Just(Mode::ReadOnly), Just(Mode::ReadWrite)]),
        ratio in prop::option::of(any::<f64>().prop_filter("finite", |it| it.is_finite())),
        wide in any::<i128>(),
        limits in prop::collection::btree_map("[a-z]{0,3}", any::<i32>(), 0..4),
        parts in prop::collection::vec((any::<i16>(), any::<bool>()), 0..4),
        anything in json_value(),
    ) -> Volume {
        Volume {
            name: Name(name),
            size,
            tags,
            mode,
            ratio,
            wide,
            limits: limits.into_iter().map(|(key, limit)| (Name(key), limit)).collect(),
            parts: parts.into_iter().map(|(at, on)| Part { at: f32::from(at) / 7.0, on }).collect(),
            anything,
        }
    }
}

proptest! {
    #[test]
    fn what_was_written_reads_back(volume in any_volume()) {
        let value = to_value(&volume, &ty()).unwrap();
        prop_assert_eq!(from_value::<Volume>(&value).unwrap(), volume);
    }
}

#[test]
fn unknown_and_null_attributes_take_serdes_default() {
    for absent in [Value::Null, Value::unknown()] {
        let mut value = volume();
        value.set_attribute("size", absent.clone());
        value.set_attribute("mode", absent);
        let volume: Volume = from_value(&value).unwrap();
        assert_eq!((volume.size, volume.mode), (10, None));
    }
}

#[test]
fn a_null_element_of_a_map_is_an_element() {
    let value = Value::map([("a", Value::Null)]);
    let map: BTreeMap<String, Option<bool>> = from_value(&value).unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), None)]));
}

#[test]
fn values_that_bring_their_type_along_read_as_what_they_are() {
    let value = Value::Dynamic(Type::Number, Box::new(Value::integer(4)));
    assert_eq!(from_value::<u8>(&value).unwrap(), 4);
}

#[test]
fn a_missing_leaf_is_named() {
    refused(
        |it| it.set_attribute("name", Value::Null),
        "name: a value is required",
    );
    refused(
        |it| it.set_attribute("parts", Value::list([Value::Null])),
        "parts[0]: a value is required",
    );
    refused(
        |it| it.set_attribute("limits", Value::map([("cpu", Value::unknown())])),
        r#"limits["cpu"]: a value is required"#,
    );
}

#[test]
fn errors_name_the_place_at_any_depth() {
    let part = |at| Value::object([("at", at), ("on", true.into())]);
    refused(
        |it| it.set_attribute("parts", Value::list([part(1.into()), part("x".into())])),
        "parts[1].at: found a text, expected f32",
    );
}

#[test]
fn the_elements_of_a_set_have_no_address() {
    refused(
        |it| it.set_attribute("tags", Value::set([true.into()])),
        "tags: found a truth value, expected a string",
    );
}

#[test]
fn errors_do_not_quote_values() {
    refused(
        |it| it.set_attribute("size", "hunter2".into()),
        "size: found a text, expected u64",
    );
    refused(
        |it| it.set_attribute("mode", "hunter2".into()),
        "mode: found another text, expected one of `read_only`, `read_write`",
    );
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let number = |text: &str| Value::Number(text.parse().unwrap());
    assert!(from_value::<u8>(&number("256")).is_err());
    assert!(from_value::<i64>(&number("1.5")).is_err());
    assert!(from_value::<i64>(&number("9223372036854775808")).is_err());
    assert!(from_value::<f64>(&number("1e400")).is_err());
    assert_eq!(
        from_value::<u128>(&number("340282366920938463463374607431768211455")).unwrap(),
        u128::MAX
    );
}

#[test]
fn variants_with_content_are_objects_with_one_attribute_set() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Source {
        Inline(String),
        Remote(String),
    }
    let ty = Type::object([("inline", Type::String), ("remote", Type::String)]);
    let source = Source::Remote("x".to_owned());
    let value = to_value(&source, &ty).unwrap();
    assert!(value.attribute("inline").is_null());
    assert_eq!(from_value::<Source>(&value).unwrap(), source);
}

#[test]
fn what_the_struct_leaves_out_is_null() {
    let ty = Type::object([("a", Type::String), ("b", Type::Bool)]);
    let value = to_value(&BTreeMap::from([("b", true)]), &ty).unwrap();
    assert_eq!(
        value,
        Value::object([("a", Value::Null), ("b", true.into())])
    );
}

#[test]
fn a_field_that_the_type_lacks_is_refused() {
    let ty = Type::list(Type::object([("a", Type::Bool)]));
    unwritable(
        &json!([{"a": true}, {"b": true}]),
        &ty,
        "[1]: the type has no attribute: `b`",
    );
}

#[test]
fn a_field_of_another_type_is_refused() {
    let ty = Type::object([("a", Type::list(Type::Number))]);
    unwritable(
        &json!({"a": "x"}),
        &ty,
        "a: found a text, expected list(number)",
    );
    unwritable(
        &json!({"a": [1, "x"]}),
        &ty,
        "a[1]: found a text, expected number",
    );
}

#[test]
fn tuples_have_the_length_of_their_type() {
    let ty = Type::Tuple(vec![Type::Number, Type::Bool]);
    unwritable(
        &json!([1]),
        &ty,
        "found 1 elements, expected tuple([number, bool])",
    );
    unwritable(
        &json!([1, true, 2]),
        &ty,
        "found 3 elements, expected tuple([number, bool])",
    );
}

#[test]
fn floats_keep_their_shortest_decimal() {
    let value = to_value(&(0.1_f32, 0.1_f64), &Type::list(Type::Number)).unwrap();
    let tenth = Value::Number("0.1".parse().unwrap());
    assert_eq!(value, Value::list([tenth.clone(), tenth]));
    assert!(to_value(&f64::NAN, &Type::Number).is_err());
}

#[test]
fn free_values_bring_the_type_of_a_literal_along() {
    let value = to_value(&json!({"a": [1, "x", null]}), &Type::Dynamic).unwrap();
    let Value::Dynamic(ty, _) = &value else {
        panic!("{value:?} brings no type");
    };
    let elements = Type::Tuple(vec![Type::Number, Type::String, Type::Dynamic]);
    assert_eq!(ty, &Type::object([("a", elements)]));
    assert_eq!(to_value(&json!(null), &Type::Dynamic), Ok(Value::Null));
}
