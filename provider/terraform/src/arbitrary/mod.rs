//! Strategies for property tests.
//!
//! Types and values here are wild, to get a codec into trouble. Those of [`schema`] are few and
//! small, so that they meet in sets, to get a planner into trouble.

pub mod schema;

use proptest::{collection, option, prelude::*};

use crate::{
    number::Number,
    types::Type,
    value::{Refinements, Value, normal_form},
};

/// The most elements or attributes of one value.
const MAX_ELEMENTS: usize = 4;

/// Numbers at which an encoding changes or would go wrong.
const EDGES: &[&str] = &[
    "0",
    "-1",
    "0.1",
    "-0.5",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "12345678901234567890.5",
    "1e30",
    "5e-324",
];

/// Any type of a few levels. As in a schema, `dynamic` does not stand in a list, set or map.
pub fn ty() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![8 => leaf(), 1 => Just(Type::Dynamic)];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![collection_of(concrete()), structure_of(inner)]
    })
}

/// Any value of the type: known, null or unknown at every level.
pub fn value(ty: &Type) -> BoxedStrategy<Value> {
    prop_oneof![
        8 => known_or_inside(ty, value),
        1 => Just(Value::Null),
        1 => refinements(ty).prop_map(Value::Unknown),
    ]
    .boxed()
}

/// Any value of the type without unknowns.
pub fn known_value(ty: &Type) -> BoxedStrategy<Value> {
    prop_oneof![
        8 => known_or_inside(ty, known_value),
        1 => Just(Value::Null),
    ]
    .boxed()
}

/// Any number: integers at the edges of their types, floats, and more digits than a float has.
pub fn number() -> impl Strategy<Value = Number> {
    let text = prop_oneof![
        prop::sample::select(EDGES).prop_map(str::to_owned),
        "-?[1-9][0-9]{0,60}(\\.[0-9]{1,60})?",
        "-?[0-9]e-?[1-9][0-9]{0,2}",
    ];
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("not finite", |float| Number::from_exact_f64(float).ok()),
        any::<f64>().prop_filter_map("not finite", |float| Number::from_shortest_f64(float).ok()),
        text.prop_filter_map("not a number", |text| text.parse().ok()),
    ]
}

/// Any text in normal form, also made from decomposed letters.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,12}",
        1 => any::<String>(),
        1 => "[a-z]?(e\u{301}|\u{212b}|\u{1112}\u{1161}\u{11ab}|q\u{323}\u{307}){1,3}",
    ]
    .prop_map(|text| normal_form(text).into_owned())
}

/// Promises that a plan may make about an unknown value of the type.
pub fn refinements(ty: &Type) -> BoxedStrategy<Refinements> {
    let nothing = Just(Refinements::default());
    let not_null = Just(Refinements {
        null: Some(false),
        ..Refinements::default()
    });
    match ty {
        Type::Dynamic => nothing.boxed(),
        Type::Bool | Type::Object(_) | Type::Tuple(_) => prop_oneof![nothing, not_null].boxed(),
        Type::String => prop_oneof![nothing, not_null, prefix()].boxed(),
        Type::Number => prop_oneof![nothing, not_null, range()].boxed(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            prop_oneof![nothing, not_null, size()].boxed()
        }
    }
}

fn leaf() -> impl Strategy<Value = Type> {
    prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)]
}

/// Any type without `dynamic`.
fn concrete() -> BoxedStrategy<Type> {
    leaf()
        .prop_recursive(2, 12, 3, |inner| {
            prop_oneof![collection_of(inner.clone()), structure_of(inner)]
        })
        .boxed()
}

fn collection_of(element: impl Strategy<Value = Type>) -> impl Strategy<Value = Type> {
    let kinds: [fn(Type) -> Type; 3] = [Type::list, Type::set, Type::map];
    (prop::sample::select(kinds.to_vec()), element).prop_map(|(kind, element)| kind(element))
}

fn structure_of(inner: BoxedStrategy<Type>) -> impl Strategy<Value = Type> {
    let attributes = collection::btree_map("[a-z][a-z0-9_]{0,5}", inner.clone(), 0..=MAX_ELEMENTS);
    let elements = collection::vec(inner, 0..=MAX_ELEMENTS);
    prop_oneof![
        2 => attributes.prop_map(Type::Object),
        1 => elements.prop_map(Type::Tuple),
    ]
}

/// A value that is itself known, with whatever `inner` makes up inside.
fn known_or_inside(ty: &Type, inner: fn(&Type) -> BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => number().prop_map(Value::Number).boxed(),
        Type::String => text().prop_map(Value::string).boxed(),
        Type::Dynamic => concrete()
            .prop_flat_map(move |ty| (Just(ty.clone()), inner(&ty)))
            .prop_map(|(ty, value)| Value::Dynamic(ty, Box::new(value)))
            .boxed(),
        Type::List(element) => elements(inner(element)).prop_map(Value::List).boxed(),
        Type::Set(element) => elements(inner(element)).prop_map(Value::set).boxed(),
        Type::Map(element) => collection::btree_map(text(), inner(element), 0..=MAX_ELEMENTS)
            .prop_map(Value::Map)
            .boxed(),
        Type::Object(types) => {
            let values: Vec<_> = types.values().map(inner).collect();
            let names: Vec<_> = types.keys().cloned().collect();
            values
                .prop_map(move |values| Value::object(names.iter().cloned().zip(values)))
                .boxed()
        }
        Type::Tuple(types) => {
            let values: Vec<_> = types.iter().map(inner).collect();
            values.prop_map(Value::Tuple).boxed()
        }
    }
}

fn elements(element: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<Value>> {
    collection::vec(element, 0..=MAX_ELEMENTS)
}

fn prefix() -> impl Strategy<Value = Refinements> {
    let prefix = text().prop_filter("promises nothing", |text| !text.is_empty());
    prefix.prop_map(|prefix| Refinements {
        null: Some(false),
        prefix: Some(normal_form(prefix.chars().take(20).collect::<String>()).into_owned()),
        ..Refinements::default()
    })
}

fn range() -> impl Strategy<Value = Refinements> {
    let bounds = (any::<i32>(), any::<u32>(), any::<bool>());
    (bounds, option::of(Just(false))).prop_map(|((least, width, inclusive), null)| {
        let least = i64::from(least);
        let greatest = least + i64::from(width) + 1;
        Refinements {
            null,
            least: Some((least.into(), inclusive)),
            greatest: Some((greatest.into(), true)),
            ..Refinements::default()
        }
    })
}

fn size() -> impl Strategy<Value = Refinements> {
    (1_u64..9, option::of(0_u64..9)).prop_map(|(min_length, more)| Refinements {
        null: Some(false),
        min_length: Some(min_length),
        max_length: more.map(|more| min_length + more),
        ..Refinements::default()
    })
}
