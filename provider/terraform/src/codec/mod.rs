//! Values as bytes: msgpack on the wire, JSON in state files.
//!
//! Both directions follow a type, so that bytes and values which do not fit it are refused with the
//! place where they do not.

pub mod error;
pub mod json;
pub mod msgpack;

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    number::NumberError,
    path::Step,
    types::Type,
    value::{Value, normal_form},
};

pub use error::{CodecError, Problem};

/// The most values that may stand inside each other; a type that comes with a value counts as one.
const MAX_DEPTH: usize = 128;

/// What is expected where a type wants a value.
const fn wanted(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "a bool",
        Type::Number => "a number",
        Type::String => "a string",
        Type::Dynamic => "a value with its type",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Object(_) => "an object",
        Type::Tuple(_) => "a tuple",
    }
}

/// What a value is, without telling the value itself.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Unknown(_) => "an unknown value",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Set(_) => "a set",
        Value::Map(_) => "a map",
        Value::Object(_) => "an object",
        Value::Tuple(_) => "a tuple",
        Value::Dynamic(..) => "a value with its type",
    }
}

/// Says why a text or float is no number, without repeating it.
fn no_number(error: &NumberError) -> CodecError {
    CodecError::mismatch(
        "a number",
        match error {
            NumberError::Syntax(_) => "a string that is none",
            NumberError::Places => "one with too many decimal places",
            NumberError::NotFinite => "one that is not finite",
        },
    )
}

fn check_depth(depth: usize) -> Result<(), CodecError> {
    if depth > MAX_DEPTH {
        return Err(Problem::Depth.into());
    }
    Ok(())
}

fn check_length(expected: usize, found: usize) -> Result<(), CodecError> {
    if expected != found {
        return Err(Problem::Length { expected, found }.into());
    }
    Ok(())
}

/// Demands exactly the attributes of the object's type.
fn check_attributes<V>(
    types: &BTreeMap<String, Type>,
    attributes: &BTreeMap<String, V>,
) -> Result<(), CodecError> {
    if let Some(name) = attributes.keys().find(|name| !types.contains_key(*name)) {
        return Err(Problem::UnexpectedAttribute(name.clone()).into());
    }
    if let Some(name) = types.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(Problem::MissingAttribute(name.clone()).into());
    }
    Ok(())
}

/// The elements of a map under their keys in normal form.
fn normal_keys(
    elements: &BTreeMap<String, Value>,
) -> Result<BTreeMap<Cow<'_, str>, &Value>, CodecError> {
    let mut normal = BTreeMap::new();
    for (key, element) in elements {
        if normal.insert(normal_form(key), element).is_some() {
            return Err(repeated(Step::Key(key.clone())));
        }
    }
    Ok(normal)
}

fn repeated(step: Step) -> CodecError {
    CodecError::from(Problem::RepeatedKey).within(step)
}
