//! Mappings: their keys, what merges bring in, and the macro that declares manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Decode, Decoder, Fault, FaultKind, Generation, MAX_MERGES, NodeId, NoteKind, Resolved, Text,
};
use crate::krt::yaml::{Kind, Mark};

/// A mapping with fixed keys.
pub(in crate::krt) trait Fields: Default {
    /// The keys, in the order of the declaration.
    const KEYS: &'static [&'static str];

    /// Decodes a value into the field with a key. `None` means that there is no such field.
    fn field(
        &mut self,
        decoder: &mut Decoder<'_>,
        key: &str,
        value: NodeId,
    ) -> Result<Option<bool>, Fault>;

    /// Notes where the mapping stands.
    fn stand_at(&mut self, mark: Mark);
}

impl<T: Fields> Decode for T {
    const WANTED: &'static str = "a mapping";

    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault> {
        if decoder.meaning(id)? == Some(Resolved::Null) {
            let resets = super::value::null(self, decoder, id);
            if resets {
                self.stand_at(decoder.mark(id));
            }
            return Ok(resets);
        }
        let Some(Kind::Mapping(pairs)) = decoder.node(id).map(|node| &node.kind) else {
            return decoder.mismatch(id, Self::WANTED);
        };
        if !decoder.is_unique(pairs) {
            return Ok(false);
        }
        if decoder.merges == 0 {
            self.stand_at(decoder.mark(id));
        }
        let protected = decoder.protect();
        let mut seen = BTreeMap::new();
        decoder.merging(id, protected, self, |decoder, fields, key, value| {
            decoder.field(fields, &mut seen, key, value)
        })?;
        Ok(true)
    }
}

impl Decoder<'_> {
    fn field<T: Fields>(
        &mut self,
        fields: &mut T,
        seen: &mut BTreeMap<String, Mark>,
        (name, key): (&str, NodeId),
        value: NodeId,
    ) -> Result<(), Fault> {
        let mark = self.mark(key);
        if let Some(first) = seen.get(name).copied() {
            let key = name.to_owned();
            if self.generation == Generation::Third && T::KEYS.contains(&name) {
                self.note(NoteKind::Duplicate { key, first }, mark);
                return Ok(());
            }
            if T::KEYS.contains(&name) {
                self.note(NoteKind::Repeated { key, first }, mark);
            }
        }
        seen.insert(name.to_owned(), mark);
        let merges = std::mem::take(&mut self.merges);
        let found = fields.field(self, name, value);
        self.merges = merges;
        if found?.is_none() {
            let key = name.to_owned();
            self.note(
                NoteKind::Unknown {
                    key,
                    known: T::KEYS,
                },
                mark,
            );
        }
        Ok(())
    }

    /// A mismatch; but of a mapping, equal keys are the only thing that is reported.
    pub(super) fn collection_mismatch(
        &mut self,
        id: NodeId,
        wanted: &'static str,
    ) -> Result<bool, Fault> {
        if let Some(Kind::Mapping(pairs)) = self.node(id).map(|node| &node.kind)
            && !self.is_unique(pairs)
        {
            return Ok(false);
        }
        self.mismatch(id, wanted)
    }

    /// Whether no key is there twice, as the third generation sees it: by kind and spelling. Of
    /// the second, everything is unique.
    pub(super) fn is_unique(&mut self, pairs: &[(NodeId, NodeId)]) -> bool {
        if self.generation == Generation::Second {
            return true;
        }
        let mut first_marks = BTreeMap::new();
        let mut is_unique = true;
        for (key, _) in pairs {
            let Some(node) = self.node(*key) else {
                continue;
            };
            let identity = match &node.kind {
                Kind::Scalar { value, .. } => (0, value.as_str()),
                Kind::Alias { name, .. } => (1, name.as_str()),
                Kind::Sequence(_) => (2, ""),
                Kind::Mapping(_) => (3, ""),
            };
            if let Some(first) = first_marks.get(&identity).copied() {
                is_unique = false;
                let key = identity.1.to_owned();
                self.note(NoteKind::Duplicate { key, first }, node.mark);
            } else {
                first_marks.insert(identity, node.mark);
            }
        }
        is_unique
    }

    /// Takes the keys that must not be overwritten: what is decoded below is no merge.
    pub(super) fn protect(&mut self) -> Option<BTreeSet<String>> {
        self.merged.take()
    }

    /// Goes through a mapping: sets what it says itself, and merges what `<<` names.
    ///
    /// The second generation merges where `<<` stands, the third at the end.
    pub(super) fn merging<T: Decode>(
        &mut self,
        id: NodeId,
        mut protected: Option<BTreeSet<String>>,
        out: &mut T,
        mut set: impl FnMut(&mut Self, &mut T, (&str, NodeId), NodeId) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Some(Kind::Mapping(pairs)) = self.node(id).map(|node| &node.kind) else {
            return Ok(());
        };
        let mut merge_at_end = None;
        for (key, value) in pairs {
            if self.is_merge(*key) {
                if self.generation == Generation::Second {
                    self.merge(*value, out)?;
                } else {
                    merge_at_end = Some(*value);
                }
                continue;
            }
            let mut name = Text::default();
            if !self.unmarshal(*key, &mut name)? {
                continue;
            }
            if let Some(protected) = &mut protected
                && !protected.insert(name.value.clone())
            {
                continue;
            }
            set(self, out, (&name.value, *key), *value)?;
        }
        self.merged = protected;
        if let Some(value) = merge_at_end {
            let is_within = self.merged.is_some();
            if !is_within {
                self.merged = Some(self.own_keys(pairs)?);
            }
            self.merge(value, out)?;
            if !is_within {
                self.merged = None;
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: NodeId) -> bool {
        let Some(node) = self.node(key) else {
            return false;
        };
        let Kind::Scalar { value, is_plain } = &node.kind else {
            return false;
        };
        let is_untagged = node.tag.is_empty() && *is_plain || node.tag == "!";
        value == "<<" && (is_untagged || node.tag == "!!merge")
    }

    /// The texts among the keys of a mapping. No collection can be one of them.
    fn own_keys(&mut self, pairs: &[(NodeId, NodeId)]) -> Result<BTreeSet<String>, Fault> {
        let mut keys = BTreeSet::new();
        for (key, _) in pairs {
            self.count(*key)?;
            let key = match self.node(*key).map(|node| &node.kind) {
                Some(Kind::Alias { target, .. }) => *target,
                _ => *key,
            };
            match self.meaning(key)? {
                Some(meaning @ (Resolved::Text | Resolved::Binary)) => {
                    keys.insert(self.text(key, &meaning)?);
                }
                Some(_) => {}
                None => {
                    let message = "a mapping with a merge cannot have a collection as key";
                    return Err(Fault::new(FaultKind::Merge, self.mark(key), message));
                }
            }
        }
        Ok(keys)
    }

    fn merge<T: Decode>(&mut self, value: NodeId, out: &mut T) -> Result<(), Fault> {
        if self.merges >= MAX_MERGES {
            let message = "merges lie too deep within each other";
            return Err(Fault::new(FaultKind::Merge, self.mark(value), message));
        }
        let sources = match self.node(value).map(|node| &node.kind) {
            Some(Kind::Sequence(sources)) => {
                let mut sources = sources.clone();
                // Earlier ones win: the second generation lets later writes win.
                if self.generation == Generation::Second {
                    sources.reverse();
                }
                sources
            }
            _ => vec![value],
        };
        self.merges = self.merges.saturating_add(1);
        for source in sources {
            if !self.is_mapping(source) {
                let message = "map merge requires map or sequence of maps as the value";
                return Err(Fault::new(FaultKind::Merge, self.mark(source), message));
            }
            self.unmarshal(source, out)?;
        }
        self.merges = self.merges.saturating_sub(1);
        Ok(())
    }

    fn is_mapping(&self, id: NodeId) -> bool {
        let id = match self.node(id).map(|node| &node.kind) {
            Some(Kind::Alias { target, .. }) => *target,
            _ => id,
        };
        matches!(self.node(id).map(|node| &node.kind), Some(Kind::Mapping(_)))
    }
}

/// Declares the mappings of a manifest: a struct, its schema, and how it is decoded.
macro_rules! manifest {
    ($(
        $(#[$attribute:meta])*
        $name:ident {
            $( $(#[$field_attribute:meta])* $key:literal / $go:literal => $field:ident: $type:ty, )+
        }
    )+) => { $(
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, schemars::JsonSchema)]
        pub(in crate::krt) struct $name {
            $( $(#[$field_attribute])* #[schemars(rename = $key)] pub(in crate::krt) $field: $type, )+
            #[schemars(skip)]
            pub(in crate::krt) at: Option<$crate::krt::yaml::Mark>,
        }

        impl $crate::krt::decode::Fields for $name {
            const KEYS: &'static [&'static str] = &[$($key),+];

            fn field(
                &mut self,
                decoder: &mut $crate::krt::decode::Decoder<'_>,
                key: &str,
                value: $crate::krt::yaml::NodeId,
            ) -> Result<Option<bool>, $crate::krt::yaml::Fault> {
                match key {
                    $( $key => {
                        let segment = $crate::krt::decode::Segment::Field { go: $go, key: $key };
                        decoder.part(segment, value, &mut self.$field).map(Some)
                    } )+
                    _ => Ok(None),
                }
            }

            fn stand_at(&mut self, mark: $crate::krt::yaml::Mark) {
                self.at = Some(mark);
            }
        }
    )+ };
}

pub(in crate::krt) use manifest;
