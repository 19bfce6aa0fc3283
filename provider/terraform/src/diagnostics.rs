//! What a user is told: errors and warnings, each with the place in the configuration.

use std::fmt;

use crate::path::Path;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation succeeded, and the user should know something.
    Warning,
}

/// One thing that a user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What failed, in a few words, without a period.
    pub summary: String,
    /// Why, and what to do next, in sentences.
    pub detail: String,
    /// The attribute that caused it; `None` if no attribute did.
    pub path: Option<Path>,
}

impl Diagnostic {
    /// Points at the attribute that caused it.
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }
}

/// Everything that a user is told about one operation, in the order in which it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Nothing to tell.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An error that no attribute caused.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(vec![error(summary, detail)])
    }

    /// A warning that no attribute caused.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(vec![warning(summary, detail)])
    }

    /// A failure that only a mistake in the provider explains.
    pub fn bug(what: impl fmt::Display) -> Self {
        Self::error(
            "Bug in the provider",
            format!(
                "{what}\n\nThis is a mistake in the provider, not in the configuration. Please report it."
            ),
        )
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another operation.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Tells whether anything in here is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Tells whether there is nothing in here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Splits into an answer's two cases: `Err` if anything in here is an error, else the warnings.
    pub fn into_result(self) -> Result<Self, Self> {
        if self.has_errors() {
            Err(self)
        } else {
            Ok(self)
        }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An error that no attribute caused, until [`Diagnostic::at`] says which.
pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        summary: summary.into(),
        detail: detail.into(),
        path: None,
    }
}

/// A warning that no attribute caused, until [`Diagnostic::at`] says which.
pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..error(summary, detail)
    }
}

/// Writes an error and all its causes as one sentence, outermost first.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
