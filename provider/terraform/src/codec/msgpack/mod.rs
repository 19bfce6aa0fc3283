//! Values as msgpack: how they travel between host and provider.

mod decode;
mod encode;
mod refinements;

use rmp::encode::ByteBuf;

use self::{decode::Decoder, encode::Encoder};
use super::{CodecError, Problem};
use crate::{types::Type, value::Value};

/// Writes a value of the type.
///
/// Promises about unknown values that do not suit the type are dropped; a string prefix of more
/// than 256 bytes is cut, which promises less.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, CodecError> {
    let mut encoder = Encoder {
        bytes: ByteBuf::new(),
    };
    encoder.value(value, ty, 0)?;
    Ok(encoder.bytes.into_vec())
}

/// Reads a value of the type, and nothing after it.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, CodecError> {
    let mut decoder = Decoder { rest: bytes };
    let value = decoder.value(ty, 0)?;
    if decoder.rest.is_empty() {
        return Ok(value);
    }
    Err(Problem::Trailing.into())
}

#[cfg(test)]
mod tests;
