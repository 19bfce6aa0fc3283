//! Names that cannot be wrong.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The id of a runtime.
///
/// Invariant: 3 to 15 characters, lower-case letters and digits in groups separated by single
/// hyphens, beginning with a letter. Such an id is also a valid label, namespace and prefix of
/// object names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend(
    "minLength" = 3,
    "maxLength" = 15,
    "pattern" = r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$",
    "x-rule" = "be lower-case letters and digits in groups separated by single hyphens, beginning with a letter",
    "examples" = ["demo"],
))]
pub struct RuntimeId(String);

/// Why a text is no id of a runtime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeIdError {
    /// It is too short or too long.
    #[error("runtime id must have 3 to 15 characters: `{0}`")]
    Length(String),
    /// It has characters where they must not be.
    #[error(
        "runtime id must be lower-case letters and digits in groups separated by single hyphens, beginning with a letter: `{0}`"
    )]
    Characters(String),
}

impl RuntimeId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RuntimeId {
    type Err = RuntimeIdError;

    fn from_str(text: &str) -> Result<Self, RuntimeIdError> {
        if !(3..=15).contains(&text.chars().count()) {
            return Err(RuntimeIdError::Length(text.to_owned()));
        }
        let group = |group: &str| {
            !group.is_empty()
                && group
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
        };
        if !text.starts_with(|first: char| first.is_ascii_lowercase())
            || !text.split('-').all(group)
        {
            return Err(RuntimeIdError::Characters(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for RuntimeId {
    type Error = RuntimeIdError;

    fn try_from(text: String) -> Result<Self, RuntimeIdError> {
        text.parse()
    }
}

impl From<RuntimeId> for String {
    fn from(id: RuntimeId) -> Self {
        id.0
    }
}

impl fmt::Display for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_groups_and_hyphens_are_accepted() {
        for id in ["abc", "demo-1", "a-b-c", "a23456789012345"] {
            assert_eq!(id.parse::<RuntimeId>().unwrap().as_str(), id);
        }
    }

    #[test]
    fn ids_that_kubernetes_or_the_original_would_refuse_are_refused() {
        for id in [
            "ab",
            "a234567890123456",
            "1ab",
            "-ab",
            "ab-",
            "a--b",
            "Abc",
            "a_b",
            "ä-bc",
        ] {
            assert!(id.parse::<RuntimeId>().is_err(), "{id} was accepted");
        }
    }

    #[test]
    fn the_declared_limits_are_those_of_the_parser() {
        let schema = serde_json::to_value(schemars::schema_for!(RuntimeId)).unwrap();
        assert_eq!(schema["minLength"], 3);
        assert_eq!(schema["maxLength"], 15);
        assert_eq!(schema["pattern"], "^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$");
    }
}
