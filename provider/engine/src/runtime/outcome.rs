//! What came of an operation.

use std::{collections::BTreeMap, fmt};

use kre_core::{anchor::InstanceId, desired::ObjectKey, drift::Record, runtime::RuntimeSpec};

use crate::work::{Failed, Kept};

/// How far a runtime is, as its users see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It works, or did when it was last applied.
    Ready,
    /// Somebody has stopped an apply before everything was ready.
    Starting,
    /// The last apply has failed.
    Error,
}

/// A runtime as it was seen or left.
#[derive(Debug)]
pub struct Seen {
    /// What it is, as far as it can be seen.
    pub spec: RuntimeSpec,
    /// How far it is.
    pub condition: Condition,
    /// What has become of each thing that belongs to it.
    pub findings: BTreeMap<String, String>,
    /// What has to be remembered until the next operation.
    pub record: Record,
    /// The uid of the cluster.
    pub cluster_uid: String,
}

/// What came of a creation or an update.
#[derive(Debug)]
pub struct Done {
    /// The runtime; `None` if nothing was written.
    pub seen: Option<Box<Seen>>,
    /// Why it did not come to its end.
    pub error: Option<Failed>,
}

/// What came of a look.
#[derive(Debug)]
pub enum Sight {
    /// It is there.
    There {
        /// As it is.
        seen: Box<Seen>,
        /// Things that could not be looked at, and why.
        unseen: Option<Failed>,
    },
    /// It is gone.
    Gone {
        /// The instance that has taken its place.
        superseded_by: Option<(ObjectKey, InstanceId)>,
    },
}

/// What came of a removal.
#[derive(Debug, Default)]
pub struct Removed {
    /// What stays, because it holds data.
    pub kept: Vec<Kept>,
    /// The namespace that stays, and what is in it that is not ours, or may be.
    pub inhabited: Option<(String, Vec<String>)>,
    /// The instance that has taken its place: nothing was touched.
    pub superseded_by: Option<(ObjectKey, InstanceId)>,
}

impl Done {
    pub(super) fn refused(error: impl Into<Failed>) -> Self {
        Self {
            seen: None,
            error: Some(error.into()),
        }
    }
}

impl Condition {
    /// The condition as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "READY",
            Self::Starting => "STARTING",
            Self::Error => "ERROR",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
