//! Lists, maps of texts, and parts that may be missing.

use std::{borrow::Cow, collections::BTreeMap};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Decode, Decoder, Fault, Generation, NodeId, Resolved, Segment, Text};
use crate::krt::yaml::{Kind, Mark, is_null_word};

/// A list, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// Where it stands; `None` is no list at all, which differs from an empty one.
    pub(crate) at: Option<Mark>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            at: None,
        }
    }
}

/// Texts by name, and where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Map {
    pub(crate) entries: BTreeMap<String, Entry>,
    pub(crate) at: Option<Mark>,
}

/// A value of a [`Map`], and where its key stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key_at: Mark,
    pub(crate) value: Text,
}

/// A part that may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Optional<T>(pub(crate) Option<Box<T>>);

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Optional<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }
}

impl<T: Decode> Decode for List<T> {
    const WANTED: &'static str = "a list";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        if decoder.meaning(id)? == Some(Resolved::Null) {
            *self = Self::default();
            return Ok(true);
        }
        let Some(Kind::Sequence(children)) = decoder.node(id).map(|node| &node.kind) else {
            return decoder.collection_mismatch(id, Self::WANTED);
        };
        self.items = Vec::new();
        self.at = Some(decoder.mark(id));
        for (index, child) in children.iter().enumerate() {
            let mut item = T::default();
            if decoder.part(Segment::Index(index), *child, &mut item)? {
                self.items.push(item);
            }
        }
        Ok(true)
    }
}

impl Decode for Map {
    const WANTED: &'static str = "a mapping of texts";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        if decoder.meaning(id)? == Some(Resolved::Null) {
            *self = Self::default();
            return Ok(true);
        }
        let Some(Kind::Mapping(pairs)) = decoder.node(id).map(|node| &node.kind) else {
            return decoder.mismatch(id, Self::WANTED);
        };
        if !decoder.is_unique(pairs) {
            return Ok(false);
        }
        let is_new = self.at.is_none();
        self.at.get_or_insert(decoder.mark(id));
        let protected = decoder.protect();
        decoder.merging(id, protected, self, |decoder, map, key, value| {
            map.insert(decoder, key, value, is_new)
        })?;
        Ok(true)
    }
}

impl Map {
    fn insert(
        &mut self,
        decoder: &mut Decoder<'_>,
        (name, key): (&str, NodeId),
        value: NodeId,
        is_new: bool,
    ) -> Result<(), Fault> {
        let mut text = Text::default();
        let is_set = decoder.unmarshal(value, &mut text)?;
        let may_be_null = is_new || !self.entries.contains_key(name);
        if is_set || may_be_null && decoder.is_null(value)? {
            text.at.get_or_insert(decoder.mark(value));
            let entry = Entry {
                key_at: decoder.mark(key),
                value: text,
            };
            self.entries.insert(name.to_owned(), entry);
        }
        Ok(())
    }
}

impl<T: Decode> Decode for Optional<T> {
    const WANTED: &'static str = T::WANTED;

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        if !decoder.looks_null(id)? {
            return self.0.get_or_insert_default().decode(decoder, id);
        }
        if decoder.meaning(id)? == Some(Resolved::Null) {
            self.0 = None;
            return Ok(true);
        }
        decoder.collection_mismatch(id, Self::WANTED)
    }
}

impl Decoder<'_> {
    /// Whether a node means null, through an alias if it is one.
    fn is_null(&self, id: NodeId) -> Result<bool, Fault> {
        let id = match self.node(id).map(|node| &node.kind) {
            Some(Kind::Alias { target, .. }) => *target,
            _ => id,
        };
        Ok(match self.meaning(id)? {
            Some(meaning) => meaning == Resolved::Null,
            None => self.node(id).is_some_and(|node| node.tag == "!!null"),
        })
    }

    /// Whether the decoder takes a node for null before it makes room for a value. The second
    /// generation errs: a quoted `null` looks so too, and a `Null` does not.
    fn looks_null(&self, id: NodeId) -> Result<bool, Fault> {
        let Some(node) = self.node(id) else {
            return Ok(false);
        };
        if self.generation == Generation::Third {
            return Ok(node.tag == "!!null" || self.is_null(id)?);
        }
        Ok(match &node.kind {
            Kind::Scalar { value, is_plain } if node.tag.is_empty() => match value.as_str() {
                "" => *is_plain,
                word => is_null_word(word) && matches!(word, "~" | "null"),
            },
            Kind::Scalar { .. } => node.tag == "!!null",
            _ => false,
        })
    }
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("List_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": generator.subschema_for::<T>() })
    }
}

impl JsonSchema for Map {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Map".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
        })
    }
}

impl<T: JsonSchema> JsonSchema for Optional<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}
