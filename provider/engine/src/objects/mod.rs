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
mod restore;
mod snapshot;
mod strangers;

use std::sync::Arc;

pub use apply::Expected;
pub use error::{ApplyError, Problem};
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

#[cfg(test)]
mod tests {
    use kre_core::desired::{Object, ObjectKey};
    use serde_json::json;
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::kubernetes::{Arguments, Limits, Settings};

    fn spawnable(_: impl Future + Send) {}

    #[tokio::test]
    async fn every_call_may_run_on_any_thread() {
        let settings = Settings::new(Arguments::default(), |_| None);
        let objects = Objects::new(Cluster::new(settings, Limits::default()));
        let key = ObjectKey::namespaced("v1", "ConfigMap", "a", "b");
        let object = Object::new(key.clone(), json!({}), json!({}));
        let live = Live::new(json!({}));
        let items = [(key.clone(), String::new())];
        let keys = [key.clone()];
        let (until, stop) = (Instant::now(), CancellationToken::new());
        spawnable(objects.get(&key, until));
        spawnable(objects.find(&keys, ("a", "b"), until));
        spawnable(objects.apply(&object, &Expected::Absent, false, until));
        spawnable(objects.create(&object, until));
        spawnable(objects.replace(&object, &live, until));
        spawnable(objects.restore(&object, &live, &[], until));
        spawnable(objects.delete(&key, "", Propagation::Background, until));
        spawnable(objects.until_gone(&items, until, &stop));
        spawnable(objects.strangers("a", |_, _| true, until));
    }
}
