//! Writing: a serde serializer that makes a value of a given type.

use std::{collections::BTreeMap, fmt::Display};

use serde::{Serialize, Serializer, ser};

use crate::{
    bridge::{BridgeError, Misfit},
    number::{Number, NumberError},
    path::Step,
    types::Type,
    value::Value,
};

/// Writes one value.
#[derive(Clone, Copy)]
pub(super) struct Writer<'t>(Target<'t>);

#[derive(Clone, Copy)]
enum Target<'t> {
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
    fn inside(self) -> Self {
        match self.0 {
            Target::Typed(Type::Dynamic) => Self(Target::Inferred),
            _ => self,
        }
    }

    /// Lets the value bring its type along if it has to.
    fn finish(self, value: Value) -> Value {
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
                Ok(Elements {
                    writer: self,
                    written: Vec::new(),
                })
            }
            Target::Typed(ty) => Err(BridgeError::kind("a list", ty)),
        }
    }

    fn entries(self) -> Result<Entries<'t>, BridgeError> {
        match self.0 {
            Target::Inferred | Target::Typed(Type::Dynamic | Type::Map(_) | Type::Object(_)) => {
                Ok(Entries {
                    writer: self,
                    written: BTreeMap::new(),
                    key: String::new(),
                })
            }
            Target::Typed(ty) => Err(BridgeError::kind("an object", ty)),
        }
    }

    fn variant<T: Serialize + ?Sized>(self, name: &str, content: &T) -> Result<Value, BridgeError> {
        let mut entries = self.entries()?;
        entries.write(name, content)?;
        entries.finish()
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

/// Writes the elements of a list, set or tuple.
pub(super) struct Elements<'t> {
    writer: Writer<'t>,
    written: Vec<Value>,
}

impl Elements<'_> {
    fn write<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), BridgeError> {
        let position = self.written.len();
        let writer = match self.writer.0 {
            Target::Typed(Type::List(element) | Type::Set(element)) => Writer::of(element),
            Target::Typed(Type::Tuple(elements)) => match elements.get(position) {
                Some(element) => Writer::of(element),
                None => return Err(self.of_other_length(position + 1)),
            },
            _ => self.writer.inside(),
        };
        let is_set = matches!(self.writer.0, Target::Typed(Type::Set(_)));
        let step = (!is_set).then_some(Step::Index(position));
        let element = element.serialize(writer);
        self.written
            .push(element.map_err(|error| error.within(step))?);
        Ok(())
    }

    fn finish(self) -> Result<Value, BridgeError> {
        match self.writer.0 {
            Target::Typed(Type::List(_)) => Ok(Value::List(self.written)),
            Target::Typed(Type::Set(_)) => Ok(Value::set(self.written)),
            Target::Typed(Type::Tuple(elements)) if elements.len() != self.written.len() => {
                Err(self.of_other_length(self.written.len()))
            }
            _ => Ok(self.writer.finish(Value::Tuple(self.written))),
        }
    }

    fn of_other_length(&self, length: usize) -> BridgeError {
        let expected: &dyn Display = match &self.writer.0 {
            Target::Typed(ty) => ty,
            Target::Inferred => &"any number of them",
        };
        BridgeError::kind(format_args!("{length} elements"), expected)
    }
}

/// Writes the entries of a map or object.
pub(super) struct Entries<'t> {
    writer: Writer<'t>,
    written: BTreeMap<String, Value>,
    key: String,
}

impl Entries<'_> {
    fn write<T: Serialize + ?Sized>(&mut self, key: &str, it: &T) -> Result<(), BridgeError> {
        let writer = match self.writer.0 {
            Target::Typed(Type::Map(element)) => Writer::of(element),
            Target::Typed(Type::Object(attributes)) => match attributes.get(key) {
                Some(attribute) => Writer::of(attribute),
                None => return Err(BridgeError::here(Misfit::Attribute(key.to_owned()))),
            },
            _ => self.writer.inside(),
        };
        let is_map = matches!(self.writer.0, Target::Typed(Type::Map(_)));
        let step = if is_map { Step::Key } else { Step::Attribute };
        let value = it.serialize(writer);
        let value = value.map_err(|error| error.within(Some(step(key.to_owned()))))?;
        let key = if is_map { normal(key) } else { key.to_owned() };
        self.written.insert(key, value);
        Ok(())
    }

    fn finish(mut self) -> Result<Value, BridgeError> {
        match self.writer.0 {
            Target::Typed(Type::Map(_)) => Ok(Value::Map(self.written)),
            Target::Typed(Type::Object(attributes)) => {
                for name in attributes.keys() {
                    self.written.entry(name.clone()).or_insert(Value::Null);
                }
                Ok(Value::Object(self.written))
            }
            _ => Ok(self.writer.finish(Value::Object(self.written))),
        }
    }
}

/// Keys are texts, and hosts compare texts in normal form.
fn normal(key: &str) -> String {
    match Value::string(key) {
        Value::String(key) => key,
        _ => key.to_owned(),
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

/// Writes the elements by whichever of serde's traits asks for it.
macro_rules! elements {
    ($($of:ident $method:ident;)*) => {$(
        impl ser::$of for Elements<'_> {
            type Ok = Value;
            type Error = BridgeError;

            fn $method<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), BridgeError> {
                self.write(element)
            }

            fn end(self) -> Result<Value, BridgeError> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = Value;
    type Error = BridgeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        it: &T,
    ) -> Result<(), BridgeError> {
        self.write(name, it)
    }

    fn end(self) -> Result<Value, BridgeError> {
        self.finish()
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = Value;
    type Error = BridgeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), BridgeError> {
        self.key = match key.serialize(Writer(Target::Inferred))? {
            Value::String(key) => key,
            Value::Number(key) => key.to_string(),
            Value::Bool(key) => key.to_string(),
            _ => return Err(BridgeError::kind("a key of several parts", "a text")),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), BridgeError> {
        let key = std::mem::take(&mut self.key);
        self.write(&key, it)
    }

    fn end(self) -> Result<Value, BridgeError> {
        self.finish()
    }
}

impl ser::Error for BridgeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::here(Misfit::Refused(message.to_string()))
    }
}
