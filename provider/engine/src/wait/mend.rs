//! Outdated pods that would never make room for newer ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Error,
    api::{DeleteParams, Preconditions},
};
use tokio::time::Instant;

use super::{Workload, verdict::Verdict, watching::Watching};

/// How long the controller may take to replace such a pod by itself.
const GRACE: Duration = Duration::from_secs(3);

/// Deletes pods that are in the way: a StatefulSet whose pods start one after the other waits for
/// each to be ready before it replaces it, even if it never will be.
#[derive(Debug, Default)]
pub(super) struct Mender {
    /// Since when each is in the way, by uid.
    since: BTreeMap<String, Instant>,
    /// Those that have been tried, whatever came of it.
    tried: BTreeSet<String>,
}

impl Mender {
    /// Deletes what has been in the way for a while; each once.
    pub(super) async fn mend(
        &mut self,
        watching: &Watching<'_>,
        verdicts: &[(&Workload, Verdict)],
    ) {
        let now = Instant::now();
        let before = std::mem::take(&mut self.since);
        for (name, uid) in verdicts.iter().flat_map(|(_, it)| &it.in_the_way) {
            if self.tried.contains(uid) {
                continue;
            }
            let since = before.get(uid).copied().unwrap_or(now);
            if since + GRACE > now {
                self.since.insert(uid.clone(), since);
                continue;
            }
            self.tried.insert(uid.clone());
            delete(watching, name, uid).await;
        }
    }

    /// When the next will have been in the way for long enough.
    pub(super) fn due(&self) -> Option<Instant> {
        self.since.values().min().map(|since| *since + GRACE)
    }
}

/// Deletes a pod; that it is gone already is fine, and any other failure shows in what is reported.
async fn delete(watching: &Watching<'_>, name: &str, uid: &str) {
    let pods: Api<Pod> = Api::namespaced(watching.client.clone(), &watching.namespace);
    let precondition = Preconditions {
        uid: Some(uid.to_owned()),
        ..Preconditions::default()
    };
    let params = DeleteParams::default().preconditions(precondition);
    tracing::info!(pod = name, "deleting an outdated pod that is not ready");
    match pods.delete(name, &params).await {
        Err(Error::Api(status)) if matches!(status.code, 404 | 409) => {}
        Err(error) => {
            let failure = watching.cluster.explain(error).await;
            tracing::warn!(pod = name, %failure, "an outdated pod stays in the way");
        }
        Ok(_) => {}
    }
}
