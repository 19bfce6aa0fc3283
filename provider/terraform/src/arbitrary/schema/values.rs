//! Types and their values.

use std::{collections::BTreeMap, ops::Range};

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
};

use crate::{
    number::Number,
    schema::Nesting,
    types::Type,
    value::{Refinements, Value},
};

pub(super) fn types(dynamic: bool) -> BoxedStrategy<Type> {
    let primitives = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)];
    let types = primitives.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            btree_map("[a-c]", inner.clone(), 0..3).prop_map(Type::Object),
            vec(inner, 0..3).prop_map(Type::Tuple),
        ]
    });
    if dynamic {
        return prop_oneof![5 => types, 1 => Just(Type::Dynamic)].boxed();
    }
    types.boxed()
}

/// Known values of a type, never null.
pub(super) fn known(ty: &Type) -> BoxedStrategy<Value> {
    inner(ty, false)
}

/// Values of a type that are neither null nor unknown as a whole.
pub(super) fn inner(ty: &Type, unknowns: bool) -> BoxedStrategy<Value> {
    let element = |ty: &Type| -> BoxedStrategy<Value> {
        if unknowns {
            prop_oneof![6 => inner(ty, true), 1 => Just(Value::Null), 1 => unknown(ty)].boxed()
        } else {
            prop_oneof![6 => inner(ty, false), 1 => Just(Value::Null)].boxed()
        }
    };
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => (-9..99_i64).prop_map(Value::integer).boxed(),
        Type::String => "[a-c]{0,2}".prop_map(Value::String).boxed(),
        Type::Dynamic => types(false)
            .prop_flat_map(move |ty| {
                let value = inner(&ty, unknowns);
                (Just(ty), value)
            })
            .prop_map(|(ty, value)| Value::Dynamic(ty, Box::new(value)))
            .boxed(),
        Type::List(ty) => gathered(Nesting::List, element(ty), 0..3),
        Type::Set(ty) => gathered(Nesting::Set, element(ty), 0..3),
        Type::Map(ty) => gathered(Nesting::Map, element(ty), 0..3),
        Type::Object(types) => entries(types.iter().map(|(name, ty)| (name.clone(), element(ty))))
            .prop_map(Value::Object)
            .boxed(),
        Type::Tuple(types) => {
            let elements: Vec<_> = types.iter().map(element).collect();
            elements.prop_map(Value::Tuple).boxed()
        }
    }
}

/// Unknown values of a type, with promises that make sense for it.
pub(super) fn unknown(ty: &Type) -> BoxedStrategy<Value> {
    let plain = option::of(Just(false)).prop_map(|null| Refinements {
        null,
        ..Refinements::default()
    });
    let promising = match ty {
        Type::String => (plain, "[a-c]{1,2}")
            .prop_map(|(plain, prefix)| Refinements {
                prefix: Some(prefix),
                ..plain
            })
            .boxed(),
        Type::Number => (plain, -9..9_i64, any::<bool>(), 2..9_i64)
            .prop_map(|(plain, least, included, width)| Refinements {
                least: Some((least.into(), included)),
                greatest: Some(((least + width).into(), included)),
                ..plain
            })
            .boxed(),
        Type::List(_) | Type::Map(_) => (plain, 0..3_u64, 0..3_u64)
            .prop_map(|(plain, min, more)| Refinements {
                min_length: Some(min),
                max_length: Some(min + more),
                ..plain
            })
            .boxed(),
        _ => plain.boxed(),
    };
    prop_oneof![Just(Refinements::default()), promising]
        .prop_map(Value::Unknown)
        .boxed()
}

/// Known values that a value may turn out to be.
pub(super) fn completed(ty: &Type, value: &Value) -> BoxedStrategy<Value> {
    match (ty, value) {
        (ty, Value::Unknown(promised)) => kept(ty, promised),
        (Type::Dynamic, Value::Dynamic(ty, value)) => {
            let owned = ty.clone();
            completed(ty, value)
                .prop_map(move |value| Value::Dynamic(owned.clone(), Box::new(value)))
                .boxed()
        }
        (Type::List(ty), value) => mapped(Nesting::List, value, |it| completed(ty, it)),
        (Type::Set(ty), value) => mapped(Nesting::Set, value, |it| completed(ty, it)),
        (Type::Map(ty), value) => mapped(Nesting::Map, value, |it| completed(ty, it)),
        (Type::Object(types), Value::Object(_)) => {
            let attributes = types.iter();
            entries(
                attributes.map(|(name, ty)| (name.clone(), completed(ty, value.attribute(name)))),
            )
            .prop_map(Value::Object)
            .boxed()
        }
        (Type::Tuple(types), Value::Tuple(elements)) => {
            let pairs = types.iter().zip(elements);
            let elements: Vec<_> = pairs.map(|(ty, value)| completed(ty, value)).collect();
            elements.prop_map(Value::Tuple).boxed()
        }
        (_, value) => Just(value.clone()).boxed(),
    }
}

/// Known values that keep what is promised of an unknown.
fn kept(ty: &Type, promised: &Refinements) -> BoxedStrategy<Value> {
    let size = |most: usize| {
        let bound = |length: u64| usize::try_from(length).unwrap_or(most);
        let min = promised.min_length.map_or(0, bound);
        min..promised.max_length.map_or(min + most, bound) + 1
    };
    let values = match ty {
        Type::String => {
            let prefix = promised.prefix.clone().unwrap_or_default();
            "[a-c]{0,2}"
                .prop_map(move |rest| Value::string(format!("{prefix}{rest}")))
                .boxed()
        }
        Type::Number => {
            let bound = |bound: &Option<(Number, bool)>, inward: i64| {
                let (number, included) = bound.as_ref()?;
                let inward = if *included { 0 } else { inward };
                Some(number.as_i64()?.saturating_add(inward))
            };
            let greatest = bound(&promised.greatest, -1);
            let least = bound(&promised.least, 1).unwrap_or(greatest.unwrap_or(9) - 9);
            (least..=greatest.unwrap_or(least + 9))
                .prop_map(Value::integer)
                .boxed()
        }
        Type::List(ty) => gathered(Nesting::List, known(ty), size(2)),
        Type::Set(ty) => gathered(Nesting::Set, known(ty), size(2)),
        Type::Map(ty) => gathered(Nesting::Map, known(ty), size(2)),
        ty => known(ty),
    };
    match promised.null {
        Some(true) => Just(Value::Null).boxed(),
        Some(false) => values,
        None => prop_oneof![1 => Just(Value::Null), 4 => values].boxed(),
    }
}

/// Collections of elements; for a single one, the element.
pub(super) fn gathered(
    nesting: Nesting,
    element: BoxedStrategy<Value>,
    size: Range<usize>,
) -> BoxedStrategy<Value> {
    match nesting {
        Nesting::Single => element,
        Nesting::List => vec(element, size).prop_map(Value::List).boxed(),
        Nesting::Set => vec(element, size).prop_map(Value::set).boxed(),
        Nesting::Map => btree_map("[a-c]{1,2}", element, size)
            .prop_map(Value::Map)
            .boxed(),
    }
}

/// The same collection of other elements; anything but a collection stays.
pub(super) fn mapped(
    nesting: Nesting,
    value: &Value,
    change: impl Fn(&Value) -> BoxedStrategy<Value>,
) -> BoxedStrategy<Value> {
    match (nesting, value) {
        (Nesting::Single, Value::Object(_)) => change(value),
        (Nesting::List, Value::List(elements)) => {
            let elements: Vec<_> = elements.iter().map(change).collect();
            elements.prop_map(Value::List).boxed()
        }
        (Nesting::Set, Value::Set(elements)) => {
            let elements: Vec<_> = elements.iter().map(change).collect();
            elements.prop_map(Value::set).boxed()
        }
        (Nesting::Map, Value::Map(elements)) => {
            let changed = elements.iter().map(|(key, it)| (key.clone(), change(it)));
            entries(changed).prop_map(Value::Map).boxed()
        }
        (_, value) => Just(value.clone()).boxed(),
    }
}

pub(super) fn entries(
    strategies: impl IntoIterator<Item = (String, BoxedStrategy<Value>)>,
) -> BoxedStrategy<BTreeMap<String, Value>> {
    let (names, strategies): (Vec<_>, Vec<_>) = strategies.into_iter().unzip();
    strategies
        .prop_map(move |values| names.iter().cloned().zip(values).collect())
        .boxed()
}
