//! The names of everything that was or will be made.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::EntryId;

/// The version of the JSON that this release writes, and the newest that it reads.
const VERSION: u32 = 1;

/// The names of things, in the order in which they are applied, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    items: Vec<Item>,
}

/// The name of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The name.
    #[serde(flatten)]
    pub id: EntryId,
    /// Its loss would be one of data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub holds_data: bool,
}

/// Why a text is no inventory.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// It is not the JSON of one.
    #[error("inventory cannot be read")]
    Malformed(#[source] serde_json::Error),
    /// A newer release wrote it.
    #[error("inventory was written by a newer release, in version `{0}`")]
    Newer(u32),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Inventory {
    /// Lists things; of those with the same name the first counts.
    pub fn new(items: impl IntoIterator<Item = Item>) -> Self {
        let mut seen = BTreeSet::new();
        let items = items.into_iter();
        Self {
            items: items.filter(|item| seen.insert(item.id.clone())).collect(),
        }
    }

    /// The things, in the order in which they are applied.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Tells whether it names a thing.
    pub fn contains(&self, id: &EntryId) -> bool {
        self.items.iter().any(|item| item.id == *id)
    }

    /// What it names and what the other one names besides: that of an apply before its first
    /// write. A thing that holds data in one of them holds data.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut both = Self::new(self.items.iter().chain(&other.items).cloned());
        for item in &mut both.items {
            let holds = |inventory: &Self| {
                inventory
                    .items
                    .iter()
                    .any(|it| it.holds_data && it.id == item.id)
            };
            item.holds_data = holds(self) || holds(other);
        }
        both
    }

    /// What it names and the other one does not, last applied first: what an update removes.
    pub fn difference(&self, other: &Self) -> Vec<Item> {
        let backwards = self.items.iter().rev();
        backwards
            .filter(|item| !other.contains(&item.id))
            .cloned()
            .collect()
    }

    /// Writes it as JSON.
    pub fn to_json(&self) -> String {
        let stored = Stored {
            version: VERSION,
            items: self.items.clone(),
        };
        // Names are texts: nothing in them can fail to be written.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads the JSON of this release or of an older one.
    pub fn parse(json: &str) -> Result<Self, InventoryError> {
        // The version first: what a newer release has added need not be known here.
        let Version { version } = serde_json::from_str(json).map_err(InventoryError::Malformed)?;
        if version > VERSION {
            return Err(InventoryError::Newer(version));
        }
        let stored: Stored = serde_json::from_str(json).map_err(InventoryError::Malformed)?;
        Ok(Self::new(stored.items))
    }
}
