//! Heads as the data of a ConfigMap.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};

use super::{Head, InstanceId};
use crate::desired::{Inventory, InventoryError};

/// Why the data of an anchor cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A key is not there.
    #[error(
        "anchor has no key `{0}`: restore the ConfigMap from a backup, or import what it stands for into the release that wrote it and apply again"
    )]
    Missing(&'static str),
    /// A key does not hold what it should.
    #[error(
        "anchor cannot be read; undo what was changed by hand, or restore the ConfigMap from a backup: key `{key}`"
    )]
    Malformed {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The inventory is none.
    #[error(
        "anchor cannot be read; undo what was changed by hand, or restore the ConfigMap from a backup: key `inventory`"
    )]
    Inventory(#[source] InventoryError),
}

impl Head {
    /// Writes it as data of a ConfigMap.
    pub fn to_data(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("status", self.status.as_str().to_owned()),
            ("instance", self.instance.to_string()),
            ("progress", json(&self.progress)),
            ("inventory", self.inventory.to_json()),
        ])
    }

    /// Reads the data of a ConfigMap, whatever else is in it.
    pub fn parse(data: &BTreeMap<String, String>) -> Result<Self, DataError> {
        let status = serde_json::Value::from(text(data, "status")?);
        let inventory = text(data, "inventory")?;
        Ok(Self {
            status: serde_json::from_value(status).map_err(malformed("status"))?,
            instance: InstanceId::existing(text(data, "instance")?),
            progress: of_json(data, "progress")?,
            inventory: Inventory::parse(inventory).map_err(DataError::Inventory)?,
        })
    }
}

/// The text of a key.
fn text<'d>(data: &'d BTreeMap<String, String>, key: &'static str) -> Result<&'d str, DataError> {
    data.get(key)
        .map(String::as_str)
        .ok_or(DataError::Missing(key))
}

/// What the JSON of a key says.
pub(crate) fn of_json<T: DeserializeOwned>(
    data: &BTreeMap<String, String>,
    key: &'static str,
) -> Result<T, DataError> {
    serde_json::from_str(text(data, key)?).map_err(malformed(key))
}

/// Writes the JSON of a key: texts, numbers and maps with texts as keys, of which nothing can fail
/// to be written.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn malformed(key: &'static str) -> impl FnOnce(serde_json::Error) -> DataError {
    move |source| DataError::Malformed { key, source }
}
