//! What is remembered beside the state, as far as plans are concerned.

use kre_core::runtime::{RENDERING, RuntimeSpec, digest};
use serde::{Deserialize, Serialize};
use terraform::Diagnostics;
use terraform_server::Private;

/// What was applied last. There is more in the record, which only an apply is concerned with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The digest of the specification.
    pub(super) specification: String,
    /// The number of the rendering.
    pub(super) rendering: u32,
}

impl Record {
    /// What an apply of this specification would be remembered by.
    pub(super) fn of(spec: &RuntimeSpec) -> Self {
        Self {
            specification: digest(spec),
            rendering: RENDERING,
        }
    }
}

/// Tells whether another specification was applied last, or in another rendering.
///
/// Nothing is outdated of which nothing is remembered: it has just been imported.
pub(super) fn is_outdated(private: &Private, spec: &RuntimeSpec) -> Result<bool, Diagnostics> {
    let record: Option<Record> = private.read()?;
    Ok(record.is_some_and(|record| record != Record::of(spec)))
}
