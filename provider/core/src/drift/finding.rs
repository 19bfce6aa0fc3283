//! What is found of one thing that was applied.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use serde_json::Value;

use super::{Difference, Owned, Seal};

/// How many paths are named.
const MOST: usize = 24;

/// What is found of one thing that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is as it was applied.
    Applied,
    /// It is gone.
    Missing,
    /// Some of what is ours is different.
    Changed(Vec<Difference>),
}

impl Finding {
    /// Compares what was remembered with what is there, if anything is.
    pub fn of(owned: &Owned, live: Option<&Value>, seal: &Seal) -> Self {
        let Some(live) = live else {
            return Self::Missing;
        };
        let differences = owned.differences(live, seal);
        if differences.is_empty() {
            return Self::Applied;
        }
        Self::Changed(differences)
    }

    /// What is different; nothing if the whole is missing.
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Applied | Self::Missing => &[],
            Self::Changed(differences) => differences,
        }
    }
}

/// `changed: spec.replicas; data.a, data.b (by kubectl-edit)`: paths in order, by manager. The
/// same finding is the same text.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied => f.write_str("applied"),
            Self::Missing => f.write_str("missing"),
            Self::Changed(differences) => f.write_str(&changed(differences)),
        }
    }
}

fn changed(differences: &[Difference]) -> String {
    let mut sorted: Vec<_> = differences.iter().collect();
    sorted.sort_by_key(|difference| (&difference.by, &difference.path));
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for difference in sorted.iter().take(MOST) {
        let paths = groups.entry(&difference.by).or_default();
        paths.push(difference.path.as_str());
    }
    let mut parts = Vec::new();
    for (by, paths) in groups {
        let mut part = paths.join(", ");
        if let Some(by) = by {
            // Writing to a string cannot fail.
            let _ = write!(part, " (by {by})");
        }
        parts.push(part);
    }
    if let more @ 1.. = sorted.len().saturating_sub(MOST) {
        parts.push(format!("and {more} more"));
    }
    format!("changed: {}", parts.join("; "))
}
