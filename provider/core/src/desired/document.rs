//! What must exist in MongoDB.

use super::EntryId;

/// A user of MongoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The database that knows the user, and to which a client names it when it logs in.
    pub database: String,
    /// The user's name.
    pub name: String,
    /// What the user may do, and nothing else.
    pub roles: Vec<Role>,
}

/// What a user may do in one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The name of a role that MongoDB knows: `read`, `readWrite`.
    pub name: &'static str,
    /// The database in which it holds.
    pub database: String,
}

/// An index of MongoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The database.
    pub database: String,
    /// The collection.
    pub collection: String,
    /// The name of the index.
    pub name: String,
    /// The fields, in order; true where they ascend.
    pub fields: Vec<(String, bool)>,
    /// No two documents have the same values.
    pub is_unique: bool,
}

impl User {
    /// The name by which it is found again.
    pub fn id(&self) -> EntryId {
        EntryId::User {
            database: self.database.clone(),
            name: self.name.clone(),
        }
    }
}

impl Index {
    /// The name by which it is found again.
    pub fn id(&self) -> EntryId {
        EntryId::Index {
            database: self.database.clone(),
            collection: self.collection.clone(),
            name: self.name.clone(),
        }
    }
}
