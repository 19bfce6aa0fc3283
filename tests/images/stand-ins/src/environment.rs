//! The environment of the process, read in one place.

/// Returns a variable of the environment; an empty one is set.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the stand-ins that reads the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
