//! From values to JSON.

use std::collections::BTreeMap;

use crate::{
    codec::{
        CodecError, Problem, check_attributes, check_depth, check_length, kind, normal_keys, wanted,
    },
    path::Step,
    types::Type,
    value::{Value, normal_form},
};

pub(super) fn value(
    json: &mut Vec<u8>,
    value: &Value,
    ty: &Type,
    depth: usize,
) -> Result<(), CodecError> {
    check_depth(depth)?;
    match (ty, value) {
        (ty, Value::Unknown(_)) => return Err(CodecError::mismatch(wanted(ty), kind(value))),
        (_, Value::Null) => json.extend(b"null"),
        (Type::Dynamic, Value::Dynamic(ty, value)) => dynamic(json, value, ty, depth)?,
        (Type::Bool, Value::Bool(truth)) => json.extend(truth.to_string().bytes()),
        (Type::Number, Value::Number(number)) => json.extend(number.to_string().bytes()),
        (Type::String, Value::String(text)) => string(json, &normal_form(text))?,
        (Type::List(ty), Value::List(elements)) => list(json, elements, ty, depth)?,
        (Type::Set(ty), Value::Set(elements)) => {
            list(json, elements, ty, depth).map_err(CodecError::within_set)?;
        }
        (Type::Tuple(types), Value::Tuple(elements)) => tuple(json, elements, types, depth)?,
        (Type::Map(ty), Value::Map(elements)) => map(json, elements, ty, depth)?,
        (Type::Object(types), Value::Object(attributes)) => {
            object(json, attributes, types, depth)?;
        }
        (ty, value) => return Err(CodecError::mismatch(wanted(ty), kind(value))),
    }
    Ok(())
}

fn string(json: &mut Vec<u8>, text: &str) -> Result<(), CodecError> {
    serde_json::to_writer(json, text).map_err(|error| Problem::Json(error).into())
}

fn dynamic(json: &mut Vec<u8>, inner: &Value, ty: &Type, depth: usize) -> Result<(), CodecError> {
    json.extend(br#"{"value":"#);
    value(json, inner, ty, depth + 1)?;
    json.extend(br#","type":"#);
    json.extend(ty.to_json());
    json.push(b'}');
    Ok(())
}

fn list(json: &mut Vec<u8>, elements: &[Value], ty: &Type, depth: usize) -> Result<(), CodecError> {
    array(json, elements.iter().map(|element| (element, ty)), depth)
}

fn tuple(
    json: &mut Vec<u8>,
    elements: &[Value],
    types: &[Type],
    depth: usize,
) -> Result<(), CodecError> {
    check_length(types.len(), elements.len())?;
    array(json, elements.iter().zip(types), depth)
}

fn array<'all>(
    json: &mut Vec<u8>,
    elements: impl Iterator<Item = (&'all Value, &'all Type)>,
    depth: usize,
) -> Result<(), CodecError> {
    json.push(b'[');
    for (index, (element, ty)) in elements.enumerate() {
        separate(json, index);
        value(json, element, ty, depth + 1).map_err(|error| error.within(Step::Index(index)))?;
    }
    json.push(b']');
    Ok(())
}

fn map(
    json: &mut Vec<u8>,
    elements: &BTreeMap<String, Value>,
    ty: &Type,
    depth: usize,
) -> Result<(), CodecError> {
    json.push(b'{');
    for (index, (key, element)) in normal_keys(elements)?.into_iter().enumerate() {
        separate(json, index);
        string(json, &key)?;
        json.push(b':');
        value(json, element, ty, depth + 1)
            .map_err(|error| error.within(Step::Key(key.into_owned())))?;
    }
    json.push(b'}');
    Ok(())
}

fn object(
    json: &mut Vec<u8>,
    attributes: &BTreeMap<String, Value>,
    types: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<(), CodecError> {
    check_attributes(types, attributes)?;
    json.push(b'{');
    for (index, ((name, attribute), ty)) in attributes.iter().zip(types.values()).enumerate() {
        separate(json, index);
        string(json, name)?;
        json.push(b':');
        value(json, attribute, ty, depth + 1)
            .map_err(|error| error.within(Step::Attribute(name.clone())))?;
    }
    json.push(b'}');
    Ok(())
}

fn separate(json: &mut Vec<u8>, index: usize) {
    if index > 0 {
        json.push(b',');
    }
}
