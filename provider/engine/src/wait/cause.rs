//! Why something is not ready.

use std::{fmt, time::Duration};

use kre_core::desired::ObjectKey;
use tokio::time::Instant;

use crate::kubernetes::Failure;

/// What keeps a workload or a claim from being as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The image cannot be pulled, or its name is none.
    ImagePull,
    /// The registry does not give the image to whoever asks: a pull secret is missing or wrong, or
    /// the image does not exist.
    ImageDenied,
    /// What the container's environment refers to is not there.
    Configuration,
    /// The container cannot be started: its command does not exist, for instance.
    Start,
    /// The container ends again and again, and says that it failed.
    Crash,
    /// The container ends again and again, and says that all went well.
    Exit,
    /// The container needs more memory than it may use.
    Memory,
    /// A volume cannot be mounted.
    Mount,
    /// No node takes the pod.
    Unschedulable,
    /// There is no volume for a claim.
    Volume,
    /// A quota does not allow for the pod.
    Quota,
    /// A policy or webhook does not allow the pod.
    Admission,
    /// The pod cannot be created for another reason.
    Creation,
    /// The volume does not grow.
    Resize,
    /// The object was deleted meanwhile.
    Missing,
    /// Somebody has paused the rollout.
    Paused,
    /// The node has ended the pod.
    Evicted,
    /// It runs, and its probe says that it is not ready.
    Unready,
    /// It is on its way, and nothing is known to be wrong.
    Starting,
    /// Pods of before are still there.
    Leaving,
    /// The controller has not looked at it yet.
    Unobserved,
}

impl Cause {
    /// The same for causes that take turns while the reason behind them is one.
    pub(super) fn family(self) -> Self {
        match self {
            Self::ImageDenied => Self::ImagePull,
            Self::Start | Self::Exit | Self::Memory => Self::Crash,
            other => other,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::ImagePull => "image cannot be pulled",
            Self::ImageDenied => "image is denied",
            Self::Configuration => "configuration is missing",
            Self::Start => "container cannot be started",
            Self::Crash => "container keeps failing",
            Self::Exit => "container keeps ending, though it should run on",
            Self::Memory => "container runs out of memory",
            Self::Mount => "volume cannot be mounted",
            Self::Unschedulable => "no node takes the pod",
            Self::Volume => "there is no volume",
            Self::Quota => "quota is exceeded",
            Self::Admission => "pod is not admitted",
            Self::Creation => "pod cannot be created",
            Self::Resize => "volume does not grow",
            Self::Missing => "it was deleted meanwhile",
            Self::Paused => "rollout is paused",
            Self::Evicted => "node has ended the pod",
            Self::Unready => "it runs, but its probe does not succeed",
            Self::Starting => "has not started yet",
            Self::Leaving => "pod of before has not ended yet",
            Self::Unobserved => "controller has not looked at it yet",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// What keeps something from being ready, and what is known about it.
///
/// Shown as a chain from the object to the cause, without the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The workload, or the claim that does not grow.
    pub workload: ObjectKey,
    /// Which part of a runtime it is, by its label.
    pub component: Option<String>,
    /// The pod, if it is about one; there may be more of which the same is true.
    pub pod: Option<String>,
    /// The container, if it is about one.
    pub container: Option<String>,
    /// The cause.
    pub cause: Cause,
    /// What Kubernetes said about it.
    pub detail: String,
    /// The last lines that the container has logged, without the secrets of its pod.
    pub log: Vec<String>,
    /// When it was first seen.
    pub since: Instant,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.workload)?;
        if let Some(pod) = &self.pod {
            write!(f, " → pod {pod}")?;
        }
        if let Some(container) = &self.container {
            write!(f, " → container {container}")?;
        }
        write!(f, ": {}", self.cause)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// Why waiting ended without success.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// Waiting longer would not help.
    #[error("waiting longer would not help; mend what is wrong and apply again:\n{}", Lines(.0))]
    Hopeless(Vec<Report>),
    /// Patience has ended.
    #[error("not ready after {after:.0?}; mend what is wrong, or raise the timeout, and apply again:\n{}", Lines(.reports))]
    TimedOut {
        /// What is not ready, and why.
        reports: Vec<Report>,
        /// How long it was waited for.
        after: Duration,
    },
    /// Somebody wanted it to end.
    #[error("waiting was interrupted; apply again to go on")]
    Stopped,
    /// The cluster cannot be asked.
    #[error(transparent)]
    Call(#[from] Failure),
}

/// Reports with their logs, one below the other.
struct Lines<'r>(&'r [Report]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, report) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{report}")?;
            if !report.log.is_empty() {
                f.write_str("\n  it logged last:")?;
            }
            for line in &report.log {
                write!(f, "\n  | {line}")?;
            }
        }
        Ok(())
    }
}
