//! What holds for anchors.

mod cluster;
mod data;
mod decisions;
mod laws;

use super::*;
use crate::desired::{EntryId, Inventory, Item, ObjectKey};

/// The anchor of everything here.
fn anchor() -> ObjectKey {
    key("ConfigMap", "kre-runtime-demo")
}

fn key(kind: &str, name: &str) -> ObjectKey {
    ObjectKey::namespaced("v1", kind, "kre-demo", name)
}

fn item(key: ObjectKey, holds_data: bool) -> Item {
    Item {
        id: EntryId::Object(key),
        holds_data,
    }
}

/// What each component has: a volume, and what runs on it.
fn component(name: &str) -> [Item; 2] {
    [
        item(key("PersistentVolumeClaim", name), true),
        item(key("StatefulSet", name), false),
    ]
}

/// A resource in a namespace of its own, with these components.
fn inventory(components: &[&str]) -> Inventory {
    let ground = item(ObjectKey::global("v1", "Namespace", "kre-demo"), true);
    let items = components.iter().copied().flat_map(component);
    Inventory::new([ground, item(anchor(), true)].into_iter().chain(items))
}

fn instance(number: u8) -> InstanceId {
    InstanceId::of_random([number; 8])
}
