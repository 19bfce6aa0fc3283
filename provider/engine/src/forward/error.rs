//! Why there is no way to a port of a pod.

use std::{io, sync::Arc};

use super::Port;
use crate::kubernetes::Failure;

/// Why a port of a pod cannot be reached.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ForwardError {
    /// This machine lets nobody listen.
    #[error(
        "no local port can be opened that leads to {port}; check the limits of this process, and whether loopback addresses may be used here"
    )]
    Listen {
        /// Where it should lead to.
        port: Port,
        /// The cause.
        #[source]
        source: Arc<io::Error>,
    },
    /// There is no pod of that name.
    #[error(
        "{port} cannot be reached, as there is no such pod; check the replicas and the events of its workload with `kubectl describe --namespace {} statefulsets,deployments`",
        port.namespace
    )]
    Missing {
        /// What should be reached.
        port: Port,
    },
    /// The pod is there, but not its program.
    #[error(
        "{port} cannot be reached, as the pod does not run: {state}; look at `kubectl describe --namespace {} pod {}`",
        port.namespace, port.pod
    )]
    NotRunning {
        /// What should be reached.
        port: Port,
        /// What the pod does instead.
        state: String,
    },
    /// The pod runs, but nobody listens on the port.
    #[error(
        "nothing listens on {port}; the program may still be starting: look at `kubectl logs --namespace {} {}`",
        port.namespace, port.pod
    )]
    NothingListens {
        /// What should be reached.
        port: Port,
    },
    /// The connection broke off before anything came back.
    #[error("a connection to {port} ended without an answer{said}; look at `kubectl logs --namespace {} {}`", port.namespace, port.pod)]
    Ended {
        /// What should be reached.
        port: Port,
        /// What was said about it, after a colon.
        said: String,
    },
    /// Nobody answered in time.
    #[error(
        "no connection to {port} came about in time; the node may be too busy or not be reachable from the API server"
    )]
    TimedOut {
        /// What should be reached.
        port: Port,
    },
    /// The API server opens no connection.
    #[error("no connection to {port} can be opened")]
    Call {
        /// What should be reached.
        port: Port,
        /// The cause, with what to do about it.
        #[source]
        source: Failure,
    },
}

impl ForwardError {
    /// Tells whether waiting may help, as it does while a pod starts.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Missing { .. }
            | Self::NotRunning { .. }
            | Self::NothingListens { .. }
            | Self::Ended { .. }
            | Self::TimedOut { .. } => true,
            Self::Listen { .. } | Self::Call { .. } => false,
        }
    }
}
