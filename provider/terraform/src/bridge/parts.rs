//! Writing what has parts: lists, sets, tuples, maps and objects.

use std::{collections::BTreeMap, fmt::Display};

use serde::{Serialize, ser};

use crate::{
    bridge::{
        BridgeError, Misfit,
        ser::{Target, Writer},
    },
    path::Step,
    types::Type,
    value::Value,
};

/// Writes the elements of a list, set or tuple.
pub(super) struct Elements<'t> {
    writer: Writer<'t>,
    written: Vec<Value>,
}

impl<'t> Elements<'t> {
    pub(super) fn of(writer: Writer<'t>) -> Self {
        Self {
            writer,
            written: Vec::new(),
        }
    }

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

impl<'t> Entries<'t> {
    pub(super) fn of(writer: Writer<'t>) -> Self {
        Self {
            writer,
            written: BTreeMap::new(),
            key: String::new(),
        }
    }

    pub(super) fn write<T: Serialize + ?Sized>(
        &mut self,
        key: &str,
        it: &T,
    ) -> Result<(), BridgeError> {
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

    pub(super) fn finish(mut self) -> Value {
        match self.writer.0 {
            Target::Typed(Type::Map(_)) => Value::Map(self.written),
            Target::Typed(Type::Object(attributes)) => {
                for name in attributes.keys() {
                    self.written.entry(name.clone()).or_insert(Value::Null);
                }
                Value::Object(self.written)
            }
            _ => self.writer.finish(Value::Object(self.written)),
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
        Ok(self.finish())
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
        Ok(self.finish())
    }
}
