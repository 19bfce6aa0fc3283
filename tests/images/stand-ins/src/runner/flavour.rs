//! Which of the two runners is stood for, where they differ.

use std::time::Duration;

/// A runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// kre-py 3.4.1: patient about NATS, does not know MongoDB, slow to start and to end.
    Python,
    /// kre-go 4.5.1: wants NATS and MongoDB at once.
    Go,
}

impl Flavour {
    /// Returns how long the original takes until it reads its environment.
    pub(super) fn boots_for(self) -> Duration {
        match self {
            Self::Python => Duration::from_millis(300),
            Self::Go => Duration::ZERO,
        }
    }

    /// Returns how long the original takes to import what a handler needs.
    pub(super) fn loads_for(self) -> Duration {
        match self {
            Self::Python => Duration::from_millis(200),
            Self::Go => Duration::ZERO,
        }
    }

    /// Returns how long the original takes to end when the start has failed at NATS: with the
    /// other two, its pod has been ready for about a second.
    pub(super) fn ends_for(self) -> Duration {
        match self {
            Self::Python => Duration::from_millis(500),
            Self::Go => Duration::ZERO,
        }
    }

    /// Words the error of a handler as the message to the other nodes says it.
    pub(super) fn handler_error(self, node: &str, from_node: &str, error: &str) -> String {
        match self {
            Self::Python => format!("Error in '{node}': {error}"),
            Self::Go => {
                format!("Error in node '{node}' executing handler for node '{from_node}': {error}")
            }
        }
    }
}
