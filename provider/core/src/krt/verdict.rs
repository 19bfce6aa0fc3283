//! What is said about a manifest.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use super::{
    Dialect, Krt,
    rules::{Origin, RuleId, Severity, rule},
    yaml::Mark,
};

/// How a manifest is judged.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The dialect to judge by; recognised from the content if `None`.
    pub dialect: Option<Dialect>,
    /// Whether only the original's rules count.
    pub strict: bool,
    /// The runtime (or, for KAI, the product) that the version is for: lengths of names in the
    /// cluster depend on it.
    pub runtime: Option<String>,
    /// Paths of the files that come with the manifest; `None` where the manifest is judged alone.
    pub files: Option<BTreeSet<String>>,
}

/// What was found in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The dialect that it was judged by.
    pub dialect: Dialect,
    /// What the manifest says; `None` if it was refused.
    pub krt: Option<Krt>,
    /// Everything that is wrong or odd, in the order of the file; for KAI, of its original.
    pub problems: Vec<Problem>,
}

impl Verdict {
    /// Whether nothing is wrong. Warnings do not count.
    pub fn is_accepted(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The problems for which the manifest is refused.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        let is_error = |problem: &&Problem| problem.severity == Severity::Error;
        self.problems.iter().filter(is_error)
    }
}

/// Something that is wrong or odd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that is broken.
    pub rule: RuleId,
    /// The field as the dialect's original writes it, e.g. `krt.workflows[0].processes[1].image`
    /// or `Workflows[0].Name`; empty if it concerns the file.
    pub location: String,
    /// The line of the value, or of what should hold it, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
    /// What is wrong: one sentence without a period.
    pub message: String,
    /// What to do about it: one sentence without a period; may be empty.
    pub remedy: String,
}

/// Where, what, which rule and what to do, in one line.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.location.is_empty() {
            write!(f, "{}: ", self.location)?;
        }
        write!(f, "{} [{}]", self.message, self.rule)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Where something is: its field and its place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) location: String,
    pub(super) mark: Mark,
}

impl Place {
    pub(super) fn new(location: impl Into<String>, mark: Mark) -> Self {
        let location = location.into();
        Self { location, mark }
    }
}

/// How many problems are kept. Of a rule that was not broken before, there is always room for one.
const MAX_PROBLEMS: usize = 1000;

/// Collects problems of one manifest.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) dialect: Dialect,
    pub(super) is_strict: bool,
    problems: Vec<Problem>,
    broken: BTreeSet<RuleId>,
    errors: usize,
}

impl Report {
    pub(super) fn new(dialect: Dialect, is_strict: bool) -> Self {
        Self {
            dialect,
            is_strict,
            problems: Vec::new(),
            broken: BTreeSet::new(),
            errors: 0,
        }
    }

    /// Adds a problem, unless it is ours and only the original's count.
    pub(super) fn add(
        &mut self,
        id: RuleId,
        place: &Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let Some(rule) = rule(id, self.dialect) else {
            return;
        };
        if self.is_strict && rule.origin == Origin::Ours {
            return;
        }
        if rule.severity == Severity::Error {
            self.errors = self.errors.saturating_add(1);
        }
        let is_known = !self.broken.insert(id);
        if is_known && self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        self.problems.push(Problem {
            severity: rule.severity,
            rule: id,
            location: place.location.clone(),
            line: place.mark.line.saturating_add(1),
            column: place.mark.column.saturating_add(1),
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The problems in their order: the file's, or for KAI that of its original, with ours behind.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        if self.dialect != Dialect::Kai {
            self.problems
                .sort_by_key(|problem| (problem.line, problem.column));
        }
        self.problems
    }
}
