//! Scenes to judge: one workload with one pod, and what the test changes about them.

use std::time::{Duration, SystemTime};

use kre_core::desired::ObjectKey;
use kube::ResourceExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::wait::{
    Workload,
    clock::Clock,
    scene::{Scene, Seen},
    symptom::Symptom,
    verdict::{Verdict, examine},
};

/// The generation that is waited for.
const GENERATION: i64 = 3;

/// A StatefulSet whose pod has been placed, and nothing more.
pub(super) fn stateful() -> Value {
    json!({
        "stateful_sets": [{
            "metadata": {
                "name": "demo", "uid": "set", "generation": GENERATION,
                "labels": { "app.kubernetes.io/component": "nats" },
            },
            "spec": {
                "replicas": 1,
                "selector": { "matchLabels": { "app": "demo" } },
                "serviceName": "demo",
                "template": {},
            },
            "status": {
                "observedGeneration": GENERATION,
                "replicas": 1, "updatedReplicas": 1,
                "currentRevision": "demo-1", "updateRevision": "demo-1",
            },
        }],
        "pods": [pod("demo-0", "set", "demo-1")],
        "claims": [{
            "metadata": { "name": "data", "uid": "claim" },
            "spec": { "storageClassName": "fast" },
            "status": { "phase": "Bound" },
        }],
        "events": [],
    })
}

/// A Deployment of the same, with a `ReplicaSet` of before.
pub(super) fn deployment() -> Value {
    let set = |uid: &str, revision: &str| {
        json!({ "metadata": {
            "name": format!("demo-{uid}"), "uid": uid,
            "annotations": { "deployment.kubernetes.io/revision": revision },
            "ownerReferences": [owner("deployment")],
        } })
    };
    json!({
        "deployments": [{
            "metadata": { "name": "demo", "uid": "deployment", "generation": GENERATION },
            "spec": {
                "replicas": 1, "selector": { "matchLabels": { "app": "demo" } }, "template": {},
            },
            "status": { "observedGeneration": GENERATION, "replicas": 1, "updatedReplicas": 1 },
        }],
        "replica_sets": [set("new", "10"), set("old", "9")],
        "pods": [pod("demo-new-x", "new", "")],
        "events": [],
    })
}

fn owner(uid: &str) -> Value {
    json!({ "apiVersion": "apps/v1", "kind": "Owner", "name": "owner", "uid": uid })
}

pub(super) fn pod(name: &str, maker: &str, revision: &str) -> Value {
    json!({
        "metadata": {
            "name": name, "uid": name,
            "labels": { "app": "demo", "controller-revision-hash": revision },
            "ownerReferences": [owner(maker)],
        },
        "spec": {
            "nodeName": "node-1",
            "containers": [{ "name": "app", "image": "app:1", "readinessProbe": {} }],
            "volumes": [{ "name": "v", "persistentVolumeClaim": { "claimName": "data" } }],
        },
        "status": {
            "phase": "Pending",
            "conditions": [{ "type": "PodScheduled", "status": "True" }],
            "containerStatuses": [container(&json!({ "waiting": { "reason": "ContainerCreating" } }))],
        },
    })
}

/// What a container says about itself that is in this state.
pub(super) fn container(state: &Value) -> Value {
    json!({
        "name": "app", "image": "app:1", "imageID": "", "containerID": "c",
        "ready": false, "restartCount": 0, "state": state,
    })
}

pub(super) fn event(uid: &str, reason: &str, message: &str, second: u32) -> Value {
    json!({
        "metadata": { "name": format!("{uid}.{reason}.{second}"), "uid": reason, "resourceVersion": "1" },
        "involvedObject": { "uid": uid },
        "reason": reason,
        "message": message,
        "lastTimestamp": format!("2026-01-01T00:00:{second:02}Z"),
    })
}

pub(super) fn scene(value: &Value) -> Scene {
    let mut scene = Scene::default();
    fill(&mut scene.stateful_sets, &value["stateful_sets"]);
    fill(&mut scene.deployments, &value["deployments"]);
    fill(&mut scene.replica_sets, &value["replica_sets"]);
    fill(&mut scene.pods, &value["pods"]);
    fill(&mut scene.events, &value["events"]);
    fill(&mut scene.claims, &value["claims"]);
    scene
}

fn fill<K: Seen + DeserializeOwned>(place: &mut crate::wait::scene::Objects<K>, value: &Value) {
    for object in value.as_array().into_iter().flatten() {
        let object: K = serde_json::from_value(object.clone()).unwrap();
        place.insert(object.name_any(), object);
    }
}

/// A clock that stands at the beginning of 2026.
pub(super) fn clock() -> Clock {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(490_896);
    Clock::new(Instant::now(), wall)
}

pub(super) fn judged(value: &Value, settle: Duration) -> Verdict {
    let kind = if value["deployments"].is_null() {
        "StatefulSet"
    } else {
        "Deployment"
    };
    let workload = Workload {
        key: ObjectKey::namespaced("apps/v1", kind, "default", "demo"),
        generation: GENERATION,
    };
    examine(&workload, &scene(value), settle, &mut clock())
}

/// A symptom in one line, which ends with `…` if it may pass.
pub(super) fn shown(symptom: &Symptom) -> String {
    let Symptom {
        cause,
        pod,
        container,
        detail,
        may_pass,
    } = symptom;
    let pod = pod.as_deref().unwrap_or("-");
    let container = container.as_deref().unwrap_or("-");
    let end = if *may_pass { "…" } else { "" };
    format!("{cause:?} {pod} {container}: {detail}{end}")
}
