//! From JSON to values.
//!
//! Each level is cut into the raw texts of what is inside: only so does a number reach us with all
//! its digits, and a value that comes before its type can wait for it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    codec::{CodecError, Problem, check_attributes, check_depth, check_length, no_number, wanted},
    number::Number,
    path::Step,
    types::Type,
    value::{Value, normal_form},
};

/// Which attributes an object has to have.
#[derive(Clone, Copy)]
pub(super) enum Attributes {
    /// Those of its type.
    Exact,
    /// Any; those that its type does not have are dropped, and missing ones are null.
    Lenient,
}

pub(super) fn raw(bytes: &[u8]) -> Result<&RawValue, CodecError> {
    serde_json::from_slice(bytes).map_err(|error| Problem::Json(error).into())
}

pub(super) fn value(
    raw: &RawValue,
    ty: &Type,
    attributes: Attributes,
    depth: usize,
) -> Result<Value, CodecError> {
    check_depth(depth)?;
    if Kind::of(raw) == Kind::Null {
        return Ok(Value::Null);
    }
    match ty {
        Type::Bool => bool(raw).map(Value::Bool),
        Type::Number => number(raw).map(Value::Number),
        Type::String => string(raw).map(Value::string),
        Type::Dynamic => dynamic(raw, attributes, depth),
        Type::List(element) => list(raw, element, attributes, depth).map(Value::List),
        Type::Set(element) => list(raw, element, attributes, depth)
            .map(Value::set)
            .map_err(CodecError::within_set),
        Type::Map(element) => map(raw, element, attributes, depth).map(Value::Map),
        Type::Object(types) => object(raw, types, attributes, depth).map(Value::Object),
        Type::Tuple(types) => tuple(raw, types, attributes, depth).map(Value::Tuple),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// Tells the kind by the first byte, which suffices because the text is known to be JSON.
    fn of(raw: &RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Bool,
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            _ => Self::Number,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a bool",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// Reads a bool, also one that was a string in an older schema.
fn bool(raw: &RawValue) -> Result<bool, CodecError> {
    let expected = wanted(&Type::Bool);
    match Kind::of(raw) {
        Kind::Bool => Ok(raw.get() == "true"),
        Kind::String => match inside::<String>(raw)?.as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(CodecError::mismatch(expected, "a string that is none")),
        },
        kind => Err(CodecError::mismatch(expected, kind.name())),
    }
}

/// Reads a number, also one that was a string in an older schema.
fn number(raw: &RawValue) -> Result<Number, CodecError> {
    let number = match Kind::of(raw) {
        Kind::Number => raw.get().parse(),
        Kind::String => inside::<String>(raw)?.parse(),
        kind => return Err(CodecError::mismatch(wanted(&Type::Number), kind.name())),
    };
    number.map_err(|error| no_number(&error))
}

/// Reads a string, also one that was a number or bool in an older schema.
fn string(raw: &RawValue) -> Result<String, CodecError> {
    match Kind::of(raw) {
        Kind::String => inside(raw),
        Kind::Number | Kind::Bool => Ok(raw.get().to_owned()),
        kind => Err(CodecError::mismatch(wanted(&Type::String), kind.name())),
    }
}

fn dynamic(raw: &RawValue, attributes: Attributes, depth: usize) -> Result<Value, CodecError> {
    let mut pair = entries(raw, wanted(&Type::Dynamic))?;
    let mut part = |name: &str| {
        let missing = || Problem::MissingAttribute(name.to_owned());
        pair.remove(name).ok_or_else(missing)
    };
    let (ty, inner) = (part("type")?, part("value")?);
    if let Some((name, _)) = pair.pop_first() {
        return Err(Problem::UnexpectedAttribute(name).into());
    }
    let ty = Type::from_json(ty.get().as_bytes()).map_err(Problem::Type)?;
    let inner = value(inner, &ty, attributes, depth + 1)?;
    Ok(Value::Dynamic(ty, Box::new(inner)))
}

fn list(
    raw: &RawValue,
    ty: &Type,
    attributes: Attributes,
    depth: usize,
) -> Result<Vec<Value>, CodecError> {
    let elements = elements(raw, "an array")?.into_iter().enumerate();
    elements
        .map(|(index, element)| {
            value(element, ty, attributes, depth + 1)
                .map_err(|error| error.within(Step::Index(index)))
        })
        .collect()
}

fn tuple(
    raw: &RawValue,
    types: &[Type],
    attributes: Attributes,
    depth: usize,
) -> Result<Vec<Value>, CodecError> {
    let elements = elements(raw, "an array")?;
    check_length(types.len(), elements.len())?;
    let elements = elements.into_iter().zip(types).enumerate();
    elements
        .map(|(index, (element, ty))| {
            value(element, ty, attributes, depth + 1)
                .map_err(|error| error.within(Step::Index(index)))
        })
        .collect()
}

fn map(
    raw: &RawValue,
    ty: &Type,
    attributes: Attributes,
    depth: usize,
) -> Result<BTreeMap<String, Value>, CodecError> {
    let elements = entries(raw, "a map")?.into_iter();
    elements
        .map(|(key, element)| {
            let key = normal_form(key).into_owned();
            match value(element, ty, attributes, depth + 1) {
                Ok(element) => Ok((key, element)),
                Err(error) => Err(error.within(Step::Key(key))),
            }
        })
        .collect()
}

fn object(
    raw: &RawValue,
    types: &BTreeMap<String, Type>,
    attributes: Attributes,
    depth: usize,
) -> Result<BTreeMap<String, Value>, CodecError> {
    let found = entries(raw, "an object")?;
    if matches!(attributes, Attributes::Exact) {
        check_attributes(types, &found)?;
    }
    let read = |(name, ty): (&String, &Type)| {
        let Some(raw) = found.get(name) else {
            return Ok((name.clone(), Value::Null));
        };
        match value(raw, ty, attributes, depth + 1) {
            Ok(value) => Ok((name.clone(), value)),
            Err(error) => Err(error.within(Step::Attribute(name.clone()))),
        }
    };
    types.iter().map(read).collect()
}

fn elements<'raw>(
    raw: &'raw RawValue,
    expected: &'static str,
) -> Result<Vec<&'raw RawValue>, CodecError> {
    match Kind::of(raw) {
        Kind::Array => inside(raw),
        kind => Err(CodecError::mismatch(expected, kind.name())),
    }
}

fn entries<'raw>(
    raw: &'raw RawValue,
    expected: &'static str,
) -> Result<BTreeMap<String, &'raw RawValue>, CodecError> {
    match Kind::of(raw) {
        Kind::Object => inside(raw),
        kind => Err(CodecError::mismatch(expected, kind.name())),
    }
}

/// Reads one level. Its kind has been looked at, so that no message about it repeats a value.
fn inside<'raw, T: Deserialize<'raw>>(raw: &'raw RawValue) -> Result<T, CodecError> {
    serde_json::from_str(raw.get()).map_err(|error| Problem::Json(error).into())
}
