//! What every anchor says, and what it says next.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{InstanceId, Removal, obsolete};
use crate::desired::{EntryId, Inventory, Item};

/// What the anchors of all resources have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How far the resource is.
    pub status: Status,
    /// The instance that owns everything with its stamp.
    pub instance: InstanceId,
    /// How it came to be what it is.
    pub progress: Progress,
    /// Everything that exists or may exist, and data that a change of the resource has left
    /// behind.
    pub inventory: Inventory,
}

/// How far a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It has never been finished: whoever comes may take it over.
    Creating,
    /// It works.
    Ready,
    /// It is being changed.
    Updating,
    /// It is being removed.
    Deleting,
    /// It is gone but for its data: whoever consents may take it over.
    Retained,
}

/// How a resource came to be what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Progress {
    /// It has been ready once since its creation: it may hold somebody's data.
    pub been_ready: bool,
    /// Things that may hold somebody's data from before its creation, until it has been ready.
    pub adopted: Vec<EntryId>,
    /// Instances that a takeover has superseded and that it has not finished with: what has their
    /// stamp belongs to it.
    pub superseded: Vec<InstanceId>,
}

impl Head {
    /// The head of a resource that is ready.
    pub(crate) fn ready(instance: InstanceId, inventory: &Inventory) -> Self {
        Self {
            status: Status::Ready,
            instance,
            progress: Progress::ready(),
            inventory: inventory.clone(),
        }
    }

    /// What remains of an anchor that somebody has deleted: what its owner remembers.
    ///
    /// It counts as ready: nobody knows any more that it holds no data.
    pub fn lost(instance: InstanceId, inventory: &Inventory) -> Self {
        Self::ready(instance, inventory)
    }

    /// The head with which an update begins.
    ///
    /// An instance that has been removed but for its data comes back in this way, if its owner was
    /// not told that it is gone.
    #[must_use]
    pub fn updating(&self, now: &Inventory) -> Self {
        Self {
            status: Status::Updating,
            inventory: self.inventory.union(now),
            ..self.clone()
        }
    }

    /// The head with which a creation or an update ends, once everything in the inventory is
    /// applied and what is [`obsolete`] is gone.
    ///
    /// The inventory shrinks to what is there now, and to the data that stays though nothing
    /// needs it: it is found again, and a removal names it. Only such data may still have the
    /// stamp of a superseded instance.
    #[must_use]
    pub fn finished(&self, now: &Inventory) -> Self {
        let left = obsolete(self, now).keep.into_iter().rev();
        let left = Inventory::new(left);
        let mut head = Self::ready(self.instance.clone(), &now.union(&left));
        if !left.items().is_empty() {
            head.progress
                .superseded
                .clone_from(&self.progress.superseded);
        }
        head
    }

    /// The head with which a removal begins. Nothing is forgotten, so that it can be repeated;
    /// what is gone already but for its data stays so.
    #[must_use]
    pub fn deleting(&self) -> Self {
        let status = match self.status {
            Status::Retained => Status::Retained,
            _ => Status::Deleting,
        };
        Self {
            status,
            ..self.clone()
        }
    }

    /// The head with which a removal ends that keeps something.
    ///
    /// What it has not deleted is left, and counts as adopted by whatever comes next.
    #[must_use]
    pub fn retaining(&self, removal: &Removal) -> Self {
        let gone: BTreeSet<_> = removal.delete.iter().map(|item| &item.id).collect();
        let items = self.inventory.items().iter();
        let left = items.filter(|item| !gone.contains(&item.id));
        let inventory = Inventory::new(left.cloned());
        Self {
            status: Status::Retained,
            instance: self.instance.clone(),
            progress: Progress {
                been_ready: false,
                adopted: ids(inventory.items()),
                // What was adopted and never applied has not got the stamp of this instance.
                superseded: self.progress.superseded.clone(),
            },
            inventory,
        }
    }

    /// Tells whether a thing with such a stamp belongs to the instance. What has none is somebody
    /// else's.
    pub fn owns(&self, stamp: Option<&InstanceId>) -> bool {
        stamp.is_some_and(|stamp| {
            *stamp == self.instance || self.progress.superseded.contains(stamp)
        })
    }

    /// What may hold somebody's data, and is adopted by whatever takes its place.
    pub(super) fn holding(&self) -> Vec<Item> {
        let items = self.inventory.items().iter();
        items.filter(|item| self.may_hold(item)).cloned().collect()
    }

    /// Tells whether a thing may hold somebody's data.
    pub(super) fn may_hold(&self, item: &Item) -> bool {
        self.status == Status::Retained
            || self.progress.adopted.contains(&item.id)
            || (self.has_been_ready() && item.holds_data)
    }

    /// Tells whether it has been ready since its creation.
    pub(super) fn has_been_ready(&self) -> bool {
        self.progress.been_ready || self.status == Status::Ready
    }
}

impl Progress {
    fn ready() -> Self {
        Self {
            been_ready: true,
            ..Self::default()
        }
    }
}

impl Status {
    /// The status as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Ready => "ready",
            Self::Updating => "updating",
            Self::Deleting => "deleting",
            Self::Retained => "retained",
        }
    }
}

/// The names of things.
pub(super) fn ids(items: &[Item]) -> Vec<EntryId> {
    items.iter().map(|item| item.id.clone()).collect()
}
