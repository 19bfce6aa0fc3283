//! Texts, booleans and integers.

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Decode, Decoder, Fault, Generation, NodeId, Resolved};
use crate::krt::yaml::{Mark, is_no, is_yes};

/// A text, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) at: Option<Mark>,
}

/// A boolean, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flag {
    pub(crate) value: bool,
    pub(crate) at: Option<Mark>,
}

/// An integer of 32 bits, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Integer32 {
    pub(crate) value: i32,
    pub(crate) at: Option<Mark>,
}

/// An integer of 64 bits, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Integer64 {
    pub(crate) value: i64,
    pub(crate) at: Option<Mark>,
}

impl Text {
    pub(crate) fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
}

impl Decode for Text {
    const WANTED: &'static str = "text";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        match decoder.meaning(id)? {
            Some(Resolved::Null) => Ok(null(self, decoder, id)),
            Some(meaning) => {
                self.value = decoder.text(id, &meaning)?;
                self.at = Some(decoder.mark(id));
                Ok(true)
            }
            None => decoder.collection_mismatch(id, Self::WANTED),
        }
    }
}

impl Decode for Flag {
    const WANTED: &'static str = "a boolean";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        let value = match decoder.meaning(id)? {
            Some(Resolved::Null) => return Ok(null(self, decoder, id)),
            Some(Resolved::Boolean(value)) => value,
            Some(meaning @ (Resolved::Text | Resolved::Binary))
                if decoder.generation == Generation::Third =>
            {
                let text = decoder.text(id, &meaning)?;
                if !is_yes(&text) && !is_no(&text) {
                    return decoder.mismatch(id, Self::WANTED);
                }
                is_yes(&text)
            }
            Some(_) => return decoder.mismatch(id, Self::WANTED),
            None => return decoder.collection_mismatch(id, Self::WANTED),
        };
        self.value = value;
        self.at = Some(decoder.mark(id));
        Ok(true)
    }
}

impl Decode for Integer32 {
    const WANTED: &'static str = "an integer of 32 bits";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        let meaning = decoder.meaning(id)?;
        if meaning == Some(Resolved::Null) {
            return Ok(null(self, decoder, id));
        }
        let found = meaning.as_ref().and_then(integer);
        let Some(value) = found.and_then(|value| i32::try_from(value).ok()) else {
            return decoder.collection_mismatch(id, Self::WANTED);
        };
        self.value = value;
        self.at = Some(decoder.mark(id));
        Ok(true)
    }
}

impl Decode for Integer64 {
    const WANTED: &'static str = "an integer";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        let meaning = decoder.meaning(id)?;
        if meaning == Some(Resolved::Null) {
            return Ok(null(self, decoder, id));
        }
        let Some(value) = meaning.as_ref().and_then(integer) else {
            return decoder.collection_mismatch(id, Self::WANTED);
        };
        self.value = value;
        self.at = Some(decoder.mark(id));
        Ok(true)
    }
}

/// What null does to a value: the second generation resets it, the third leaves it alone.
pub(super) fn null<T: Default>(out: &mut T, decoder: &Decoder<'_>, _: NodeId) -> bool {
    let resets = decoder.generation == Generation::Second;
    if resets {
        *out = T::default();
    }
    resets
}

/// A number as an integer. Fractions are cut off; what does not fit becomes the least integer.
fn integer(meaning: &Resolved) -> Option<i64> {
    match meaning {
        Resolved::Integer(integer) => Some(*integer),
        Resolved::Float(float) => truncate(*float),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "Go converts in the same way: cut off, and the least integer out of range"
)]
fn truncate(float: f64) -> Option<i64> {
    const END: f64 = i64::MAX as f64;
    if float.is_nan() || float > END {
        None
    } else if !(-END..END).contains(&float) {
        Some(i64::MIN)
    } else {
        Some(float as i64)
    }
}

/// Text in Base64, with line breaks anywhere. Bytes that are no text are replaced.
pub(super) fn base64(text: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, config);
    let compact = text.replace(['\r', '\n'], "");
    let bytes = engine.decode(compact).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

macro_rules! schema {
    ($type:ty, $name:literal, $schema:tt) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

schema!(Text, "Text", { "type": "string" });
schema!(Flag, "Flag", { "type": "boolean" });
schema!(Integer32, "Integer32", { "type": "integer", "format": "int32" });
schema!(Integer64, "Integer64", { "type": "integer", "format": "int64" });
