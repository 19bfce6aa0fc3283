//! Lists and maps of blocks that are dynamic on the wire, seen as the lists and maps they mean.
//!
//! Such a collection brings one type along for everything in it, so a `dynamic` attribute inside
//! stands there as a plain value. Opened, each of them brings its own type, as everywhere else.

use std::collections::BTreeMap;

use crate::{
    schema::NestedBlock,
    types::Type,
    value::{Set, Value},
};

/// The blocks as a list, set, map or object whose elements conform to the schema of the block.
pub(crate) fn open(nested: &NestedBlock, value: &Value) -> Value {
    let Value::Dynamic(carried, inner) = value else {
        return value.clone();
    };
    let declared = nested.block.implied_type();
    match (carried, &**inner) {
        (Type::Tuple(types), Value::Tuple(elements)) => {
            let pairs = types.iter().zip(elements);
            Value::list(pairs.map(|(ty, element)| declare(&declared, ty, element)))
        }
        (Type::Object(types), Value::Object(elements)) => {
            let entries = elements.iter().map(|(key, element)| {
                let ty = types.get(key).unwrap_or(&Type::Dynamic);
                (key.clone(), declare(&declared, ty, element))
            });
            Value::map(entries)
        }
        (_, inner) => inner.clone(),
    }
}

/// The blocks as they are on the wire: the reverse of [`open`].
pub(crate) fn close(nested: &NestedBlock, value: Value) -> Value {
    if nested.implied_type() != Type::Dynamic {
        return value;
    }
    let declared = nested.block.implied_type();
    match value {
        Value::List(elements) => {
            let pairs = elements.into_iter().map(|it| carry(&declared, it));
            let (types, elements) = pairs.unzip();
            Value::Dynamic(Type::Tuple(types), Box::new(Value::Tuple(elements)))
        }
        Value::Map(elements) => {
            let (types, elements) = carry_entries(elements, |_| declared.clone());
            Value::Dynamic(Type::Object(types), Box::new(Value::Object(elements)))
        }
        value => value,
    }
}

/// Gives every value that stands at a `dynamic` of the declared type its own type back.
fn declare(declared: &Type, carried: &Type, value: &Value) -> Value {
    match (declared, carried, value) {
        (Type::Dynamic, Type::Dynamic, value) => value.clone(),
        (Type::Dynamic, carried, value) => Value::Dynamic(carried.clone(), Box::new(value.clone())),
        (declared, _, value) if !declared.has_dynamic() => value.clone(),
        (Type::List(declared), Type::List(carried), Value::List(elements)) => {
            Value::list(elements.iter().map(|it| declare(declared, carried, it)))
        }
        (Type::Set(declared), Type::Set(carried), Value::Set(elements)) => {
            Value::set(elements.iter().map(|it| declare(declared, carried, it)))
        }
        (Type::Map(declared), Type::Map(carried), Value::Map(elements)) => {
            let entries = elements.iter();
            Value::map(entries.map(|(key, it)| (key.clone(), declare(declared, carried, it))))
        }
        (Type::Tuple(declared), Type::Tuple(carried), Value::Tuple(elements)) => {
            let types = declared.iter().zip(carried);
            let elements = types.zip(elements);
            Value::Tuple(elements.map(|((d, c), it)| declare(d, c, it)).collect())
        }
        (Type::Object(declared), Type::Object(carried), Value::Object(attributes)) => {
            Value::object(attributes.iter().map(|(name, it)| {
                let declared = declared.get(name).unwrap_or(&Type::Dynamic);
                let carried = carried.get(name).unwrap_or(&Type::Dynamic);
                (name.clone(), declare(declared, carried, it))
            }))
        }
        (_, _, value) => value.clone(),
    }
}

/// Takes the types off the values at every `dynamic` of the declared type, into one type.
fn carry(declared: &Type, value: Value) -> (Type, Value) {
    match (declared, value) {
        (Type::Dynamic, Value::Dynamic(carried, inner)) => (carried, *inner),
        (declared, value) if !declared.has_dynamic() => (declared.clone(), value),
        (Type::List(element), Value::List(elements)) => {
            let (ty, elements) = carry_elements(element, elements);
            (Type::list(ty), Value::List(elements))
        }
        (Type::Set(element), Value::Set(elements)) => {
            let (ty, elements) = carry_elements(element, elements);
            (Type::set(ty), Value::Set(Set::from_iter(elements)))
        }
        (Type::Map(element), Value::Map(elements)) => {
            let (types, elements) = carry_entries(elements, |_| (**element).clone());
            (
                Type::map(common(element, types.into_values())),
                Value::Map(elements),
            )
        }
        (Type::Tuple(types), Value::Tuple(elements)) => {
            let pairs = types.iter().zip(elements);
            let (types, elements) = pairs.map(|(ty, it)| carry(ty, it)).unzip();
            (Type::Tuple(types), Value::Tuple(elements))
        }
        (Type::Object(types), Value::Object(attributes)) => {
            let declared = |name: &str| types.get(name).cloned().unwrap_or(Type::Dynamic);
            let (types, attributes) = carry_entries(attributes, declared);
            (Type::Object(types), Value::Object(attributes))
        }
        (declared, value) => (declared.clone(), value),
    }
}

fn carry_elements(
    declared: &Type,
    elements: impl IntoIterator<Item = Value>,
) -> (Type, Vec<Value>) {
    let pairs = elements.into_iter().map(|it| carry(declared, it));
    let (types, elements): (Vec<_>, _) = pairs.unzip();
    (common(declared, types), elements)
}

fn carry_entries(
    entries: BTreeMap<String, Value>,
    declared: impl Fn(&str) -> Type,
) -> (BTreeMap<String, Type>, BTreeMap<String, Value>) {
    let carried = entries.into_iter().map(|(name, value)| {
        let (ty, value) = carry(&declared(&name), value);
        ((name.clone(), ty), (name, value))
    });
    carried.unzip()
}

/// The type of the elements of a collection: that of the first which has one of its own.
fn common(declared: &Type, types: impl IntoIterator<Item = Type>) -> Type {
    let mut types = types.into_iter();
    types
        .find(|ty| ty != declared)
        .unwrap_or_else(|| declared.clone())
}
