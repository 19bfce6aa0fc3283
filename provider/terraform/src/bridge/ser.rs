//! Writing: a serde serializer that makes a value of a given type.

use std::fmt::Display;

use serde::{Serialize, Serializer, ser};

use crate::{
    bridge::{
        BridgeError, Misfit,
        parts::{Elements, Entries},
    },
    number::{Number, NumberError},
    types::Type,
    value::Value,
};

/// Writes one value.
#[derive(Clone, Copy)]
pub(super) struct Writer<'t>(pub(super) Target<'t>);

#[derive(Clone, Copy)]
pub(super) enum Target<'t> {
    /// Of this type.
    Typed(&'t Type),
    /// Inside a value that brings its type along: the value tells the type.
    Inferred,
}

impl<'t> Writer<'t> {
    pub(super) fn of(ty: &'t Type) -> Self {
        Self(Target::Typed(ty))
    }

    fn brings_type(self) -> bool {
        matches!(self.0, Target::Typed(Type::Dynamic))
    }

    /// What the parts are written by, given the writer of the whole.
    pub(super) fn inside(self) -> Self {
        match self.0 {
            Target::Typed(Type::Dynamic) => Self(Target::Inferred),
            _ => self,
        }
    }

    /// Lets the value bring its type along if it has to.
    pub(super) fn finish(self, value: Value) -> Value {
        if !self.brings_type() || value.is_null() {
            return value;
        }
        Value::Dynamic(type_of(&value), Box::new(value))
    }

    fn leaf(self, fitting: &Type, found: &str, value: Value) -> Result<Value, BridgeError> {
        match self.0 {
            Target::Typed(ty) if ty != fitting && *ty != Type::Dynamic => {
                Err(BridgeError::kind(found, ty))
            }
            _ => Ok(self.finish(value)),
        }
    }

    fn number(self, number: Result<Number, NumberError>) -> Result<Value, BridgeError> {
        let number = number.map_err(|error| BridgeError::here(Misfit::Number(error)))?;
        self.leaf(&Type::Number, "a number", Value::Number(number))
    }

    fn text(self, text: &str) -> Result<Value, BridgeError> {
        self.leaf(&Type::String, "a text", Value::string(text))
    }

    fn elements(self) -> Result<Elements<'t>, BridgeError> {
        match self.0 {
            Target::Inferred
            | Target::Typed(Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                Ok(Elements::of(self))
            }
            Target::Typed(ty) => Err(BridgeError::kind("a list", ty)),
        }
    }

    fn entries(self) -> Result<Entries<'t>, BridgeError> {
        match self.0 {
            Target::Inferred | Target::Typed(Type::Dynamic | Type::Map(_) | Type::Object(_)) => {
                Ok(Entries::of(self))
            }
            Target::Typed(ty) => Err(BridgeError::kind("an object", ty)),
        }
    }

    fn variant<T: Serialize + ?Sized>(self, name: &str, content: &T) -> Result<Value, BridgeError> {
        let mut entries = self.entries()?;
        entries.write(name, content)?;
        Ok(entries.finish())
    }
}

/// Writes each kind of integer as the exact number.
macro_rules! integers {
    ($($method:ident $integer:ty;)*) => {$(
        fn $method(self, integer: $integer) -> Result<Value, BridgeError> {
            self.number(integer.to_string().parse())
        }
    )*};
}

impl<'t> Serializer for Writer<'t> {
    type Ok = Value;
    type Error = BridgeError;
    type SerializeSeq = Elements<'t>;
    type SerializeTuple = Elements<'t>;
    type SerializeTupleStruct = Elements<'t>;
    type SerializeTupleVariant = ser::Impossible<Value, BridgeError>;
    type SerializeMap = Entries<'t>;
    type SerializeStruct = Entries<'t>;
    type SerializeStructVariant = ser::Impossible<Value, BridgeError>;

    integers! {
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
    }

    fn serialize_bool(self, truth: bool) -> Result<Value, BridgeError> {
        self.leaf(&Type::Bool, "a truth value", Value::Bool(truth))
    }

    /// The shortest decimal of the narrow float, which the wide one next to it has not.
    fn serialize_f32(self, float: f32) -> Result<Value, BridgeError> {
        let number = if float.is_finite() {
            format!("{float:e}").parse()
        } else {
            Err(NumberError::NotFinite)
        };
        self.number(number)
    }

    fn serialize_f64(self, float: f64) -> Result<Value, BridgeError> {
        self.number(Number::from_shortest_f64(float))
    }

    fn serialize_char(self, character: char) -> Result<Value, BridgeError> {
        self.text(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Value, BridgeError> {
        self.text(text)
    }

    fn serialize_bytes(self, _bytes: &[u8]) -> Result<Value, BridgeError> {
        Err(BridgeError::kind("bytes", "a text"))
    }

    fn serialize_none(self) -> Result<Value, BridgeError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<Value, BridgeError> {
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, BridgeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, BridgeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Value, BridgeError> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        it: &T,
    ) -> Result<Value, BridgeError> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        it: &T,
    ) -> Result<Value, BridgeError> {
        self.variant(variant, it)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Elements<'t>, BridgeError> {
        self.elements()
    }

    fn serialize_tuple(self, _len: usize) -> Result<Elements<'t>, BridgeError> {
        self.elements()
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Elements<'t>, BridgeError> {
        self.elements()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, BridgeError> {
        Err(BridgeError::kind("a variant of several values", "a struct"))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Entries<'t>, BridgeError> {
        self.entries()
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Entries<'t>, BridgeError> {
        self.entries()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant, BridgeError> {
        Err(BridgeError::kind("a variant of several values", "a struct"))
    }
}

/// The type that a literal of this value would have.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        Value::Tuple(elements) => Type::Tuple(elements.iter().map(type_of).collect()),
        Value::Object(attributes) => {
            Type::object(attributes.iter().map(|(name, it)| (name, type_of(it))))
        }
        _ => Type::Dynamic,
    }
}

impl ser::Error for BridgeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::here(Misfit::Refused(message.to_string()))
    }
}
