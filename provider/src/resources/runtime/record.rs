//! What is remembered beside the state, as far as plans are concerned.

use kre_core::{
    drift::Record,
    runtime::{RENDERING, RuntimeSpec, digest},
};
use terraform::Diagnostics;
use terraform_server::Private;

/// Tells whether another specification was applied last, or in another rendering.
///
/// Nothing is outdated of which nothing is remembered: it has just been imported.
pub(super) fn is_outdated(private: &Private, spec: &RuntimeSpec) -> Result<bool, Diagnostics> {
    let record: Option<Record> = private.read()?;
    Ok(record.is_some_and(|record| {
        record.specification != digest(spec) || record.rendering != RENDERING
    }))
}
