//! Waiting for workloads, by watching: until they are ready, or until it is clear why they will
//! not be.
//!
//! What is seen is kept in a `Scene`, which watches fill; the verdict is a pure function of it.
//! Only how long something has been so, and how patient to be with it, is added from outside.

mod available;
mod cause;
mod claims;
mod clock;
mod containers;
mod creation;
mod events;
mod feed;
mod grace;
mod mend;
mod pods;
mod redact;
mod report;
mod resize;
mod rollout;
mod scene;
mod symptom;
#[cfg(test)]
mod tests;
mod verdict;
mod watching;

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::try_join_all;
use kre_core::desired::ObjectKey;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use available::is_available;
pub use cause::{Cause, Report, WaitError};
pub use resize::until_resized;

use crate::kubernetes::Cluster;
use watching::Watching;

/// A StatefulSet or Deployment to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Which one.
    pub key: ObjectKey,
    /// The generation that our apply returned: what is said about an earlier one does not count.
    pub generation: i64,
}

/// How long to wait.
#[derive(Debug, Clone)]
pub struct Patience {
    /// The end of all patience.
    pub until: Instant,
    /// How long a cause may last that does not go away by waiting.
    pub fail_fast: Duration,
    /// How long a container without probes has to run before it is believed to be ready, because
    /// Kubernetes takes it for ready as soon as it is started.
    pub settle: Duration,
}

/// Waits until all workloads are ready: all replicas are of the generation, available, and those
/// before them gone.
///
/// Ends as soon as waiting is hopeless. Pods of an outdated revision of a StatefulSet that are not
/// ready are deleted, because its controller would wait for them forever. When it fails, it may
/// take some seconds beyond the end to find out why.
pub async fn until_ready(
    cluster: &Cluster,
    workloads: &[Workload],
    patience: &Patience,
    stop: &CancellationToken,
) -> Result<(), WaitError> {
    let places = by_namespace(workloads, |workload| &workload.key);
    let waits = places.into_iter().map(|(namespace, workloads)| async move {
        let watching = Watching::new(cluster, namespace, patience).await?;
        watching.until_ready(&workloads).await
    });
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(WaitError::Stopped),
        outcome = try_join_all(waits) => outcome.map(drop),
    }
}

fn by_namespace<T>(all: &[T], key: impl Fn(&T) -> &ObjectKey) -> BTreeMap<&str, Vec<&T>> {
    let mut places: BTreeMap<&str, Vec<&T>> = BTreeMap::new();
    for one in all {
        let namespace = key(one).namespace.as_deref().unwrap_or("default");
        places.entry(namespace).or_default().push(one);
    }
    places
}
