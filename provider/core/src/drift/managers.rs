//! Who owns which field of a live object.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{DEPTH, step::Step};
use crate::runtime::MANAGER;

/// Everybody who owns fields of an object, and which.
#[derive(Default)]
pub(super) struct Managers<'l> {
    entries: Vec<Entry<'l>>,
    root: Fields,
}

/// An entry of `managedFields`.
struct Entry<'l> {
    manager: &'l str,
    time: &'l str,
    is_ours: bool,
}

/// The fields at a place and below that anybody owns.
#[derive(Default)]
pub(super) struct Fields {
    /// Who owns the place itself, as positions of entries.
    owners: Vec<usize>,
    /// What is below.
    pub(super) children: BTreeMap<Step, Self>,
}

impl<'l> Managers<'l> {
    /// Reads the `managedFields` of an object. What is no part of the format is left out.
    pub(super) fn of(live: &'l Value) -> Self {
        let mut managers = Self::default();
        let entries = live.pointer("/metadata/managedFields");
        for entry in entries.and_then(Value::as_array).into_iter().flatten() {
            managers.add(entry);
        }
        managers
    }

    fn add(&mut self, entry: &'l Value) {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let Some(fields) = entry.get("fieldsV1").and_then(Value::as_object) else {
            return;
        };
        let manager = text("manager").unwrap_or_default();
        self.root.add(fields, self.entries.len(), DEPTH);
        self.entries.push(Entry {
            manager,
            time: text("time").unwrap_or_default(),
            is_ours: manager == MANAGER && text("subresource") != Some("status"),
        });
    }

    /// What anybody owns.
    pub(super) fn root(&self) -> &Fields {
        &self.root
    }

    /// Tells whether a place is ours, whoever else owns it.
    pub(super) fn is_ours(&self, fields: &Fields) -> bool {
        self.owners(fields).any(|(_, entry)| entry.is_ours)
    }

    /// Who owns a place and took it last; of two at once, the one that is not us.
    pub(super) fn last(&self, fields: &Fields) -> Option<&'l str> {
        // Times have the same zone and precision everywhere, so their texts have their order.
        // `kubectl scale` leaves none.
        let last = self
            .owners(fields)
            .max_by_key(|(position, entry)| (entry.time, !entry.is_ours, *position));
        last.map(|(_, entry)| entry.manager)
    }

    fn owners(&self, fields: &Fields) -> impl Iterator<Item = (usize, &Entry<'l>)> {
        let owners = fields.owners.iter();
        owners.filter_map(|position| Some((*position, self.entries.get(*position)?)))
    }
}

impl Fields {
    /// Adds what an entry owns below. Returns whether there is anything that it knows.
    fn add(&mut self, fields: &Map<String, Value>, owner: usize, depth: usize) -> bool {
        let mut is_any = false;
        for (key, below) in fields {
            let (Some(step), Some(below)) = (Step::parse(key), below.as_object()) else {
                continue;
            };
            is_any = true;
            let child = self.children.entry(step).or_default();
            let has_children = depth > 0 && child.add(below, owner, depth - 1);
            if !has_children || below.contains_key(".") {
                child.owners.push(owner);
            }
        }
        is_any
    }
}
