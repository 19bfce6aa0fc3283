use proptest::{prelude::*, sample::Index};

use super::*;
use crate::arbitrary;

/// Demands that the value is written as this JSON, and read from it.
#[track_caller]
fn check(value: &Value, ty: &Type, json: &str) {
    let written = String::from_utf8(encode(value, ty).unwrap()).unwrap();
    assert_eq!(written, json);
    check_read(json, ty, value);
}

#[track_caller]
fn check_read(json: &str, ty: &Type, value: &Value) {
    assert_eq!(decode(json.as_bytes(), ty).unwrap(), *value);
}

#[track_caller]
fn check_unreadable(json: &str, ty: &Type, message: &str) {
    let error = decode(json.as_bytes(), ty).unwrap_err();
    assert_eq!(error.to_string(), message);
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[test]
fn null_of_any_type_is_null() {
    for ty in [Type::Bool, Type::Dynamic, Type::list(Type::Bool)] {
        check(&Value::Null, &ty, "null");
    }
}

#[test]
fn primitives_are_what_they_are() {
    check(&true.into(), &Type::Bool, "true");
    check(&"a\"\n\u{e9}".into(), &Type::String, r#""a\"\né""#);
}

#[test]
fn numbers_keep_every_digit() {
    let unchanged = [
        "0",
        "-7",
        "0.1",
        "9223372036854775808",
        "18446744073709551615",
        "12345678901234567890.5",
        "0.1000000000000000000000000000000000000000001",
    ];
    for text in unchanged {
        check(&number(text), &Type::Number, text);
    }
    check_read("1E+30", &Type::Number, &number("1e30"));
    check_read("-0.0", &Type::Number, &number("0"));
}

#[test]
fn sets_and_tuples_are_arrays() {
    let set = Value::set(["b".into(), "a".into()]);
    check(&set, &Type::set(Type::String), r#"["a","b"]"#);
    let tuple = Value::Tuple(vec![1.into(), Value::Null]);
    let ty = Type::Tuple(vec![Type::Number, Type::Bool]);
    check(&tuple, &ty, "[1,null]");
    check_unreadable("[1]", &ty, "expected 2 elements, found 1");
}

#[test]
fn maps_and_objects_are_objects_sorted_by_key() {
    let entries = || [("b", 2.into()), ("a", 1.into())];
    let json = r#"{"a":1,"b":2}"#;
    check(&Value::map(entries()), &Type::map(Type::Number), json);
    let ty = Type::object([("a", Type::Number), ("b", Type::Number)]);
    check(&Value::object(entries()), &ty, json);
}

#[test]
fn a_dynamic_value_has_its_type_beside_it() {
    let value = Value::Dynamic(Type::list(Type::Bool), Box::new(Value::list([true.into()])));
    let json = r#"{"value":[true],"type":["list","bool"]}"#;
    check(&value, &Type::Dynamic, json);
    let turned = r#"{"type":["list","bool"],"value":[true]}"#;
    check_read(turned, &Type::Dynamic, &value);
}

#[test]
fn a_dynamic_value_without_its_type_is_refused() {
    let ty = Type::Dynamic;
    check_unreadable(r#"{"value":1}"#, &ty, "attribute is missing: `type`");
    let extra = r#"{"value":1,"type":"bool","more":1}"#;
    check_unreadable(extra, &ty, "attribute is not expected: `more`");
    check_unreadable("1", &ty, "expected a value with its type, found a number");
}

#[test]
fn an_unknown_value_has_no_json() {
    let ty = Type::object([("a", Type::String)]);
    let error = encode(&Value::object([("a", Value::unknown())]), &ty).unwrap_err();
    let message = "expected a string, found an unknown value at `a`";
    assert_eq!(error.to_string(), message);
}

#[test]
fn primitives_of_an_older_schema_are_converted() {
    check_read(r#""1.50""#, &Type::Number, &number("1.5"));
    check_read(r#""true""#, &Type::Bool, &true.into());
    check_read(r#""0""#, &Type::Bool, &false.into());
    check_read("1.50", &Type::String, &"1.50".into());
    check_read("true", &Type::String, &"true".into());
}

#[test]
fn other_conversions_are_refused() {
    let none = |what: &str| format!("expected {what}, found a string that is none");
    check_unreadable(r#""TRUE""#, &Type::Bool, &none("a bool"));
    check_unreadable(r#""ten""#, &Type::Number, &none("a number"));
    check_unreadable("1", &Type::Bool, "expected a bool, found a number");
    check_unreadable("[]", &Type::String, "expected a string, found an array");
}

#[test]
fn exactly_the_attributes_of_an_object_are_expected() {
    let ty = Type::object([("a", Type::Number)]);
    check_unreadable("{}", &ty, "attribute is missing: `a`");
    let extra = r#"{"a":1,"b":1}"#;
    check_unreadable(extra, &ty, "attribute is not expected: `b`");
}

#[test]
fn a_state_may_have_other_attributes_at_any_depth() {
    let inner = Type::object([("kept", Type::Number), ("new", Type::Number)]);
    let ty = Type::object([("list", Type::list(inner.clone())), ("any", Type::Dynamic)]);
    let json = br#"{"old":{},"list":[{"old":"x","kept":1}]}"#;
    let element = Value::object([("kept", 1.into()), ("new", Value::Null)]);
    let expected = Value::object([("list", Value::list([element])), ("any", Value::Null)]);
    assert_eq!(decode_state(json, &ty).unwrap(), expected);
}

#[test]
fn a_state_must_still_suit_the_type() {
    let ty = Type::object([("a", Type::list(Type::Bool))]);
    let error = decode_state(br#"{"a":[true,{}]}"#, &ty).unwrap_err();
    let message = "expected a bool, found an object at `a[1]`";
    assert_eq!(error.to_string(), message);
}

#[test]
fn what_is_not_json_is_refused() {
    for text in ["", "{", "[1,]", "nul", "1 2", "\"\u{1}\""] {
        check_unreadable(text, &Type::Dynamic, "value is not JSON");
    }
}

#[test]
fn problems_do_not_tell_values() {
    for ty in [
        Type::Bool,
        Type::Number,
        Type::list(Type::Bool),
        Type::Dynamic,
    ] {
        let error = decode(br#""secret""#, &ty).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn endless_nesting_is_refused() {
    let json = format!(
        "{}null{}",
        r#"{"type":"dynamic","value":"#.repeat(1_000),
        "}".repeat(1_000)
    );
    let message = "value is nested more than 128 levels deep";
    check_unreadable(&json, &Type::Dynamic, message);
}

fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    arbitrary::ty().prop_flat_map(|ty| (Just(ty.clone()), arbitrary::known_value(&ty)))
}

proptest! {
    #[test]
    fn any_known_value_reads_back((ty, value) in typed_value()) {
        let json = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&json, &ty).unwrap(), value.clone());
        prop_assert_eq!(decode_state(&json, &ty).unwrap(), value);
    }

    #[test]
    fn any_text_is_read_or_refused(ty in arbitrary::ty(), text in any::<String>()) {
        let _ = decode(text.as_bytes(), &ty);
        let _ = decode_state(text.as_bytes(), &ty);
    }

    #[test]
    fn a_damaged_value_is_read_or_refused(
        (ty, value) in typed_value(),
        place in any::<Index>(),
        byte in any::<u8>(),
    ) {
        let mut json = encode(&value, &ty).unwrap();
        let place = place.index(json.len());
        json[place] = byte;
        if let Ok(value) = decode_state(&json, &ty) {
            let again = decode(&encode(&value, &ty).unwrap(), &ty).unwrap();
            prop_assert_eq!(again, value);
        }
    }
}
