//! Ports of pods on this machine, through the API server.
//!
//! What is sent there is of no concern here: any client connects to the address of a port as if
//! the server in the pod ran on this machine.

mod error;
mod line;
mod listener;
mod pod;
mod tunnel;

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::time::Instant;

use self::listener::Listener;
use crate::kubernetes::Cluster;

pub use error::ForwardError;

/// A port of a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// The namespace of the pod.
    pub namespace: String,
    /// The name of the pod.
    pub pod: String,
    /// The port that a program in the pod listens on.
    pub port: u16,
}

impl fmt::Display for Port {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            namespace,
            pod,
            port,
        } = self;
        write!(
            formatter,
            "port {port} of pod `{pod}` in namespace `{namespace}`"
        )
    }
}

/// Forwards to ports of pods, one listener for each port.
///
/// Clones share them. Dropping the last one ends all listeners, and all connections with them.
#[derive(Debug, Clone)]
pub struct Forwards(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    cluster: Cluster,
    listeners: Mutex<BTreeMap<Port, Arc<Listener>>>,
}

impl Forwards {
    /// Returns forwards into a cluster; none exists yet.
    pub fn new(cluster: Cluster) -> Self {
        let listeners = Mutex::default();
        Self(Arc::new(Pool { cluster, listeners }))
    }

    /// Returns an address of this machine that leads to a port of a pod.
    ///
    /// Where no connection has got through yet, or the last one did not, one is opened first and
    /// kept for whoever connects next. A pod that another one replaces under the same name is
    /// found by the next connection. The address holds until the last [`Forwards`] is dropped;
    /// the calling runtime has to live as long.
    pub async fn address(&self, port: &Port, until: Instant) -> Result<SocketAddr, ForwardError> {
        let listener = self.listener(port)?;
        listener.check(until).await?;
        Ok(listener.address())
    }

    /// Returns why the last connection to a port did not get through; `None` if it did.
    ///
    /// Clients only see that their connection has ended: this is the reason.
    pub fn trouble(&self, port: &Port) -> Option<ForwardError> {
        let listeners = self.0.listeners.lock();
        let listeners = listeners.unwrap_or_else(PoisonError::into_inner);
        listeners.get(port)?.trouble()
    }

    fn listener(&self, port: &Port) -> Result<Arc<Listener>, ForwardError> {
        let listeners = self.0.listeners.lock();
        let mut listeners = listeners.unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = listeners.get(port) {
            return Ok(listener.clone());
        }
        let listener = Listener::start(self.0.cluster.clone(), port.clone());
        let listener = listener.map_err(|source| ForwardError::Listen {
            port: port.clone(),
            source: Arc::new(source),
        })?;
        let listener = Arc::new(listener);
        listeners.insert(port.clone(), listener.clone());
        Ok(listener)
    }
}
