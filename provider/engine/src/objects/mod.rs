//! Objects of Kubernetes: read, applied, removed.
//!
//! Nothing here knows what an object is for. What is ours tells the caller: every change says
//! which object it means, by its uid, and touches no other.

mod apply;
mod ask;
mod discovery;
mod error;
mod exclusive;
mod find;
mod gone;
mod kinds;
mod live;
mod pages;
mod refusal;
mod removal;
mod snapshot;
mod strangers;

use std::sync::Arc;

pub use apply::Expected;
pub use error::{ApplyError, Conflict, Problem};
pub use gone::{GoneError, Left};
pub use live::Live;
pub use removal::Propagation;
pub use strangers::Strangers;

use crate::kubernetes::Cluster;
use discovery::Discovery;
use snapshot::Snapshots;

/// The objects of a cluster. Copies share what they know of it.
#[derive(Debug, Clone)]
pub struct Objects(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    cluster: Cluster,
    snapshots: Snapshots,
    discovery: Discovery,
}

impl Objects {
    /// The objects of a cluster. Nothing is asked before the first call.
    pub fn new(cluster: Cluster) -> Self {
        Self(Arc::new(Inner {
            cluster,
            snapshots: Snapshots::default(),
            discovery: Discovery::default(),
        }))
    }

    fn cluster(&self) -> &Cluster {
        &self.0.cluster
    }

    fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    fn discovery(&self) -> &Discovery {
        &self.0.discovery
    }
}
