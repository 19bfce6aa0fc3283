//! Making what a resource answered fit for a state file, whatever it answered.

use std::{collections::BTreeMap, mem};

use crate::{
    schema::{Attributes, Block, BlockNesting, NestedBlock, Shape, close, open},
    types::Type,
    value::Value,
};

/// Returns the nearest value that a host can save: of the schema's type, wholly known, without
/// write-only values.
///
/// A host drops a state that it cannot read, and the object behind it is lost; so a mistake in one
/// attribute must not cost the others. What does not fit becomes null, what is missing too. A
/// value that fits is returned as it is.
pub fn saveable(block: &Block, value: Value) -> Value {
    let mut value = fit(&block.implied_type(), value.without_unknowns());
    hide(block, &mut value);
    value
}

/// Coerces a value to a type.
fn fit(ty: &Type, value: Value) -> Value {
    let all = |ty: &Type, elements: Vec<Value>| -> Vec<Value> {
        elements
            .into_iter()
            .map(|element| fit(ty, element))
            .collect()
    };
    match (ty, value) {
        (Type::Bool, value @ Value::Bool(_))
        | (Type::Number, value @ Value::Number(_))
        | (Type::String, value @ Value::String(_)) => value,
        (Type::Dynamic, Value::Dynamic(ty, value)) => {
            let value = Box::new(fit(&ty, *value));
            Value::Dynamic(ty, value)
        }
        (Type::List(ty), Value::List(elements)) => Value::List(all(ty, elements)),
        (Type::Set(ty), Value::Set(set)) => {
            Value::set(set.into_iter().map(|element| fit(ty, element)))
        }
        (Type::Map(ty), Value::Map(entries)) => Value::map(
            entries
                .into_iter()
                .map(|(key, value)| (key, fit(ty, value))),
        ),
        (Type::Object(attributes), Value::Object(values)) => object(attributes, values),
        (Type::Tuple(types), Value::Tuple(values)) if types.len() == values.len() => Value::Tuple(
            types
                .iter()
                .zip(values)
                .map(|(ty, value)| fit(ty, value))
                .collect(),
        ),
        _ => Value::Null,
    }
}

fn object(attributes: &BTreeMap<String, Type>, mut values: BTreeMap<String, Value>) -> Value {
    Value::object(attributes.iter().map(|(name, ty)| {
        let value = values.remove(name).unwrap_or(Value::Null);
        (name, fit(ty, value))
    }))
}

/// Nulls what is write-only, empties collections of blocks that are null, and leaves out blocks
/// that are: a null block is none.
fn hide(block: &Block, value: &mut Value) {
    let Value::Object(values) = value else { return };
    hide_attributes(&block.attributes, values);
    for (name, nested) in &block.blocks {
        let Some(value) = values.get_mut(name) else {
            continue;
        };
        let answered = open(nested, value);
        let mut blocks = match without_nulls(fit(&opened_type(nested), answered)) {
            Value::Null => absent(nested),
            blocks => blocks,
        };
        each_object(&mut blocks, &|object| hide(&nested.block, object));
        *value = close(nested, blocks);
    }
}

fn hide_attributes(attributes: &Attributes, values: &mut BTreeMap<String, Value>) {
    for (name, attribute) in attributes {
        let Some(value) = values.get_mut(name) else {
            continue;
        };
        if attribute.write_only {
            *value = Value::Null;
        }
        if let Shape::Nested(_, attributes) = &attribute.shape {
            each_object(value, &|object| {
                if let Value::Object(values) = object {
                    hide_attributes(attributes, values);
                }
            });
        }
    }
}

/// The type of the blocks of this name, opened.
fn opened_type(nested: &NestedBlock) -> Type {
    let object = nested.block.implied_type();
    match nested.nesting {
        BlockNesting::Single { .. } | BlockNesting::Group => object,
        BlockNesting::List(_) => Type::List(Box::new(object)),
        BlockNesting::Set(_) => Type::Set(Box::new(object)),
        BlockNesting::Map => Type::Map(Box::new(object)),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::List(elements) => {
            Value::list(elements.into_iter().filter(|element| !element.is_null()))
        }
        Value::Set(set) => Value::set(set.into_iter().filter(|element| !element.is_null())),
        Value::Map(entries) => {
            Value::map(entries.into_iter().filter(|(_, value)| !value.is_null()))
        }
        value => value,
    }
}

/// What no block at all looks like, opened.
fn absent(nested: &NestedBlock) -> Value {
    match nested.nesting {
        BlockNesting::Single { .. } => Value::Null,
        BlockNesting::Group => fit(&opened_type(nested), Value::Object(BTreeMap::new())),
        BlockNesting::List(_) => Value::list([]),
        BlockNesting::Set(_) => Value::set([]),
        BlockNesting::Map => Value::Map(BTreeMap::new()),
    }
}

/// Changes an object, or each object of a collection.
fn each_object(value: &mut Value, change: &impl Fn(&mut Value)) {
    match value {
        Value::Object(_) => change(value),
        Value::List(elements) => elements.iter_mut().for_each(change),
        Value::Map(entries) => entries.values_mut().for_each(change),
        Value::Set(set) => {
            let elements = mem::take(set).into_iter().map(|mut element| {
                change(&mut element);
                element
            });
            *value = Value::set(elements);
        }
        _ => {}
    }
}
