use std::collections::BTreeMap;

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::{
    arbitrary,
    number::Number,
    value::{Refinements, Set},
};

/// Demands that the value is written as these bytes, and read from them.
#[track_caller]
fn check(value: &Value, ty: &Type, bytes: &[u8]) {
    assert_eq!(encode(value, ty).unwrap(), bytes);
    assert_eq!(decode(bytes, ty).unwrap(), *value);
}

#[track_caller]
fn check_number(text: &str, bytes: &[u8]) {
    check(&number(text), &Type::Number, bytes);
}

#[track_caller]
fn check_read(bytes: &[u8], ty: &Type, value: &Value) {
    assert_eq!(decode(bytes, ty).unwrap(), *value);
}

#[track_caller]
fn check_unreadable(bytes: &[u8], ty: &Type, message: &str) {
    assert_eq!(decode(bytes, ty).unwrap_err().to_string(), message);
}

#[track_caller]
fn check_unwritable(value: &Value, ty: &Type, message: &str) {
    assert_eq!(encode(value, ty).unwrap_err().to_string(), message);
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn text_bytes(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xa0 | u8::try_from(text.len()).unwrap()];
    bytes.extend(text.as_bytes());
    bytes
}

fn list_of_strings() -> Type {
    Type::list(Type::String)
}

#[test]
fn null_of_any_type_is_nil() {
    for ty in [Type::Bool, Type::Dynamic, list_of_strings()] {
        check(&Value::Null, &ty, &[0xc0]);
    }
}

#[test]
fn an_unknown_without_promises_is_an_extension_of_one_byte() {
    for ty in [Type::Bool, Type::Dynamic, list_of_strings()] {
        check(&Value::unknown(), &ty, &[0xd4, 0, 0]);
    }
}

#[test]
fn an_extension_of_one_byte_is_unknown_whatever_its_code() {
    for bytes in [
        b"\xd4\x63\x07".as_slice(),
        b"\xc7\x00\x0c",
        b"\xc7\x01\x05\x09",
    ] {
        check_read(bytes, &Type::String, &Value::unknown());
    }
}

#[test]
fn bools_are_bools() {
    check(&true.into(), &Type::Bool, &[0xc3]);
    check(&false.into(), &Type::Bool, &[0xc2]);
}

#[test]
fn strings_are_strings() {
    check(&"ab".into(), &Type::String, b"\xa2ab");
}

#[test]
fn strings_are_written_and_read_in_normal_form() {
    let composed = b"\xa2\xc3\xa9";
    let decomposed = Value::String("e\u{301}".to_owned());
    assert_eq!(encode(&decomposed, &Type::String).unwrap(), composed);
    check_read(b"\xa3e\xcc\x81", &Type::String, &"\u{e9}".into());
}

#[test]
fn keys_are_written_and_read_in_normal_form() {
    let ty = Type::map(Type::Bool);
    let decomposed = Value::map([("e\u{301}", true.into())]);
    let bytes = encode(&decomposed, &ty).unwrap();
    assert_eq!(bytes, b"\x81\xa2\xc3\xa9\xc3");
    check_read(
        b"\x81\xa3e\xcc\x81\xc3",
        &ty,
        &Value::map([("\u{e9}", true.into())]),
    );
}

#[test]
fn integers_of_64_bits_are_integers() {
    check_number("0", &[0]);
    check_number("-0", &[0]);
    check_number("-1", &[0xff]);
    check_number("1e3", &[0xcd, 0x03, 0xe8]);
    check_number("-9223372036854775808", &[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn fractions_that_a_float_holds_are_floats() {
    check_number("0.5", &[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0]);
    check_number("-1.25", &[0xcb, 0xbf, 0xf4, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn other_numbers_are_texts_with_every_digit() {
    let unchanged = [
        "0.1",
        "12345678901234567890.5",
        "9223372036854775808",
        "18446744073709551615",
    ];
    for text in unchanged {
        check_number(text, &text_bytes(text));
    }
    check_number("1e30", &text_bytes("1000000000000000000000000000000"));
}

#[test]
fn every_way_to_write_a_number_is_read() {
    let numbers: [(&[u8], &str); 9] = [
        (&[0xcc, 0xff], "255"),
        (&[0xd0, 0xff], "-1"),
        (&[0xd1, 0x80, 0], "-32768"),
        (
            &[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "18446744073709551615",
        ),
        (&[0xca, 0x3f, 0, 0, 0], "0.5"),
        (&[0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0], "0"),
        (&[0xcb, 0x43, 0xe0, 0, 0, 0, 0, 0, 0], "9223372036854775808"),
        (
            &[0xcb, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a],
            "0.1000000000000000055511151231257827021181583404541015625",
        ),
        (b"\xa41e30", "1000000000000000000000000000000"),
    ];
    for (bytes, text) in numbers {
        check_read(bytes, &Type::Number, &number(text));
    }
}

#[test]
fn what_is_no_finite_number_is_refused() {
    let infinity = [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0];
    check_unreadable(
        &infinity,
        &Type::Number,
        "expected a number, found one that is not finite",
    );
    check_unreadable(
        b"\xa61e9999",
        &Type::Number,
        "expected a number, found one with too many decimal places",
    );
}

#[test]
fn lists_and_tuples_are_arrays() {
    let elements = || ["a".into(), Value::Null];
    check(
        &Value::list(elements()),
        &list_of_strings(),
        b"\x92\xa1a\xc0",
    );
    check(
        &Value::Tuple(vec![true.into(), "a".into()]),
        &Type::Tuple(vec![Type::Bool, Type::String]),
        b"\x92\xc3\xa1a",
    );
}

#[test]
fn sets_are_arrays_in_any_order_with_doubles_ignored() {
    let ty = Type::set(Type::String);
    let set = Value::set(["a".into(), "b".into()]);
    check(&set, &ty, b"\x92\xa1a\xa1b");
    check_read(b"\x93\xa1b\xa1a\xa1b", &ty, &set);
}

#[test]
fn unknown_elements_of_a_set_stay_several() {
    let set = Value::set([Value::unknown(), Value::unknown()]);
    check(
        &set,
        &Type::set(Type::String),
        &[0x92, 0xd4, 0, 0, 0xd4, 0, 0],
    );
}

#[test]
fn maps_and_objects_are_maps_sorted_by_key() {
    let entries = || [("b", 2.into()), ("a", 1.into())];
    let bytes = b"\x82\xa1a\x01\xa1b\x02";
    check(&Value::map(entries()), &Type::map(Type::Number), bytes);
    let ty = Type::object([("a", Type::Number), ("b", Type::Number)]);
    check(&Value::object(entries()), &ty, bytes);
}

#[test]
fn attributes_are_read_in_any_order() {
    let ty = Type::object([("a", Type::Number), ("b", Type::Number)]);
    let object = Value::object([("a", 1.into()), ("b", 2.into())]);
    check_read(b"\x82\xa1b\x02\xa1a\x01", &ty, &object);
}

#[test]
fn a_dynamic_value_is_a_pair_of_type_and_value() {
    let dynamic = |value| Value::Dynamic(Type::String, Box::new(value));
    let pair = |value: &[u8]| [b"\x92\xc4\x08\"string\"", value].concat();
    check(&dynamic("a".into()), &Type::Dynamic, &pair(b"\xa1a"));
    check(&dynamic(Value::Null), &Type::Dynamic, &pair(b"\xc0"));
    check(
        &dynamic(Value::unknown()),
        &Type::Dynamic,
        &pair(&[0xd4, 0, 0]),
    );
}

#[test]
fn the_type_of_a_dynamic_value_may_be_a_string() {
    let value = Value::Dynamic(Type::Bool, Box::new(true.into()));
    check_read(b"\x92\xa6\"bool\"\xc3", &Type::Dynamic, &value);
}

#[test]
fn a_value_without_its_type_is_not_dynamic() {
    check_unwritable(
        &"a".into(),
        &Type::Dynamic,
        "expected a value with its type, found a string",
    );
}

#[test]
fn promises_are_a_map_in_extension_12() {
    check(
        &Value::unknown_not_null(),
        &Type::Bool,
        &[0xc7, 3, 12, 0x81, 1, 0xc2],
    );
    let prefix = Refinements {
        null: Some(false),
        prefix: Some("b-".to_owned()),
        ..Refinements::default()
    };
    check(
        &Value::Unknown(prefix),
        &Type::String,
        b"\xc7\x07\x0c\x82\x01\xc2\x02\xa2b-",
    );
}

#[test]
fn bounds_of_numbers_are_promises() {
    let range = Refinements {
        least: Some((1_i64.into(), true)),
        greatest: Some(("0.1".parse().unwrap(), false)),
        ..Refinements::default()
    };
    check(
        &Value::Unknown(range),
        &Type::Number,
        b"\xc7\x0c\x0c\x82\x03\x92\x01\xc3\x04\x92\xa30.1\xc2",
    );
}

#[test]
fn numbers_of_elements_are_promises() {
    let size = Refinements {
        min_length: Some(1),
        max_length: Some(300),
        ..Refinements::default()
    };
    check(
        &Value::Unknown(size),
        &list_of_strings(),
        &[0xc7, 7, 12, 0x82, 5, 1, 6, 0xcd, 0x01, 0x2c],
    );
}

#[test]
fn promises_that_do_not_suit_the_type_are_not_written() {
    let all = Value::Unknown(Refinements {
        null: None,
        prefix: Some("a".to_owned()),
        least: Some((1_i64.into(), true)),
        greatest: Some((2_i64.into(), true)),
        min_length: Some(1),
        max_length: Some(2),
    });
    assert_eq!(encode(&all, &Type::Bool).unwrap(), [0xd4, 0, 0]);
    let not_null = Value::unknown_not_null();
    assert_eq!(encode(&not_null, &Type::Dynamic).unwrap(), [0xd4, 0, 0]);
}

#[test]
fn a_long_prefix_is_cut_between_letters() {
    let long = Value::Unknown(Refinements {
        prefix: Some("\u{20ac}".repeat(200)),
        ..Refinements::default()
    });
    let bytes = encode(&long, &Type::String).unwrap();
    let Value::Unknown(read) = decode(&bytes, &Type::String).unwrap() else {
        panic!("a known value");
    };
    assert_eq!(read.prefix, Some("\u{20ac}".repeat(85)));
}

#[test]
fn promises_that_are_too_long_to_be_read_are_not_written() {
    let digits: Number = "1".repeat(2_000).parse().unwrap();
    let long = Value::Unknown(Refinements {
        least: Some((digits, true)),
        ..Refinements::default()
    });
    assert_eq!(encode(&long, &Type::Number).unwrap(), [0xd4, 0, 0]);
}

#[test]
fn promises_of_a_later_format_are_ignored() {
    let mut payload = vec![0x84];
    payload.extend(b"\x07\x92\x81\xa1k\xcb\0\0\0\0\0\0\0\0\xd4\x00\x00");
    payload.extend(b"\x01\xc2\xcd\x01\x00\xc4\x01x\xff\xc0");
    let mut bytes = vec![0xc7, u8::try_from(payload.len()).unwrap(), 12];
    bytes.extend(payload);
    check_read(&bytes, &Type::Bool, &Value::unknown_not_null());
}

#[test]
fn promises_that_cannot_be_read_are_refused() {
    let message = "promises about an unknown value cannot be read";
    let wrong_code: &[u8] = &[0xd5, 11, 0x80, 0];
    let prefix_of_a_bool = b"\xc7\x04\x0c\x81\x02\xa1a";
    let negative_length = &[0xd6, 12, 0x81, 5, 0xff, 0];
    for bytes in [wrong_code, prefix_of_a_bool, negative_length] {
        check_unreadable(bytes, &Type::Bool, message);
    }
    let mut long = vec![0xc8, 4, 1, 12];
    long.extend([0; 0x401]);
    check_unreadable(&long, &Type::Bool, message);
}

#[test]
fn exactly_the_attributes_of_an_object_are_expected() {
    let ty = Type::object([("a", Type::Number), ("b", Type::Number)]);
    let missing = "attribute is missing: `b`";
    check_unreadable(b"\x81\xa1a\x01", &ty, missing);
    check_unwritable(&Value::object([("a", 1.into())]), &ty, missing);
    let extra = "attribute is not expected: `c`";
    check_unreadable(b"\x83\xa1a\x01\xa1b\x01\xa1c\x01", &ty, extra);
    let object = Value::object([("a", 1.into()), ("b", 1.into()), ("c", 1.into())]);
    check_unwritable(&object, &ty, extra);
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let twice = b"\x82\xa1a\x01\xa1a\x01";
    let map = Type::map(Type::Number);
    check_unreadable(twice, &map, r#"key is there twice at `["a"]`"#);
    let object = Type::object([("a", Type::Number), ("b", Type::Number)]);
    check_unreadable(twice, &object, "key is there twice at `a`");
    let same = Value::map([("\u{e9}", 1.into()), ("e\u{301}", 1.into())]);
    let message = format!("key is there twice at `[{:?}]`", "\u{e9}");
    check_unwritable(&same, &map, &message);
}

#[test]
fn a_problem_has_the_place_where_it_is() {
    let node = Type::object([("image", Type::String)]);
    let ty = Type::object([("nodes", Type::map(node))]);
    let place = r#"at `nodes["a"].image`"#;
    check_unreadable(
        b"\x81\xa5nodes\x81\xa1a\x81\xa5image\x90",
        &ty,
        &format!("expected a string, found an array {place}"),
    );
    let node = Value::object([("image", 5.into())]);
    let value = Value::object([("nodes", Value::map([("a", node)]))]);
    check_unwritable(
        &value,
        &ty,
        &format!("expected a string, found a number {place}"),
    );
}

#[test]
fn the_place_of_a_problem_ends_at_a_set() {
    let ty = Type::object([("a", Type::set(Type::Tuple(vec![Type::Bool])))]);
    let message = "expected a bool, found a number at `a`";
    check_unreadable(b"\x81\xa1a\x91\x91\x01", &ty, message);
}

#[test]
fn tuples_of_another_length_are_refused() {
    let ty = Type::Tuple(vec![Type::Bool]);
    let message = "expected 1 elements, found 2";
    check_unreadable(b"\x92\xc3\xc3", &ty, message);
    check_unwritable(&Value::Tuple(vec![true.into(), true.into()]), &ty, message);
}

#[test]
fn a_list_is_not_a_set() {
    check_unwritable(
        &Value::Set(Set::default()),
        &list_of_strings(),
        "expected a list, found a set",
    );
}

#[test]
fn problems_do_not_tell_values() {
    let error = decode(b"\xa6secret", &Type::Number).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[test]
fn bytes_after_the_value_are_refused() {
    check_unreadable(b"\xc0\xc0", &Type::Bool, "bytes go on after the value");
}

#[test]
fn a_promised_length_beyond_the_bytes_is_refused() {
    let ty = list_of_strings();
    check_unreadable(b"\xdd\xff\xff\xff\xff", &ty, "bytes end within a value");
    check_unreadable(
        b"\xdb\xff\xff\xff\xff",
        &Type::String,
        "bytes end within a value",
    );
    check_unreadable(b"", &ty, "bytes end within a value");
}

#[test]
fn a_string_of_other_bytes_than_utf_8_is_refused() {
    check_unreadable(b"\xa1\xff", &Type::String, "string is not UTF-8");
}

#[test]
fn endless_nesting_is_refused() {
    let pair = b"\x92\xc4\x09\"dynamic\"";
    let message = "value is nested more than 128 levels deep";
    check_unreadable(&pair.repeat(1_000), &Type::Dynamic, message);
    let deep = (0..200).fold(Value::Null, |inner, _| {
        Value::Dynamic(Type::Dynamic, Box::new(inner))
    });
    check_unwritable(&deep, &Type::Dynamic, message);
}

#[test]
fn an_empty_object_is_an_empty_map() {
    let nothing = BTreeMap::new();
    check(
        &Value::Object(nothing),
        &Type::Object(BTreeMap::new()),
        &[0x80],
    );
}

fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    arbitrary::ty().prop_flat_map(|ty| (Just(ty.clone()), arbitrary::value(&ty)))
}

proptest! {
    #[test]
    fn any_value_reads_back((ty, value) in typed_value()) {
        let bytes = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&bytes, &ty).unwrap(), value);
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        ty in arbitrary::ty(),
        bytes in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let _ = decode(&bytes, &ty);
        let _ = decode(&bytes, &Type::Dynamic);
    }

    #[test]
    fn a_damaged_value_is_refused_or_is_another_value(
        (ty, value) in typed_value(),
        damage in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..4),
        cut in proptest::option::weighted(0.2, any::<Index>()),
    ) {
        let mut bytes = encode(&value, &ty).unwrap();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(value) = decode(&bytes, &ty) {
            let again = decode(&encode(&value, &ty).unwrap(), &ty).unwrap();
            prop_assert_eq!(again.without_refinements(), value.without_refinements());
        }
    }
}
