//! From values to msgpack.

use std::collections::BTreeMap;

use rmp::encode::{
    ByteBuf, write_array_len, write_bin, write_bool, write_f64, write_map_len, write_nil,
    write_sint, write_str,
};

use crate::{
    codec::{
        CodecError, Problem, check_attributes, check_depth, check_length, kind, normal_keys, wanted,
    },
    number::Number,
    path::Step,
    types::Type,
    value::{Value, normal_form},
};

/// Writes values one after the other.
pub(super) struct Encoder {
    pub(super) bytes: ByteBuf,
}

impl Encoder {
    pub(super) fn value(
        &mut self,
        value: &Value,
        ty: &Type,
        depth: usize,
    ) -> Result<(), CodecError> {
        check_depth(depth)?;
        match (ty, value) {
            (_, Value::Null) => {
                let Ok(()) = write_nil(&mut self.bytes);
                Ok(())
            }
            (ty, Value::Unknown(refinements)) => self.unknown(refinements, ty),
            (Type::Dynamic, Value::Dynamic(ty, value)) => self.dynamic(ty, value, depth),
            (Type::Bool, Value::Bool(truth)) => {
                self.bool(*truth);
                Ok(())
            }
            (Type::Number, Value::Number(number)) => self.number(number),
            (Type::String, Value::String(text)) => self.text(&normal_form(text)),
            (Type::List(ty), Value::List(elements)) => self.list(elements, ty, depth),
            (Type::Set(ty), Value::Set(elements)) => self
                .list(elements, ty, depth)
                .map_err(CodecError::within_set),
            (Type::Tuple(types), Value::Tuple(elements)) => self.tuple(elements, types, depth),
            (Type::Map(ty), Value::Map(elements)) => self.map(elements, ty, depth),
            (Type::Object(types), Value::Object(attributes)) => {
                self.object(attributes, types, depth)
            }
            (ty, value) => Err(CodecError::mismatch(wanted(ty), kind(value))),
        }
    }

    pub(super) fn bool(&mut self, truth: bool) {
        let Ok(()) = write_bool(&mut self.bytes, truth);
    }

    pub(super) fn integer(&mut self, integer: i64) {
        let Ok(_) = write_sint(&mut self.bytes, integer);
    }

    /// Writes an integer that no `i64` holds as text, even if a float would do: as hosts do.
    pub(super) fn number(&mut self, number: &Number) -> Result<(), CodecError> {
        if let Some(integer) = number.as_i64() {
            self.integer(integer);
            return Ok(());
        }
        let float = number.as_exact_f64().filter(|_| !number.is_integer());
        let Some(float) = float else {
            return self.text(&number.to_string());
        };
        let Ok(()) = write_f64(&mut self.bytes, float);
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), CodecError> {
        length(text.len())?;
        let Ok(()) = write_str(&mut self.bytes, text);
        Ok(())
    }

    pub(super) fn array_length(&mut self, elements: usize) -> Result<(), CodecError> {
        let Ok(_) = write_array_len(&mut self.bytes, length(elements)?);
        Ok(())
    }

    pub(super) fn map_length(&mut self, entries: usize) -> Result<(), CodecError> {
        let Ok(_) = write_map_len(&mut self.bytes, length(entries)?);
        Ok(())
    }

    fn dynamic(&mut self, ty: &Type, value: &Value, depth: usize) -> Result<(), CodecError> {
        self.array_length(2)?;
        let json = ty.to_json();
        length(json.len())?;
        let Ok(()) = write_bin(&mut self.bytes, &json);
        self.value(value, ty, depth + 1)
    }

    fn list(&mut self, elements: &[Value], ty: &Type, depth: usize) -> Result<(), CodecError> {
        self.array_length(elements.len())?;
        for (index, element) in elements.iter().enumerate() {
            self.value(element, ty, depth + 1)
                .map_err(|error| error.within(Step::Index(index)))?;
        }
        Ok(())
    }

    fn tuple(
        &mut self,
        elements: &[Value],
        types: &[Type],
        depth: usize,
    ) -> Result<(), CodecError> {
        check_length(types.len(), elements.len())?;
        self.array_length(elements.len())?;
        for (index, (element, ty)) in elements.iter().zip(types).enumerate() {
            self.value(element, ty, depth + 1)
                .map_err(|error| error.within(Step::Index(index)))?;
        }
        Ok(())
    }

    fn map(
        &mut self,
        elements: &BTreeMap<String, Value>,
        ty: &Type,
        depth: usize,
    ) -> Result<(), CodecError> {
        self.map_length(elements.len())?;
        for (key, element) in normal_keys(elements)? {
            self.text(&key)?;
            self.value(element, ty, depth + 1)
                .map_err(|error| error.within(Step::Key(key.into_owned())))?;
        }
        Ok(())
    }

    fn object(
        &mut self,
        attributes: &BTreeMap<String, Value>,
        types: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<(), CodecError> {
        check_attributes(types, attributes)?;
        self.map_length(attributes.len())?;
        for ((name, value), ty) in attributes.iter().zip(types.values()) {
            self.text(name)?;
            self.value(value, ty, depth + 1)
                .map_err(|error| error.within(Step::Attribute(name.clone())))?;
        }
        Ok(())
    }
}

/// The length as the wire has it; more than its 32 bits would be cut off silently.
pub(super) fn length(length: usize) -> Result<u32, CodecError> {
    u32::try_from(length).map_err(|_| Problem::TooLong.into())
}
