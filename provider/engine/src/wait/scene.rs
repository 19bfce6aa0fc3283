//! What is there, as far as it was seen.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        apps::v1::{Deployment, ReplicaSet, StatefulSet},
        core::v1::{Event, PersistentVolumeClaim, Pod},
    },
};
use kube::{Resource, api::ObjectMeta as Metadata, core::PartialObjectMeta};
use serde::de::DeserializeOwned;

/// Objects of one kind by name.
pub(super) type Objects<K> = BTreeMap<String, K>;

/// Everything of a namespace that has to do with whether workloads are ready.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) stateful_sets: Objects<StatefulSet>,
    pub(super) deployments: Objects<Deployment>,
    pub(super) replica_sets: Objects<PartialObjectMeta<ReplicaSet>>,
    pub(super) pods: Objects<Pod>,
    pub(super) events: Objects<Event>,
    pub(super) claims: Objects<PersistentVolumeClaim>,
    /// Uids and versions of the events that were there at first.
    pub(super) old_events: BTreeSet<(String, String)>,
}

/// A kind that is part of the scene.
pub(super) trait Seen:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + DeserializeOwned
    + std::fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// It is one of the kinds that make pods.
    const IS_WORKLOAD: bool = false;

    /// Its place in the scene.
    fn place(scene: &mut Scene) -> &mut Objects<Self>;

    /// Notes what was there at first.
    fn remember(_scene: &mut Scene) {}

    /// Tells whether it matters.
    fn matters(&self) -> bool {
        true
    }
}

impl Seen for StatefulSet {
    const IS_WORKLOAD: bool = true;

    fn place(scene: &mut Scene) -> &mut Objects<Self> {
        &mut scene.stateful_sets
    }
}

impl Seen for Deployment {
    const IS_WORKLOAD: bool = true;

    fn place(scene: &mut Scene) -> &mut Objects<Self> {
        &mut scene.deployments
    }
}

impl Seen for PartialObjectMeta<ReplicaSet> {
    fn place(scene: &mut Scene) -> &mut Objects<Self> {
        &mut scene.replica_sets
    }
}

impl Seen for Pod {
    fn place(scene: &mut Scene) -> &mut Objects<Self> {
        &mut scene.pods
    }
}

impl Seen for PersistentVolumeClaim {
    fn place(scene: &mut Scene) -> &mut Objects<Self> {
        &mut scene.claims
    }
}

impl Seen for Event {
    fn place(scene: &mut Scene) -> &mut Objects<Self> {
        &mut scene.events
    }

    fn remember(scene: &mut Scene) {
        let events = scene.events.values().map(|event| {
            let Metadata {
                uid,
                resource_version,
                ..
            } = event.metadata.clone();
            (
                uid.unwrap_or_default(),
                resource_version.unwrap_or_default(),
            )
        });
        scene.old_events = events.collect();
    }

    fn matters(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default();
        super::events::REASONS.contains(&reason)
    }
}
