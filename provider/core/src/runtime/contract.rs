//! What the anchor of a runtime holds: the contract with everybody who finds it.

use std::collections::BTreeMap;

use super::{facts::Facts, reference::Services, render, spec::RuntimeSpec};
use crate::{
    anchor::{self, DataError, Head},
    desired::Object,
};

/// The format that this release writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// What the anchor of a runtime holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// Who owns what, and how far it is.
    pub head: Head,
    /// What was applied last, or is being applied.
    pub specification: RuntimeSpec,
    /// What pods of nodes and entrypoints contain of it.
    pub services: Services,
}

/// Why an anchor is no contract.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// Its data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A newer release wrote it.
    #[error("contract was written by a newer release, which is needed to read it: format `{0}`")]
    Newer(u32),
}

impl Contract {
    /// The contract of a runtime that has been applied.
    pub fn of(spec: &RuntimeSpec, facts: &Facts) -> Self {
        let inventory = super::inventory(spec);
        Self::with(Head::ready(facts.instance.clone(), &inventory), spec)
    }

    /// The contract of a runtime that is as far as the head says.
    pub fn with(head: Head, spec: &RuntimeSpec) -> Self {
        Self {
            head,
            specification: spec.clone(),
            services: spec.services(),
        }
    }

    /// The anchor that holds it.
    pub fn anchor(&self) -> Object {
        render::anchor(self)
    }

    /// Writes it as the data of a ConfigMap.
    pub fn to_data(&self) -> BTreeMap<&'static str, String> {
        let mut data = self.head.to_data();
        data.extend([
            ("format", FORMAT.to_string()),
            ("specification", anchor::json(&self.specification)),
            ("services", anchor::json(&self.services)),
        ]);
        data
    }

    /// Reads the data of a ConfigMap.
    pub fn parse(data: &BTreeMap<String, String>) -> Result<Self, ContractError> {
        Ok(Self {
            services: anchor::of_json(data, "services")?,
            ..Self::parse_own(data)?
        })
    }

    /// Reads what its owner cannot do without. The rest follows from that, and is made anew if
    /// somebody has damaged it.
    pub fn parse_own(data: &BTreeMap<String, String>) -> Result<Self, ContractError> {
        // The format first: what a newer release has changed need not be readable.
        let format = anchor::of_json(data, "format")?;
        if format > FORMAT {
            return Err(ContractError::Newer(format));
        }
        Ok(Self::with(
            Head::parse(data)?,
            &anchor::of_json(data, "specification")?,
        ))
    }
}
