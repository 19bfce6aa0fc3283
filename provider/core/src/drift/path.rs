//! The place of a field in an object.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::step::Step;

/// A place in an object, as text: `spec.template.spec.containers[name="nats"].image`.
///
/// This is what the API server writes where it tells of conflicts, but for the dot that it begins
/// with. Names of fields stand in it as they are, so that it cannot be taken apart again:
/// `metadata.labels.app.kubernetes.io/name` has three steps. Texts are equal where places are.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldPath(String);

impl FieldPath {
    /// Reads what `Display` writes.
    pub fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Reads what the API server writes: the same with a dot before it.
    pub fn of_cause(field: &str) -> Self {
        Self::parse(field.strip_prefix('.').unwrap_or(field))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The way one step on.
    pub(super) fn step(&self, step: &Step) -> Self {
        let text = format!("{}{step}", self.0);
        if self.0.is_empty() {
            return Self::of_cause(&text);
        }
        Self(text)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
