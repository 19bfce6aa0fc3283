//! A tree of YAML to a typed manifest, as Go's decoders do it.
//!
//! What a decoder lets pass decides verdicts: which scalars a text field takes, what null does,
//! which of two equal keys wins, what a merge key brings in, and how far aliases may multiply.
//! Errors of type are collected; a [`Fault`] ends the decoding.

mod list;
mod mapping;
mod value;

use std::collections::BTreeSet;

use super::yaml::{
    Document, Fault, FaultKind, Generation, Kind, Mark, Node, NodeId, Resolved, resolve,
};

pub(super) use list::{List, Map, Optional};
pub(super) use mapping::{Fields, manifest};
pub(super) use value::{Flag, Integer32, Integer64, Text};

/// Aliases may make up this part of the work in documents of ordinary size.
const MAX_ALIASED: f64 = 0.99;

/// The numbers of steps between which that part shrinks.
const ORDINARY: f64 = 400_000.0;
const HUGE: f64 = 4_000_000.0;

/// How many steps aliases may cause at all. The originals stop at about four times as many, when
/// a manifest takes gigabytes; nobody writes one that needs them.
const MAX_ALIASED_STEPS: usize = 100_000;

/// How deep merges may lie within each other: Go has room for more, and nobody needs it.
const MAX_MERGES: usize = 100;

/// A step from a value to a part of it, in the spellings of Go and of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment {
    Field { go: &'static str, key: &'static str },
    Index(usize),
}

/// An error of type that does not end the decoding, or something odd.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) kind: NoteKind,
    pub(super) path: Vec<Segment>,
    pub(super) mark: Mark,
}

/// What a [`Note`] says.
#[derive(Debug, Clone)]
pub(super) enum NoteKind {
    /// A value is of another type than the field.
    Type { found: String, wanted: &'static str },
    /// A key is there twice, which the third generation refuses.
    Duplicate { key: String, first: Mark },
    /// A key is there twice; the last one counts.
    Repeated { key: String, first: Mark },
    /// A key that means nothing here.
    Unknown {
        key: String,
        known: &'static [&'static str],
    },
}

/// Decodes one document.
#[derive(Debug)]
pub(super) struct Decoder<'d> {
    document: &'d Document,
    pub(super) generation: Generation,
    pub(super) notes: Vec<Note>,
    pub(super) path: Vec<Segment>,
    aliases: BTreeSet<NodeId>,
    steps: usize,
    aliased_steps: usize,
    /// The keys that a merge may not overwrite; `None` outside of merges.
    merged: Option<BTreeSet<String>>,
    merges: usize,
}

/// A type that a node can be decoded into.
pub(super) trait Decode: Default {
    /// What such a value is, for messages.
    const WANTED: &'static str;

    /// Decodes a node that is no alias. `false` means that nothing was set.
    fn decode(&mut self, decoder: &mut Decoder<'_>, id: NodeId) -> Result<bool, Fault>;
}

impl<'d> Decoder<'d> {
    pub(super) fn new(document: &'d Document, generation: Generation) -> Self {
        Self {
            document,
            generation,
            notes: Vec::new(),
            path: Vec::new(),
            aliases: BTreeSet::new(),
            // The document itself is the first step.
            steps: 1,
            aliased_steps: 0,
            merged: None,
            merges: 0,
        }
    }

    /// Decodes a node, through an alias if it is one.
    pub(super) fn unmarshal<T: Decode>(&mut self, id: NodeId, out: &mut T) -> Result<bool, Fault> {
        self.count(id)?;
        let document = self.document;
        let Some(node) = document.node(id) else {
            return Ok(false);
        };
        let Kind::Alias { name, target } = &node.kind else {
            return out.decode(self, id);
        };
        if !self.aliases.insert(id) {
            let message = format!("anchor '{name}' value contains itself");
            return Err(Fault::new(FaultKind::Alias, node.mark, message));
        }
        let decoded = self.unmarshal(*target, out);
        self.aliases.remove(&id);
        decoded
    }

    /// Counts a step, and those that only aliases cause: a small file must not become a huge one.
    fn count(&mut self, id: NodeId) -> Result<(), Fault> {
        self.steps = self.steps.saturating_add(1);
        if !self.aliases.is_empty() {
            self.aliased_steps = self.aliased_steps.saturating_add(1);
        }
        if self.aliased_steps <= 100 || self.steps <= 1000 {
            return Ok(());
        }
        let steps = as_float(self.steps);
        let growth = ((steps - ORDINARY) / (HUGE - ORDINARY)).clamp(0.0, 1.0);
        let is_excessive = as_float(self.aliased_steps) / steps > MAX_ALIASED - 0.89 * growth;
        if is_excessive || self.aliased_steps > MAX_ALIASED_STEPS {
            let message = "document contains excessive aliasing";
            return Err(Fault::new(FaultKind::Alias, self.mark(id), message));
        }
        Ok(())
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&'d Node> {
        self.document.node(id)
    }

    pub(super) fn mark(&self, id: NodeId) -> Mark {
        self.node(id).map(|node| node.mark).unwrap_or_default()
    }

    /// What a scalar means; `None` if the node is a collection.
    pub(super) fn meaning(&self, id: NodeId) -> Result<Option<Resolved>, Fault> {
        let Some(node) = self.node(id) else {
            return Ok(None);
        };
        let Kind::Scalar { value, is_plain } = &node.kind else {
            return Ok(None);
        };
        if node.tag.is_empty() && (!is_plain || value == "<<") {
            return Ok(Some(Resolved::Text));
        }
        resolve(self.generation, &node.tag, value, node.mark).map(Some)
    }

    /// The text of a scalar that is not null, whatever else it may mean.
    pub(super) fn text(&self, id: NodeId, meaning: &Resolved) -> Result<String, Fault> {
        let node = self.node(id);
        let Some(Kind::Scalar { value, .. }) = node.map(|node| &node.kind) else {
            return Ok(String::new());
        };
        if *meaning == Resolved::Binary {
            return value::base64(value).ok_or_else(|| {
                let message = "!!binary value contains invalid base64 data";
                Fault::new(FaultKind::Tag, self.mark(id), message)
            });
        }
        Ok(value.clone())
    }

    /// Reports that a node is of another type than wanted. Always `false`.
    pub(super) fn mismatch(&mut self, id: NodeId, wanted: &'static str) -> Result<bool, Fault> {
        let found = self.describe(id)?;
        self.note(NoteKind::Type { found, wanted }, self.mark(id));
        Ok(false)
    }

    fn describe(&self, id: NodeId) -> Result<String, Fault> {
        let Some(meaning) = self.meaning(id)? else {
            return Ok(match self.node(id).map(|node| &node.kind) {
                Some(Kind::Sequence(_)) => "a list".to_owned(),
                _ => "a mapping".to_owned(),
            });
        };
        let noun = match meaning {
            Resolved::Null => return Ok("nothing".to_owned()),
            Resolved::Boolean(_) => "the boolean",
            Resolved::Integer(_) | Resolved::Large(_) | Resolved::Float(_) => "the number",
            Resolved::Timestamp => "the time",
            Resolved::Text | Resolved::Binary => "the text",
        };
        Ok(format!("{noun} `{}`", self.text(id, &meaning)?))
    }

    pub(super) fn note(&mut self, kind: NoteKind, mark: Mark) {
        let path = self.path.clone();
        self.notes.push(Note { kind, path, mark });
    }

    /// Decodes a part of what is being decoded.
    pub(super) fn part<T: Decode>(
        &mut self,
        segment: Segment,
        id: NodeId,
        out: &mut T,
    ) -> Result<bool, Fault> {
        self.path.push(segment);
        let decoded = self.unmarshal(id, out);
        self.path.pop();
        decoded
    }
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs no precision")]
fn as_float(count: usize) -> f64 {
    count as f64
}
