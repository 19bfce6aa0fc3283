//! What was ours, and which values it had.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    DEPTH, Difference,
    comparison::{Compared, compare},
    managers::{Fields, Managers},
    place::Place,
    seal::{Digest, Seal},
    step::Step,
};

/// The fields of an object that were ours after our last apply, with a digest of each value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    pub(super) extent: Extent,
    pub(super) root: Node,
}

/// How much of an object was ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// The fields of which the server says so.
    Fields,
    /// Everything: a new field is a difference.
    Whole,
}

/// A place, and what is below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// What was there; `None` if only something below was ours.
    pub(super) mark: Option<Mark>,
    pub(super) children: BTreeMap<Step, Self>,
}

/// What was at a place that was ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A value with this digest.
    Value(Digest),
    /// Something: what it holds is said below, or not ours.
    Present,
    /// Nothing.
    Absent,
}

impl Owned {
    /// Remembers an object as the server returned it to our own apply, with its `managedFields`:
    /// every field that is ours, by whatever operation it became so, but for those of its status.
    pub fn of(live: &Value, seal: &Seal) -> Self {
        let managers = Managers::of(live);
        let place = Place::root(live);
        Self {
            extent: Extent::Fields,
            root: project(&managers, managers.root(), place, seal),
        }
    }

    /// Remembers a document that is ours as a whole. Its lists are values: they have one digest
    /// each.
    pub fn whole(document: &Value, seal: &Seal) -> Self {
        Self {
            extent: Extent::Whole,
            root: everything(document, seal, DEPTH),
        }
    }

    /// Lists what is no more as it was remembered: fields with another value or none, and fields
    /// that are not ours any more, by path. Of what is gone with all below it, the top is named.
    /// An object without `managedFields` is nobody's, so all of it is different.
    pub fn differences(&self, live: &Value, seal: &Seal) -> Vec<Difference> {
        let mut differences: Vec<_> = compare(self, live, seal)
            .into_iter()
            .filter(Compared::is_difference)
            .map(|it| it.difference)
            .collect();
        differences.sort();
        differences
    }
}

/// What is ours of what anybody owns.
fn project(managers: &Managers<'_>, fields: &Fields, place: Place<'_>, seal: &Seal) -> Node {
    let mut node = Node::default();
    for (step, below) in &fields.children {
        let place = place.step(step);
        let mut child = project(managers, below, place, seal);
        if managers.is_ours(below) {
            child.mark = Some(mark(step, below, place, seal));
            if let Step::Item(keys) = step {
                // An element that is there has them.
                let is_key =
                    |step: &Step| matches!(step, Step::Field(name) if keys.contains_key(name));
                child.children.retain(|step, _| !is_key(step));
            }
        }
        if child.mark.is_some() || !child.children.is_empty() {
            node.children.insert(step.clone(), child);
        }
    }
    node
}

fn mark(step: &Step, fields: &Fields, place: Place<'_>, seal: &Seal) -> Mark {
    let Some(value) = place.value() else {
        return Mark::Absent;
    };
    // Where anybody owns something below, a value is not one but a collection of others. So is
    // an empty one: what is put into it is not ours.
    if step.is_to_element() || !fields.children.is_empty() || is_empty(value) {
        return Mark::Present;
    }
    let digest = seal.digest(value, place.is_hidden());
    digest.map_or(Mark::Present, Mark::Value)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

fn everything(value: &Value, seal: &Seal, depth: usize) -> Node {
    let is_root = depth == DEPTH;
    match value {
        Value::Object(fields) if is_root || (depth > 0 && !fields.is_empty()) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let children = fields.map(|(name, value)| {
                let step = Step::Field(name.clone());
                (step, everything(value, seal, depth - 1))
            });
            Node {
                mark: None,
                children: children.collect(),
            }
        }
        value => Node {
            mark: seal.digest(value, false).map(Mark::Value),
            children: BTreeMap::new(),
        },
    }
}
