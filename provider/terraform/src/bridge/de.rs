//! Reading: a serde deserializer over a value.

use std::{
    collections::{BTreeMap, btree_map},
    fmt, iter, slice,
};

use serde::{
    Deserializer, de,
    de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

use crate::{
    bridge::{BridgeError, Misfit, key::Key},
    number::Number,
    path::{Path, Step},
    value::Value,
};

/// Reads one value.
#[derive(Clone, Copy)]
pub(super) struct Reader<'de> {
    value: &'de Value,
    /// Part of a value that brought its type along, whose nulls somebody wrote.
    free: bool,
}

impl<'de> Reader<'de> {
    pub(super) fn of(value: &'de Value) -> Self {
        Self { value, free: false }.part(value)
    }

    /// The reader of a part of this value.
    fn part(self, value: &'de Value) -> Self {
        Self {
            value: value.inner(),
            free: self.free || matches!(value, Value::Dynamic(..)),
        }
    }

    fn is_absent(self) -> bool {
        self.value.is_null() || self.value.is_unknown()
    }

    fn elements(self, elements: &'de [Value], addressed: bool) -> Elements<'de> {
        Elements {
            reader: self,
            rest: elements.iter().enumerate(),
            addressed,
        }
    }

    fn entries(self, entries: &'de BTreeMap<String, Value>, keeps: bool) -> Entries<'de> {
        Entries {
            reader: self,
            rest: entries.iter(),
            keeps,
            current: None,
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = BridgeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        match self.value {
            Value::Null | Value::Unknown(_) => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::List(elements) | Value::Tuple(elements) => {
                visitor.visit_seq(self.elements(elements, true))
            }
            Value::Set(elements) => visitor.visit_seq(self.elements(elements, false)),
            Value::Map(elements) => visitor.visit_map(self.entries(elements, true)),
            Value::Object(attributes) => visitor.visit_map(self.entries(attributes, self.free)),
            Value::Dynamic(_, value) => self.part(value).deserialize_any(visitor),
        }
    }

    /// Absent attributes of an object are left out, so that serde's defaults apply to them.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BridgeError> {
        match self.value {
            Value::Object(entries) | Value::Map(entries) => {
                visitor.visit_map(self.entries(entries, false))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        if self.is_absent() {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, BridgeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        match whole(self.value) {
            Some(integer) => visitor.visit_i128(integer),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        match whole(self.value) {
            Some(integer) => visitor.visit_u128(integer),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        self.deserialize_f64(visitor)
    }

    /// An integer beyond 64 bits is no less a float.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        match self.value {
            Value::Number(number) => visit_float(number, visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    /// A variant without content is a text, one with content an object of that one attribute.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BridgeError> {
        match self.value {
            Value::String(name) => visitor.visit_enum(Choice {
                name,
                content: self.part(&Value::Null),
            }),
            Value::Object(entries) | Value::Map(entries) => {
                let mut present = entries.iter().filter(|(_, it)| !self.part(it).is_absent());
                let (Some((name, content)), None) = (present.next(), present.next()) else {
                    return Err(BridgeError::kind("an object", "exactly one attribute set"));
                };
                let content = self.part(content);
                visitor.visit_enum(Choice { name, content })
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BridgeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier
    }
}

fn whole<I: std::str::FromStr>(value: &Value) -> Option<I> {
    let number = value.as_number().filter(|number| number.is_integer())?;
    number.to_string().parse().ok()
}

fn visit_number<'de, V: Visitor<'de>>(
    number: &Number,
    visitor: V,
) -> Result<V::Value, BridgeError> {
    if let Some(integer) = number.as_u64() {
        return visitor.visit_u64(integer);
    }
    if let Some(integer) = number.as_i64() {
        return visitor.visit_i64(integer);
    }
    visit_float(number, visitor)
}

fn visit_float<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, BridgeError> {
    let float = number.to_f64();
    if !float.is_finite() {
        return Err(BridgeError::kind(
            "a number beyond the range of floats",
            "a smaller one",
        ));
    }
    visitor.visit_f64(float)
}

/// Reads the elements of a list, tuple or set.
struct Elements<'de> {
    reader: Reader<'de>,
    rest: iter::Enumerate<slice::Iter<'de, Value>>,
    addressed: bool,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = BridgeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, BridgeError> {
        let Some((index, element)) = self.rest.next() else {
            return Ok(None);
        };
        let step = self.addressed.then_some(Step::Index(index));
        let element = seed.deserialize(self.reader.part(element));
        element.map(Some).map_err(|error| error.within(step))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// Reads the entries of a map or object.
struct Entries<'de> {
    reader: Reader<'de>,
    rest: btree_map::Iter<'de, String, Value>,
    /// An entry is there even if its value is absent.
    keeps: bool,
    current: Option<(&'de String, &'de Value)>,
}

impl Entries<'_> {
    fn step(&self) -> Option<Step> {
        let (key, _) = self.current?;
        Some(match self.reader.value {
            Value::Map(_) => Step::Key(key.clone()),
            _ => Step::Attribute(key.clone()),
        })
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = BridgeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, BridgeError> {
        let (reader, keeps) = (self.reader, self.keeps);
        self.current = self
            .rest
            .find(|(_, value)| keeps || !reader.part(value).is_absent());
        let Some((key, _)) = self.current else {
            return Ok(None);
        };
        let key = seed.deserialize(Key(key));
        key.map(Some).map_err(|error| error.within(self.step()))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, BridgeError> {
        let value = self.current.map_or(&Value::Null, |(_, value)| value);
        let value = seed.deserialize(self.reader.part(value));
        value.map_err(|error| error.within(self.step()))
    }
}

/// Reads a variant of an enum.
struct Choice<'de> {
    name: &'de str,
    content: Reader<'de>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = BridgeError;
    type Variant = Content<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Content<'de>), BridgeError> {
        let variant = seed.deserialize(Key(self.name))?;
        Ok((
            variant,
            Content {
                name: self.name,
                content: self.content,
            },
        ))
    }
}

/// Reads what a variant of an enum holds.
struct Content<'de> {
    name: &'de str,
    content: Reader<'de>,
}

impl Content<'_> {
    fn at<T>(&self, result: Result<T, BridgeError>) -> Result<T, BridgeError> {
        let step = || Some(Step::Attribute(self.name.to_owned()));
        result.map_err(|error| error.within(step()))
    }
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = BridgeError;

    fn unit_variant(self) -> Result<(), BridgeError> {
        if self.content.is_absent() {
            return Ok(());
        }
        Err(BridgeError::kind("an object", "a text"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, BridgeError> {
        self.at(seed.deserialize(self.content))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, BridgeError> {
        self.at(self.content.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BridgeError> {
        self.at(self.content.deserialize_struct("", fields, visitor))
    }
}

impl de::Error for BridgeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::here(Misfit::Refused(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        if matches!(found, Unexpected::Unit | Unexpected::Option) {
            return Self::here(Misfit::Missing);
        }
        Self::kind(kind(found), expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::kind(
            "another text",
            format!("one of `{}`", expected.join("`, `")),
        )
    }

    fn unknown_field(field: &str, _expected: &'static [&'static str]) -> Self {
        Self::here(Misfit::Attribute(field.to_owned()))
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            path: Path::from(field),
            misfit: Misfit::Missing,
        }
    }
}

fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a truth value",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a text",
        Unexpected::Seq => "a list",
        Unexpected::Map | Unexpected::StructVariant => "an object",
        _ => "another kind of value",
    }
}
