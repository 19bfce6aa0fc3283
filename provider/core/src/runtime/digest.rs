//! Whether a specification is the one that was applied.

use super::{reference::digits, spec::RuntimeSpec};

/// Sixteen hex digits of a specification, which change with anything that changes an object of it,
/// also with the spelling of an amount: the anchor holds what was written.
pub fn digest(spec: &RuntimeSpec) -> String {
    // Texts, numbers and maps with texts as keys: nothing can fail to be written.
    digits(&serde_json::to_string(spec).unwrap_or_default())
}
