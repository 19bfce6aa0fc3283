//! How far a workload has come.

use k8s_openapi::{
    api::{
        apps::v1::{Deployment, ReplicaSet, StatefulSet},
        core::v1::Pod,
    },
    apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta},
};
use kre_core::runtime::COMPONENT;
use kube::core::{PartialObjectMeta, Selector, SelectorExt};

use super::{Workload, scene::Scene};

const REVISION: &str = "deployment.kubernetes.io/revision";
const HASH: &str = "controller-revision-hash";

/// How far its controller says that it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its status is about an earlier generation.
    Unobserved,
    /// Somebody does not want it to go on.
    Paused,
    /// Not all replicas are as they should be.
    Open,
    /// All of them are.
    Done,
}

/// What is common to all kinds of workloads, with the pods that are theirs.
#[derive(Debug)]
pub(super) struct Rollout<'s> {
    pub(super) component: Option<&'s str>,
    pub(super) stage: Stage,
    pub(super) wanted: i32,
    /// Pods of the newest revision; of all of them where nobody knows which one that is.
    pub(super) current: Vec<&'s Pod>,
    /// Pods of older revisions.
    pub(super) outdated: Vec<&'s Pod>,
    /// Who creates its pods: its own uid, or that of its newest `ReplicaSet`.
    pub(super) creator: Option<&'s str>,
    /// What the controller says about pods that it cannot create.
    pub(super) failure: Option<&'s str>,
    /// Its controller would wait forever for outdated pods that are not ready.
    pub(super) may_hang: bool,
}

impl Stage {
    fn new(is_observed: bool, is_paused: bool, is_done: bool) -> Self {
        match (is_observed, is_done) {
            (false, _) => Self::Unobserved,
            (_, true) => Self::Done,
            _ if is_paused => Self::Paused,
            _ => Self::Open,
        }
    }
}

impl<'s> Rollout<'s> {
    /// `None` if the workload is not there.
    pub(super) fn of(workload: &Workload, scene: &'s Scene) -> Option<Self> {
        let name = &workload.key.name;
        if workload.key.kind == "Deployment" {
            let found = scene.deployments.get(name)?;
            return Some(Self::of_deployment(found, workload.generation, scene));
        }
        let found = scene.stateful_sets.get(name)?;
        Some(Self::of_stateful_set(found, workload.generation, scene))
    }

    fn of_stateful_set(set: &'s StatefulSet, generation: i64, scene: &'s Scene) -> Self {
        let spec = set.spec.as_ref();
        let status = set.status.as_ref();
        let wanted = spec.and_then(|spec| spec.replicas).unwrap_or(1);
        let observed = status.and_then(|status| status.observed_generation);
        let is_observed = is_observed(&set.metadata, observed, generation);
        let strategy = spec.and_then(|spec| spec.update_strategy.as_ref());
        let rolls = strategy.and_then(|it| it.type_.as_deref()) != Some("OnDelete");
        let partition = strategy.and_then(|it| it.rolling_update.as_ref()?.partition);
        let rolls = rolls && partition.unwrap_or_default() == 0;
        let is_done = status.is_some_and(|status| {
            let counts = [
                Some(status.replicas),
                status.ready_replicas,
                status.available_replicas,
                if rolls {
                    status.updated_replicas
                } else {
                    Some(wanted)
                },
            ];
            let is_even = status.current_revision == status.update_revision;
            all(counts, wanted) && (is_even || !rolls)
        });
        let revision = status.and_then(|status| status.update_revision.as_deref());
        let revision = revision.filter(|_| is_observed && rolls);
        let selector = spec.map(|spec| &spec.selector);
        let (current, outdated) = pods(scene, selector)
            .filter(|pod| is_of(&pod.metadata, set.metadata.uid.as_deref()))
            .partition(|pod| {
                revision.is_none_or(|revision| label(&pod.metadata, HASH) == Some(revision))
            });
        Self {
            component: label(&set.metadata, COMPONENT),
            stage: Stage::new(is_observed, false, is_done),
            wanted,
            current,
            outdated,
            creator: set.metadata.uid.as_deref(),
            failure: None,
            may_hang: rolls,
        }
    }

    fn of_deployment(deployment: &'s Deployment, generation: i64, scene: &'s Scene) -> Self {
        let spec = deployment.spec.as_ref();
        let status = deployment.status.as_ref();
        let wanted = spec.and_then(|spec| spec.replicas).unwrap_or(1);
        let observed = status.and_then(|status| status.observed_generation);
        let is_done = status.is_some_and(|status| {
            let counts = [
                status.replicas,
                status.updated_replicas,
                status.ready_replicas,
                status.available_replicas,
            ];
            all(counts, wanted)
        });
        let uid = deployment.metadata.uid.as_deref();
        let is_observed = is_observed(&deployment.metadata, observed, generation);
        let newest = newest(scene, uid).filter(|_| is_observed);
        let creator = newest.and_then(|newest| newest.metadata.uid.as_deref());
        let (current, outdated) = pods(scene, spec.map(|spec| &spec.selector))
            .partition(|pod| creator.is_none() || is_of(&pod.metadata, creator));
        let conditions = status.and_then(|status| status.conditions.as_ref());
        let is_paused = spec.and_then(|spec| spec.paused).unwrap_or_default();
        let failure = conditions.into_iter().flatten().find(|condition| {
            is_observed && condition.type_ == "ReplicaFailure" && condition.status == "True"
        });
        Self {
            component: label(&deployment.metadata, COMPONENT),
            stage: Stage::new(is_observed, is_paused, is_done),
            wanted,
            current,
            outdated,
            creator,
            failure: failure.and_then(|failure| failure.message.as_deref()),
            may_hang: false,
        }
    }
}

fn is_observed(metadata: &ObjectMeta, observed: Option<i64>, generation: i64) -> bool {
    let wanted = metadata.generation.unwrap_or_default().max(generation);
    observed.unwrap_or_default() >= wanted
}

fn all<const N: usize>(counts: [Option<i32>; N], wanted: i32) -> bool {
    counts
        .iter()
        .all(|count| count.unwrap_or_default() == wanted)
}

fn pods<'s>(
    scene: &'s Scene,
    selector: Option<&'s LabelSelector>,
) -> impl Iterator<Item = &'s Pod> {
    let selector = selector.and_then(|it| Selector::try_from(it.clone()).ok());
    scene.pods.values().filter(move |pod| {
        let labels = pod.metadata.labels.clone().unwrap_or_default();
        selector.as_ref().is_some_and(|it| it.matches(&labels))
    })
}

/// The `ReplicaSet` of a Deployment that was made last.
fn newest<'s>(scene: &'s Scene, uid: Option<&str>) -> Option<&'s PartialObjectMeta<ReplicaSet>> {
    let revision = |set: &&PartialObjectMeta<ReplicaSet>| {
        let annotations = set.metadata.annotations.as_ref();
        let revision = annotations.and_then(|it| it.get(REVISION));
        revision
            .and_then(|it| it.parse::<u64>().ok())
            .unwrap_or_default()
    };
    let sets = scene.replica_sets.values();
    sets.filter(|set| is_of(&set.metadata, uid))
        .max_by_key(revision)
}

fn is_of(metadata: &ObjectMeta, uid: Option<&str>) -> bool {
    let owners = metadata.owner_references.iter().flatten();
    uid.is_some_and(|uid| owners.into_iter().any(|owner| owner.uid == uid))
}

fn label<'m>(metadata: &'m ObjectMeta, name: &str) -> Option<&'m str> {
    let labels = metadata.labels.as_ref()?;
    labels.get(name).map(String::as_str)
}
