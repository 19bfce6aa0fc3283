//! What the anchor of a runtime holds: the contract with everybody who finds it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    facts::{Facts, InstanceId},
    reference::Services,
    render,
    spec::RuntimeSpec,
};
use crate::desired::{EntryId, Inventory, InventoryError, Object};

/// The format that this release writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// What the anchor of a runtime holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// How far the runtime is.
    pub status: Status,
    /// The instance that owns everything with its stamp.
    pub instance: InstanceId,
    /// How it came to be what it is.
    pub progress: Progress,
    /// What was applied last, or is being applied.
    pub specification: RuntimeSpec,
    /// What pods of nodes and entrypoints contain of it.
    pub services: Services,
    /// Everything that exists or may exist.
    pub inventory: Inventory,
}

/// How far a runtime is.
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

/// How a runtime came to be what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Progress {
    /// It has been ready once since its creation: it may hold somebody's data.
    pub been_ready: bool,
    /// Things that were there before it, and were taken over.
    pub adopted: Vec<EntryId>,
    /// Instances that a takeover has superseded and that it has not finished with: what has their
    /// stamp belongs to it.
    pub superseded: Vec<InstanceId>,
}

/// Why an anchor is no contract.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// A key is not there.
    #[error(
        "contract has no key `{0}`: restore the ConfigMap from a backup, or import the runtime into the release that wrote it and apply again"
    )]
    Missing(&'static str),
    /// A key does not hold what it should.
    #[error(
        "contract cannot be read; undo what was changed by hand, or restore the ConfigMap from a backup: key `{key}`"
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
        "contract cannot be read; undo what was changed by hand, or restore the ConfigMap from a backup: key `inventory`"
    )]
    Inventory(#[source] InventoryError),
    /// A newer release wrote it.
    #[error("contract was written by a newer release, which is needed to read it: format `{0}`")]
    Newer(u32),
}

impl Contract {
    /// The contract of a runtime that has been applied.
    pub fn of(spec: &RuntimeSpec, facts: &Facts) -> Self {
        Self {
            status: Status::Ready,
            instance: facts.instance.clone(),
            progress: Progress {
                been_ready: true,
                ..Progress::default()
            },
            specification: spec.clone(),
            services: spec.services(),
            inventory: super::inventory(spec),
        }
    }

    /// The anchor that holds it.
    pub fn anchor(&self) -> Object {
        render::anchor(self)
    }

    /// Writes it as the data of a ConfigMap.
    pub fn to_data(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("format", FORMAT.to_string()),
            ("status", self.status.as_str().to_owned()),
            ("instance", self.instance.to_string()),
            ("progress", json(&self.progress)),
            ("specification", json(&self.specification)),
            ("services", json(&self.services)),
            ("inventory", self.inventory.to_json()),
        ])
    }

    /// Reads the data of a ConfigMap.
    pub fn parse(data: &BTreeMap<String, String>) -> Result<Self, ContractError> {
        let format = of_json("format", text(data, "format")?)?;
        if format > FORMAT {
            return Err(ContractError::Newer(format));
        }
        let status = serde_json::Value::from(text(data, "status")?);
        let inventory = text(data, "inventory")?;
        Ok(Self {
            status: serde_json::from_value(status).map_err(malformed("status"))?,
            instance: InstanceId::existing(text(data, "instance")?),
            progress: of_json("progress", text(data, "progress")?)?,
            specification: of_json("specification", text(data, "specification")?)?,
            services: of_json("services", text(data, "services")?)?,
            inventory: Inventory::parse(inventory).map_err(ContractError::Inventory)?,
        })
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

fn text<'d>(
    data: &'d BTreeMap<String, String>,
    key: &'static str,
) -> Result<&'d str, ContractError> {
    data.get(key)
        .map(String::as_str)
        .ok_or(ContractError::Missing(key))
}

fn of_json<T: DeserializeOwned>(key: &'static str, text: &str) -> Result<T, ContractError> {
    serde_json::from_str(text).map_err(malformed(key))
}

fn malformed(key: &'static str) -> impl FnOnce(serde_json::Error) -> ContractError {
    move |source| ContractError::Malformed { key, source }
}

/// Texts, numbers and maps with texts as keys: nothing can fail to be written.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
