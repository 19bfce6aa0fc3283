//! Values as JSON: how they lie in state files.
//!
//! Numbers keep every digit in both directions. Unknown values have no JSON.

mod decode;
mod encode;

use self::decode::{Attributes, value};
use super::CodecError;
use crate::{types::Type, value::Value};

/// Writes a value of the type.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, CodecError> {
    let mut json = Vec::new();
    encode::value(&mut json, value, ty, 0)?;
    Ok(json)
}

/// Reads a value of the type.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    value(decode::raw(bytes)?, ty, Attributes::Exact, 0)
}

/// Reads a value from a state that was written with other attributes, at any depth: those that the
/// type does not have are dropped, and those that the state lacks are null.
pub fn decode_state(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    value(decode::raw(bytes)?, ty, Attributes::Lenient, 0)
}

#[cfg(test)]
mod tests;
