//! Why there is no cluster to test with.

use std::io;

use crate::build::BuildError;

/// Why a cluster did not start, or did not end.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// A program of it could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The tool that runs clusters could not be started.
    #[error("failed to run `devcluster`")]
    Start(#[source] io::Error),
    /// The tool ran and refused, or failed.
    #[error("`devcluster {verb}` failed:\n{output}")]
    Refused {
        /// What it was asked to do.
        verb: &'static str,
        /// The command and everything that it wrote.
        output: String,
    },
}
