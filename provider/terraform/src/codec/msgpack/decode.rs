//! From msgpack to values.

use std::{collections::BTreeMap, str};

use rmp::{
    Marker,
    decode::{
        NumValueReadError, ValueReadError, read_array_len, read_bin_len, read_bool, read_f32,
        read_f64, read_int, read_map_len, read_str_len,
    },
};

use crate::{
    codec::{
        CodecError, Problem, check_attributes, check_depth, check_length, no_number, repeated,
        wanted,
    },
    number::Number,
    path::Step,
    types::Type,
    value::{Value, normal_form},
};

/// Reads values one after the other.
pub(super) struct Decoder<'bytes> {
    pub(super) rest: &'bytes [u8],
}

impl<'bytes> Decoder<'bytes> {
    pub(super) fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, CodecError> {
        check_depth(depth)?;
        match self.peek()? {
            Marker::Null => {
                self.take(1)?;
                return Ok(Value::Null);
            }
            extension if is_extension(extension) => return self.unknown(ty).map(Value::Unknown),
            _ => {}
        }
        match ty {
            Type::Bool => self.bool().map(Value::Bool),
            Type::Number => self.number().map(Value::Number),
            Type::String => self.text(wanted(ty)).map(Value::string),
            Type::Dynamic => self.dynamic(depth),
            Type::List(element) => {
                let length = self.array_length(wanted(ty))?;
                self.elements(length, element, depth).map(Value::List)
            }
            Type::Set(element) => {
                let length = self.array_length(wanted(ty))?;
                let elements = self.elements(length, element, depth);
                elements.map(Value::set).map_err(CodecError::within_set)
            }
            Type::Map(element) => self.map(element, depth).map(Value::Map),
            Type::Object(types) => self.object(types, depth).map(Value::Object),
            Type::Tuple(types) => self.tuple(types, depth).map(Value::Tuple),
        }
    }

    pub(super) fn peek(&self) -> Result<Marker, CodecError> {
        let first = self.rest.first().ok_or(Problem::Truncated)?;
        Ok(Marker::from_u8(*first))
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'bytes [u8], CodecError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Problem::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn bool(&mut self) -> Result<bool, CodecError> {
        read_bool(&mut self.rest).map_err(|error| unreadable(&error, wanted(&Type::Bool)))
    }

    /// Reads an integer of any width; the widest ones are `i64` and `u64`.
    pub(super) fn integer(&mut self) -> Result<i128, CodecError> {
        read_int(&mut self.rest).map_err(|error| match error {
            NumValueReadError::TypeMismatch(marker) => {
                CodecError::mismatch(wanted(&Type::Number), kind(marker))
            }
            _ => Problem::Truncated.into(),
        })
    }

    pub(super) fn text(&mut self, expected: &'static str) -> Result<&'bytes str, CodecError> {
        str::from_utf8(self.text_bytes(expected)?).map_err(|_| Problem::Utf8.into())
    }

    /// Reads a text or what is written as bytes: hosts take one for the other.
    pub(super) fn text_bytes(
        &mut self,
        expected: &'static str,
    ) -> Result<&'bytes [u8], CodecError> {
        let length = if matches!(self.peek()?, Marker::Bin8 | Marker::Bin16 | Marker::Bin32) {
            read_bin_len(&mut self.rest)
        } else {
            read_str_len(&mut self.rest)
        };
        let length = length.map_err(|error| unreadable(&error, expected))?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    pub(super) fn map_length(&mut self, expected: &'static str) -> Result<usize, CodecError> {
        let length = read_map_len(&mut self.rest).map_err(|error| unreadable(&error, expected))?;
        self.plausible(length)
    }

    pub(super) fn array_length(&mut self, expected: &'static str) -> Result<usize, CodecError> {
        let length = read_array_len(&mut self.rest);
        self.plausible(length.map_err(|error| unreadable(&error, expected))?)
    }

    /// Refuses a length that the bytes cannot hold, before it costs anything.
    fn plausible(&self, length: u32) -> Result<usize, CodecError> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > self.rest.len() {
            return Err(Problem::Truncated.into());
        }
        Ok(length)
    }

    fn number(&mut self) -> Result<Number, CodecError> {
        let number = match self.peek()? {
            Marker::F32 => read_f32(&mut self.rest)
                .map(|float| Number::from_exact_f64(float.into()))
                .map_err(|error| unreadable(&error, wanted(&Type::Number)))?,
            Marker::F64 => read_f64(&mut self.rest)
                .map(Number::from_exact_f64)
                .map_err(|error| unreadable(&error, wanted(&Type::Number)))?,
            text if is_text(text) => self.text(wanted(&Type::Number))?.parse(),
            _ => return self.whole_number(),
        };
        number.map_err(|error| no_number(&error))
    }

    fn whole_number(&mut self) -> Result<Number, CodecError> {
        let integer = self.integer()?;
        let signed = i64::try_from(integer).map(Number::from);
        signed
            .or_else(|_| u64::try_from(integer).map(Number::from))
            .map_err(|_| CodecError::mismatch(wanted(&Type::Number), "a larger integer"))
    }

    fn dynamic(&mut self, depth: usize) -> Result<Value, CodecError> {
        let length = self.array_length(wanted(&Type::Dynamic))?;
        check_length(2, length)?;
        let json = self.text("a type")?;
        let ty = Type::from_json(json.as_bytes()).map_err(Problem::Type)?;
        let value = self.value(&ty, depth + 1)?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn elements(
        &mut self,
        length: usize,
        ty: &Type,
        depth: usize,
    ) -> Result<Vec<Value>, CodecError> {
        let mut elements = Vec::new();
        for index in 0..length {
            let element = self.value(ty, depth + 1);
            elements.push(element.map_err(|error| error.within(Step::Index(index)))?);
        }
        Ok(elements)
    }

    fn tuple(&mut self, types: &[Type], depth: usize) -> Result<Vec<Value>, CodecError> {
        let length = self.array_length("a tuple")?;
        check_length(types.len(), length)?;
        let mut elements = Vec::new();
        for (index, ty) in types.iter().enumerate() {
            let element = self.value(ty, depth + 1);
            elements.push(element.map_err(|error| error.within(Step::Index(index)))?);
        }
        Ok(elements)
    }

    fn map(&mut self, ty: &Type, depth: usize) -> Result<BTreeMap<String, Value>, CodecError> {
        let mut elements = BTreeMap::new();
        for _ in 0..self.map_length("a map")? {
            let key = normal_form(self.text("a string as key")?).into_owned();
            let element = self
                .value(ty, depth + 1)
                .map_err(|error| error.within(Step::Key(key.clone())))?;
            if elements.insert(key.clone(), element).is_some() {
                return Err(repeated(Step::Key(key)));
            }
        }
        Ok(elements)
    }

    fn object(
        &mut self,
        types: &BTreeMap<String, Type>,
        depth: usize,
    ) -> Result<BTreeMap<String, Value>, CodecError> {
        let mut attributes = BTreeMap::new();
        for _ in 0..self.map_length("an object")? {
            let name = self.text("the name of an attribute")?.to_owned();
            let Some(ty) = types.get(&name) else {
                return Err(Problem::UnexpectedAttribute(name).into());
            };
            let value = self
                .value(ty, depth + 1)
                .map_err(|error| error.within(Step::Attribute(name.clone())))?;
            if attributes.insert(name.clone(), value).is_some() {
                return Err(repeated(Step::Attribute(name)));
            }
        }
        check_attributes(types, &attributes)?;
        Ok(attributes)
    }
}

fn unreadable(error: &ValueReadError, expected: &'static str) -> CodecError {
    match error {
        ValueReadError::TypeMismatch(marker) => CodecError::mismatch(expected, kind(*marker)),
        _ => Problem::Truncated.into(),
    }
}

pub(super) const fn is_text(marker: Marker) -> bool {
    matches!(
        marker,
        Marker::FixStr(_)
            | Marker::Str8
            | Marker::Str16
            | Marker::Str32
            | Marker::Bin8
            | Marker::Bin16
            | Marker::Bin32
    )
}

pub(super) const fn is_extension(marker: Marker) -> bool {
    matches!(
        marker,
        Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32
    )
}

/// What the bytes after a marker are, without telling the value itself.
const fn kind(marker: Marker) -> &'static str {
    match marker {
        Marker::Null => "null",
        Marker::True | Marker::False => "a bool",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::Reserved => "a byte without meaning",
        text if is_text(text) => "a string",
        extension if is_extension(extension) => "an unknown value",
        _ => "a number",
    }
}
