//! What MongoDB tells of the things in it that belong to a runtime.

use std::collections::{BTreeMap, BTreeSet};

use kre_core::desired::EntryId;
use serde_json::Value;
use tokio::time::Instant;

use crate::documents::{Documents, DocumentsError};

/// Things of one sort that MongoDB tells of in one answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Listing {
    /// The users that a database knows.
    Users { database: String },
    /// The indexes of a collection.
    Indexes {
        database: String,
        collection: String,
    },
}

/// What each listing that was asked for holds, by name.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeMap<Listing, BTreeMap<String, Value>>);

impl Told {
    /// Asks for every listing in which one of these things would be.
    pub(super) async fn ask(
        documents: &Documents,
        ids: &BTreeSet<EntryId>,
        until: Instant,
    ) -> Result<Self, DocumentsError> {
        let listings: BTreeSet<_> = ids
            .iter()
            .filter_map(place)
            .map(|(listing, _)| listing)
            .collect();
        let mut told = BTreeMap::new();
        for listing in listings {
            let things = match &listing {
                Listing::Users { database } => documents.users(database, until).await?,
                Listing::Indexes {
                    database,
                    collection,
                } => documents.indexes(database, collection, until).await?,
            };
            told.insert(listing, things);
        }
        Ok(Self(told))
    }

    /// What is told of a thing; `None` if it is not there.
    pub(super) fn find(&self, id: &EntryId) -> Option<&Value> {
        let (listing, name) = place(id)?;
        self.0.get(&listing)?.get(name)
    }
}

/// Tells whether a thing is in MongoDB.
pub(super) fn is_inside(id: &EntryId) -> bool {
    place(id).is_some()
}

/// The listing that a thing is in, and its name there; `None` if it is not in MongoDB.
fn place(id: &EntryId) -> Option<(Listing, &str)> {
    match id {
        EntryId::Object(_) => None,
        EntryId::User { database, name } => {
            let database = database.clone();
            Some((Listing::Users { database }, name))
        }
        EntryId::Index {
            database,
            collection,
            name,
        } => {
            let (database, collection) = (database.clone(), collection.clone());
            let listing = Listing::Indexes {
                database,
                collection,
            };
            Some((listing, name))
        }
    }
}
