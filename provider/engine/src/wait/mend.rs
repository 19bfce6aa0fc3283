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

use super::{
    Workload,
    verdict::{Obstacle, Verdict},
    watching::Watching,
};

/// How long the controller may take to replace such a pod by itself.
const GRACE: Duration = Duration::from_secs(3);
/// How long one may take to be ready again that others may need: members of a cluster are often not
/// while another one is replaced.
const LONG_GRACE: Duration = Duration::from_secs(30);

/// Deletes pods that are in the way: a StatefulSet whose pods start one after the other waits for
/// each to be ready before it replaces it, even if it never will be.
#[derive(Debug, Default)]
pub(super) struct Mender {
    /// Since when each is in the way, by uid.
    since: BTreeMap<String, Instant>,
    /// Those that have been tried, whatever came of it.
    tried: BTreeSet<String>,
    /// When the next will have been in the way for long enough.
    due: Option<Instant>,
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
        self.due = None;
        for obstacle in verdicts.iter().flat_map(|(_, it)| &it.in_the_way) {
            let Obstacle {
                name,
                uid,
                is_useless,
            } = obstacle;
            if self.tried.contains(uid) {
                continue;
            }
            let since = before.get(uid).copied().unwrap_or(now);
            let end = since + if *is_useless { GRACE } else { LONG_GRACE };
            if end > now {
                self.since.insert(uid.clone(), since);
                self.due = Some(self.due.map_or(end, |due| due.min(end)));
                continue;
            }
            self.tried.insert(uid.clone());
            delete(watching, name, uid).await;
        }
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
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
