//! The environment of the process, read in one place.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Returns a variable of the environment; an empty one is set.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the stand-ins that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns all variables; what is no UTF-8 is left out.
pub(crate) fn variables() -> BTreeMap<String, String> {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}
