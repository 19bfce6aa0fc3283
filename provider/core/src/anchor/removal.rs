//! What goes and what stays.

use super::Head;
use crate::desired::{EntryId, Inventory, Item, ObjectKey};

/// What goes and what stays, last applied first.
///
/// Neither names the anchor or the ground that it stands on: the caller ends with them. If
/// nothing is kept, it deletes the ground, which takes the anchor along, or the anchor alone where
/// the ground is not its own or has other inhabitants; never the anchor before the ground, for
/// then nothing would know of the ground any more. If something is kept, it writes
/// [`Head::retaining`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removal {
    /// What is deleted, in this order, as far as the head owns it.
    pub delete: Vec<Item>,
    /// What is kept, and named to the user.
    pub keep: Vec<Item>,
}

/// Decides what the removal of a resource deletes.
///
/// What has never been ready holds nobody's data, but for what it has adopted: only that is kept,
/// whatever `retains` says. Otherwise `retains` keeps what holds data. A removal that was finished,
/// and is repeated because its owner was not told, deletes nothing more.
pub fn removal(head: &Head, anchor: &ObjectKey, retains: bool) -> Removal {
    let stays = |item: &Item| {
        if head.has_been_ready() {
            retains && item.holds_data
        } else {
            head.may_hold(item)
        }
    };
    let items = head.inventory.items().iter().rev();
    let items = items.filter(|item| !is_ground(&item.id) && !is(anchor, &item.id));
    Removal::split(items, stays)
}

/// Decides what the end of a creation or an update deletes: what is named, and needed no more.
///
/// Data stays, whatever becomes of it when the resource is removed; only what has never been ready
/// holds none, but for what it has adopted. A ground that was given up is not mentioned.
pub fn obsolete(head: &Head, now: &Inventory) -> Removal {
    let items = head.inventory.difference(now);
    let items = items.iter().filter(|item| !is_ground(&item.id));
    Removal::split(items, |item| head.may_hold(item))
}

impl Removal {
    fn split<'i>(items: impl Iterator<Item = &'i Item>, stays: impl Fn(&Item) -> bool) -> Self {
        let (keep, delete) = items.cloned().partition(stays);
        Self { delete, keep }
    }
}

fn is(key: &ObjectKey, id: &EntryId) -> bool {
    matches!(id, EntryId::Object(object) if object == key)
}

/// Tells whether other things, and the anchor, are inside of it.
fn is_ground(id: &EntryId) -> bool {
    matches!(id, EntryId::Object(object) if object.api_version == "v1" && object.kind == "Namespace")
}
