//! Names that cannot be wrong.

use std::{fmt, str::FromStr};

/// The name of a workflow, a node or a process, e.g. `py-runner`.
///
/// Invariant: 1 to [`Name::MAX_LENGTH`] lower-case letters, digits and hyphens, with a letter or
/// a digit at both ends. Such a name is also a valid label of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 20 lower-case letters, digits and inner hyphens: `{0}`")]
pub struct NameError(String);

impl Name {
    /// The most characters, as KAI has it; KRE allows one less.
    pub const MAX_LENGTH: usize = 20;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let is_outer = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = text.as_bytes();
        let is_name = bytes.first().copied().is_some_and(is_outer)
            && bytes.last().copied().is_some_and(is_outer)
            && bytes.iter().all(|byte| is_outer(*byte) || *byte == b'-');
        if is_name && text.len() <= Self::MAX_LENGTH {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError(text.to_owned()))
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
