//! What must exist, as data.
//!
//! Nothing here creates anything: the engine applies a [`Desired`] in its order, and removes what
//! an [`Inventory`] names in the order backwards.

mod document;
mod inventory;
mod object;
#[cfg(test)]
mod tests;

pub use document::{Index, Role, User};
pub use inventory::{Inventory, InventoryError, Item};
pub use object::{Object, ObjectKey};

use std::fmt;

use crate::secret::Password;
use serde::{Deserialize, Serialize};

/// What must exist, in the order in which it is applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// What the anchor stands on, if it is ours too: the namespace.
    pub ground: Option<Object>,
    /// The object that carries the identity: applied before all others, deleted after them.
    pub anchor: Object,
    /// Everything else.
    pub entries: Vec<Entry>,
}

/// One thing that must exist.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// An object of Kubernetes.
    Object(Object),
    /// A user of MongoDB.
    User(User, Password),
    /// An index of MongoDB.
    Index(Index),
}

/// The name of a thing, by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EntryId {
    /// An object of Kubernetes.
    Object(ObjectKey),
    /// A user of MongoDB.
    User {
        /// The database that knows the user.
        database: String,
        /// The user's name.
        name: String,
    },
    /// An index of MongoDB.
    Index {
        /// The database.
        database: String,
        /// The collection.
        collection: String,
        /// The name of the index.
        name: String,
    },
}

impl Desired {
    /// The objects of Kubernetes, in the order in which they are applied.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        let entries = self.entries.iter().filter_map(|entry| match entry {
            Entry::Object(object) => Some(object),
            Entry::User(..) | Entry::Index(_) => None,
        });
        self.ground.iter().chain([&self.anchor]).chain(entries)
    }

    /// Names everything that it holds, in the same order.
    pub fn inventory(&self) -> Inventory {
        let first = self.ground.iter().chain([&self.anchor]).map(Object::item);
        Inventory::new(first.chain(self.entries.iter().map(Entry::item)))
    }
}

impl Entry {
    /// The name of the thing, and whether its loss would be one of data.
    pub fn item(&self) -> Item {
        let id = match self {
            Self::Object(object) => return object.item(),
            Self::User(user, _) => user.id(),
            Self::Index(index) => index.id(),
        };
        Item {
            id,
            holds_data: false,
        }
    }
}

/// Tells one from another among the things of one resource, which are in one namespace.
impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(key) => key.fmt(f),
            Self::User { database: _, name } => write!(f, "MongoDB user {name}"),
            Self::Index {
                database,
                collection,
                name,
            } => write!(f, "MongoDB index {database}.{collection} {name}"),
        }
    }
}
