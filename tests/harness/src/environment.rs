//! The environment of the test process, read in one place.

use std::ffi::OsString;

/// Returns a variable of the environment; an empty one counts as not set.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the harness that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
