//! The file that says for each method which stream serves it (research/kre.md §4.5).

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use serde::{Deserialize, Serialize};

/// The workflows of a version, by their gRPC method.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Subjects(BTreeMap<String, Route>);

/// The way of a call through the stream of its workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Route {
    /// The stream.
    pub(super) stream: String,
    /// What the workflow's exitpoint publishes to.
    pub(super) input_subject: String,
    /// What its first nodes subscribe to.
    pub(super) output_subject: String,
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum SubjectsError {
    /// It cannot be read.
    #[error("failed to read `{file}`")]
    Read { file: String, source: io::Error },
    /// It does not say what it should.
    #[error("failed to understand `{file}`")]
    Parse {
        file: String,
        source: serde_json::Error,
    },
}

impl Subjects {
    /// Reads the file.
    pub(super) fn load(path: &Path) -> Result<Self, SubjectsError> {
        let file = || path.display().to_string();
        let text = fs::read(path);
        let text = text.map_err(|source| SubjectsError::Read {
            file: file(),
            source,
        })?;
        serde_json::from_slice(&text).map_err(|source| SubjectsError::Parse {
            file: file(),
            source,
        })
    }

    /// Returns the way of a method's calls.
    pub(super) fn route(&self, method: &str) -> Option<&Route> {
        self.0.get(method)
    }
}

impl fmt::Display for Subjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_a_stream_and_two_subjects() {
        let text = r#"{"Greet": {
            "stream": "rt_v1_Greet",
            "input_subject": "rt_v1_Greet.last",
            "output_subject": "rt_v1_Greet.entrypoint"
        }}"#;
        let subjects: Subjects = serde_json::from_str(text).unwrap();

        assert_eq!(
            subjects.route("Greet"),
            Some(&Route {
                stream: "rt_v1_Greet".to_owned(),
                input_subject: "rt_v1_Greet.last".to_owned(),
                output_subject: "rt_v1_Greet.entrypoint".to_owned(),
            })
        );
    }

    #[test]
    fn the_form_of_earlier_generations_is_not_understood() {
        let text = r#"{"Greet": "v1-Greet-entrypoint"}"#;

        assert!(serde_json::from_str::<Subjects>(text).is_err());
    }
}
