//! Why bytes and a type, or a value and a type, do not go together.

use std::{error::Error, fmt, iter};

use super::MAX_DEPTH;
use crate::{
    path::{Path, Step},
    types::TypeError,
};

/// Why a value could not be read or written, and at which place in it.
///
/// The message names kinds and attributes, never a value: it may be a secret.
#[derive(Debug)]
pub struct CodecError {
    /// The place of the problem; it ends at a set whose element has the problem.
    pub path: Path,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a value.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Something else than the type wants.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// What the type wants.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A tuple, or a pair of type and value, of the wrong length.
    #[error("expected {expected} elements, found {found}")]
    Length {
        /// The length that the type has.
        expected: usize,
        /// The length that is there.
        found: usize,
    },
    /// An object that lacks an attribute of its type.
    #[error("attribute is missing: `{0}`")]
    MissingAttribute(String),
    /// An object with an attribute that its type does not have.
    #[error("attribute is not expected: `{0}`")]
    UnexpectedAttribute(String),
    /// A key or attribute that is there already, maybe written in another Unicode form.
    #[error("key is there twice")]
    RepeatedKey,
    /// A type next to a value that means none.
    #[error("type of a value cannot be read")]
    Type(#[source] TypeError),
    /// What an unknown value promises breaks the format, or does not suit the type.
    #[error("promises about an unknown value cannot be read")]
    Refinements,
    /// A string of other bytes than UTF-8.
    #[error("string is not UTF-8")]
    Utf8,
    /// A text that is not JSON, although JSON is expected.
    #[error("value is not JSON")]
    Json(#[source] serde_json::Error),
    /// Bytes that stop before the value does.
    #[error("bytes end within a value")]
    Truncated,
    /// Bytes that do not belong to the value.
    #[error("bytes go on after the value")]
    Trailing,
    /// A string or collection with more bytes or elements than a length on the wire can tell.
    #[error("value is too long to be written")]
    TooLong,
    /// Values inside values inside values.
    #[error("value is nested more than {MAX_DEPTH} levels deep")]
    Depth,
}

impl CodecError {
    pub(super) fn mismatch(expected: &'static str, found: &'static str) -> Self {
        Problem::Mismatch { expected, found }.into()
    }

    /// The same problem, seen from one level further out.
    pub(super) fn within(self, step: Step) -> Self {
        let steps = self.path.steps().iter().cloned();
        Self {
            path: iter::once(step).chain(steps).collect(),
            problem: self.problem,
        }
    }

    /// The same problem, seen from a set, whose elements have no address.
    pub(super) fn within_set(self) -> Self {
        self.problem.into()
    }
}

impl From<Problem> for CodecError {
    fn from(problem: Problem) -> Self {
        Self {
            path: Path::root(),
            problem,
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.problem, f)?;
        if self.path.steps().is_empty() {
            return Ok(());
        }
        write!(f, " at `{}`", self.path)
    }
}

impl Error for CodecError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.problem.source()
    }
}
