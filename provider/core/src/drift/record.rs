//! What is kept of a resource between two runs, out of the user's way.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use super::{FieldPath, Owned};
use crate::{anchor::InstanceId, desired::EntryId};

/// The version of the JSON that this release writes, and the newest that it reads.
const VERSION: u32 = 1;

/// What is kept of a resource between two runs.
///
/// Things are keyed by the text of their [`EntryId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The instance that made everything.
    pub instance: InstanceId,
    /// The digest of the specification that was applied last.
    pub specification: String,
    /// The number of the rendering with which it was.
    pub rendering: u32,
    /// What was ours of each thing after its last apply.
    pub objects: BTreeMap<String, Owned>,
    /// What the last refresh found different in each: what a plan shows, and an apply may undo.
    pub announced: BTreeMap<String, BTreeSet<FieldPath>>,
    /// An apply wrote something and did not come to its end.
    pub unfinished: bool,
}

/// Why a text is no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is not the JSON of one.
    #[error("record cannot be read")]
    Malformed(#[source] serde_json::Error),
    /// A newer release wrote it.
    #[error("record was written by a newer release, which is needed to read it: version `{0}`")]
    Newer(u32),
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    instance: InstanceId,
    specification: String,
    rendering: u32,
    objects: BTreeMap<String, Owned>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    announced: BTreeMap<String, BTreeSet<FieldPath>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unfinished: bool,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Record {
    /// A record of nothing yet.
    pub fn new(instance: InstanceId, specification: String, rendering: u32) -> Self {
        Self {
            instance,
            specification,
            rendering,
            objects: BTreeMap::new(),
            announced: BTreeMap::new(),
            unfinished: false,
        }
    }

    /// What was ours of a thing after its last apply.
    pub fn owned(&self, id: &EntryId) -> Option<&Owned> {
        self.objects.get(&id.to_string())
    }

    /// Remembers what is ours of a thing that has just been applied. Nothing of it is announced
    /// any more: whoever changes it from now on has not been seen by any plan.
    pub fn remember(&mut self, id: &EntryId, owned: Owned) {
        let name = id.to_string();
        self.announced.remove(&name);
        self.objects.insert(name, owned);
    }

    /// Forgets a thing that is gone.
    pub fn forget(&mut self, id: &EntryId) {
        let name = id.to_string();
        self.announced.remove(&name);
        self.objects.remove(&name);
    }

    /// Writes it as JSON.
    pub fn to_json(&self) -> String {
        // Texts, numbers and maps with texts as keys: nothing can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the JSON of this release or of an older one.
    pub fn parse(json: &str) -> Result<Self, RecordError> {
        let stored = serde_json::from_str(json).map_err(RecordError::Malformed)?;
        Self::of_stored(stored)
    }

    fn of_stored(stored: Value) -> Result<Self, RecordError> {
        // The version first: what a newer release has changed need not be known here.
        let Version { version } = Version::deserialize(&stored).map_err(RecordError::Malformed)?;
        if version > VERSION {
            return Err(RecordError::Newer(version));
        }
        let Stored {
            version: _,
            instance,
            specification,
            rendering,
            objects,
            announced,
            unfinished,
        } = serde_json::from_value(stored).map_err(RecordError::Malformed)?;
        Ok(Self {
            instance,
            specification,
            rendering,
            objects,
            announced,
            unfinished,
        })
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            instance,
            specification,
            rendering,
            objects,
            announced,
            unfinished,
        } = self.clone();
        let stored = Stored {
            version: VERSION,
            instance,
            specification,
            rendering,
            objects,
            announced,
            unfinished,
        };
        stored.serialize(serializer)
    }
}

/// Refuses records of newer releases, as [`Record::parse`] does.
impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Value::deserialize(deserializer)?;
        Self::of_stored(stored).map_err(|error| match error {
            RecordError::Malformed(cause) => D::Error::custom(cause),
            newer @ RecordError::Newer(_) => D::Error::custom(newer),
        })
    }
}
