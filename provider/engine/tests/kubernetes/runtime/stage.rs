//! What these tests stand on: a runtime of their own, and what becomes of it.

use std::{collections::BTreeMap, path::Path, time::Duration};

use harness::{
    cluster::{Objects, fresh_id},
    patience::eventually,
    proxy::Proxy,
};
use kre_core::{
    anchor::InstanceId,
    drift::Record,
    runtime::{INSTANCE, RuntimeSpec},
};
use kre_engine::{
    kubernetes::Arguments,
    runtime::{Condition, Done, Known, Removed, Runtimes, Seen, Sight},
    work::{Failed, Terms, World},
};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::support::{cluster, machine};

/// How long an operation may take on a machine that does other things.
const PATIENCE: Duration = Duration::from_mins(2);
/// The deletion of a namespace that a test may leave behind.
const NAMESPACE: &str = "Namespace";

/// A runtime of a test's own, which goes with the test.
pub(super) struct Stage {
    pub(super) id: String,
    pub(super) objects: Objects,
    pub(super) terms: Terms,
}

impl Stage {
    pub(super) fn new(subject: &str) -> Self {
        Self {
            id: fresh_id(subject),
            objects: Objects::of(machine().kubeconfig()),
            terms: Terms {
                until: Instant::now() + PATIENCE,
                fail_fast: Duration::from_secs(5),
                stop: CancellationToken::new(),
            },
        }
    }

    pub(super) fn namespace(&self) -> String {
        format!("kre-{}", self.id)
    }

    /// Where an object of the runtime is: `demo-nats` for `nats`.
    pub(super) fn place(&self, part: &str) -> String {
        format!("{}/{}-{part}", self.namespace(), self.id)
    }

    /// Where the anchor is.
    pub(super) fn anchor(&self) -> String {
        format!("{}/kre-runtime-{}", self.namespace(), self.id)
    }

    /// A small runtime, but for what is said of it.
    pub(super) fn spec(&self, said: Value) -> RuntimeSpec {
        let mut spec = json!({
            "id": self.id,
            "name": "Demo",
            "nats": { "storage": { "size": "1Gi" } },
            "mongodb": { "storage": { "size": "1Gi" } },
        });
        if let Value::Object(said) = said {
            spec.as_object_mut().unwrap().extend(said);
        }
        serde_json::from_value(spec).unwrap()
    }

    pub(super) async fn create(&self, spec: &RuntimeSpec) -> Done {
        self.create_in(&world(machine().kubeconfig()), spec).await
    }

    pub(super) async fn create_in(&self, world: &World, spec: &RuntimeSpec) -> Done {
        Runtimes::new(world, &self.terms).create(spec, None).await
    }

    /// Makes a runtime that works.
    pub(super) async fn made(&self, spec: &RuntimeSpec) -> Seen {
        ready(self.create(spec).await)
    }

    pub(super) async fn update(
        &self,
        old: &RuntimeSpec,
        new: &RuntimeSpec,
        record: Record,
    ) -> Done {
        let world = world(machine().kubeconfig());
        Runtimes::new(&world, &self.terms)
            .update(old, new, record)
            .await
    }

    pub(super) async fn read(&self, seen: Seen) -> Sight {
        let world = world(machine().kubeconfig());
        let read = Runtimes::new(&world, &self.terms).read(known(seen)).await;
        read.unwrap()
    }

    /// Looks at a runtime that is there.
    pub(super) async fn looked_at(&self, seen: Seen) -> Seen {
        match self.read(seen).await {
            Sight::There { seen, unseen: None } => *seen,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn delete(
        &self,
        spec: &RuntimeSpec,
        instance: &InstanceId,
    ) -> Result<Removed, Failed> {
        self.delete_in(&world(machine().kubeconfig()), spec, instance)
            .await
    }

    pub(super) async fn delete_in(
        &self,
        world: &World,
        spec: &RuntimeSpec,
        instance: &InstanceId,
    ) -> Result<Removed, Failed> {
        let runtimes = Runtimes::new(world, &self.terms);
        runtimes.delete(spec, instance).await
    }

    /// Tells whether an object is there.
    pub(super) fn has(&self, kind: &str, place: &str) -> bool {
        self.objects.get(kind, place).is_some()
    }

    /// Changes an object in the name of somebody else.
    pub(super) fn edit(&self, kind: &str, place: &str, change: Value) {
        self.objects.change("kubectl-edit", kind, place, change);
    }

    /// Gives an object the stamp of somebody else.
    pub(super) fn stamp(&self, kind: &str, place: &str, stamp: &str) {
        let annotations = json!({ INSTANCE: stamp });
        self.edit(
            kind,
            place,
            json!({ "metadata": { "annotations": annotations } }),
        );
    }

    /// Deletes an object, and waits until it is gone.
    pub(super) fn lose(&self, kind: &str, place: &str) {
        self.objects.delete(kind, place);
        self.objects.until_gone(kind, place);
    }

    /// Waits until a workload has this many ready pods.
    pub(super) fn until_ready(&self, kind: &str, place: &str, count: u64) {
        eventually("the pods are ready", || {
            let found = self.objects.get(kind, place).unwrap_or_default();
            let ready = found.pointer("/status/readyReplicas");
            let ready = ready.and_then(Value::as_u64).unwrap_or_default();
            if ready == count { Ok(()) } else { Err(found) }
        });
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.objects.delete(NAMESPACE, &self.namespace());
    }
}

/// The cluster of a kubeconfig, as a process knows it that has just started.
pub(super) fn world(kubeconfig: &Path) -> World {
    World::new(cluster(Arguments {
        config_path: Some(kubeconfig.to_owned()),
        ..Arguments::default()
    }))
}

/// The writes of a creation or a removal in their order, each once, by verb and kind.
pub(super) fn writes(proxy: &Proxy) -> Vec<String> {
    let mut writes = Vec::new();
    for call in proxy.calls().iter().filter(|call| call.writes()) {
        let sort = call.sort();
        if call.chunk.is_none() && writes.last() != Some(&sort) {
            writes.push(sort);
        }
    }
    writes
}

#[track_caller]
pub(super) fn ready(done: Done) -> Seen {
    let Done { seen, error } = done;
    assert!(error.is_none(), "{error:?}");
    let seen = *seen.unwrap();
    assert_eq!(seen.condition, Condition::Ready);
    seen
}

/// What is known of a runtime after an operation.
pub(super) fn known(seen: Seen) -> Known {
    Known {
        spec: seen.spec,
        condition: seen.condition,
        findings: seen.findings,
        record: seen.record,
    }
}

/// What is not as it was applied.
pub(super) fn drifted(seen: &Seen) -> BTreeMap<&str, &str> {
    let findings = seen.findings.iter();
    let findings = findings.map(|(name, finding)| (name.as_str(), finding.as_str()));
    findings
        .filter(|(_, finding)| *finding != "applied")
        .collect()
}
