//! Everything outside that one process talks to.

use crate::{forward::Forwards, kubernetes::Cluster, objects::Objects};

/// The clients of one cluster and of the services in it, which all resources of a process share.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) cluster: Cluster,
    pub(crate) objects: Objects,
    pub(crate) forwards: Forwards,
}

impl World {
    /// Opens nothing: the first call does.
    pub fn new(cluster: Cluster) -> Self {
        Self {
            objects: Objects::new(cluster.clone()),
            forwards: Forwards::new(cluster.clone()),
            cluster,
        }
    }

    /// The cluster itself.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }
}
