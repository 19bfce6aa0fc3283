//! Runtimes whose pods are containers: a kubelet runs them, with their probes, users and limits.
//!
//! The cluster has two nodes and is shared; it is another one than that of all other tests. Where
//! the machine cannot run containers, that is said once, and the tests pass.

mod data;
mod failures;
mod life;

use std::{
    path::PathBuf,
    sync::{OnceLock, PoisonError, RwLock},
};

use harness::{
    cluster::{Cluster, ClusterError},
    host::Host,
    images::{busybox, greedy, kre, services},
    report::OrFail,
};
use serde_json::Value;

use super::reports;
use crate::cluster::ClusterStage;

/// What the pods of a runtime are called after its id.
const PODS: [&str; 2] = ["nats-0", "mongo-0"];

/// Containers take their time to start: nothing is hopeless before.
const GRACE: (&str, &str) = ("fail_fast", r#""15s""#);

/// Held by whoever does not want the nodes to be switched off meanwhile.
static NODES: RwLock<()> = RwLock::new(());

/// Runs a test on the cluster that runs containers, beside others.
#[track_caller]
fn beside_others(test: impl Fn(&ClusterStage) + Sync) {
    let _nodes = NODES.read().unwrap_or_else(PoisonError::into_inner);
    on_containers(test);
}

/// Runs a test on the cluster that runs containers while no other does.
#[track_caller]
fn alone(test: impl Fn(&ClusterStage) + Sync) {
    let _nodes = NODES.write().unwrap_or_else(PoisonError::into_inner);
    on_containers(test);
}

#[track_caller]
fn on_containers(test: impl Fn(&ClusterStage) + Sync) {
    static LOADED: OnceLock<Result<(), ClusterError>> = OnceLock::new();
    let Some(cluster) = Cluster::with_containers() else {
        return;
    };
    let loaded = LOADED.get_or_init(|| load(cluster));
    loaded.as_ref().or_fail("no images to run");
    Host::one(&[], |host| ClusterStage::run(cluster, host, &test));
}

/// Brings the images of a runtime to the nodes, and those of something else.
fn load(cluster: &Cluster) -> Result<(), ClusterError> {
    let archives = [services(), kre(), busybox(), greedy()];
    let archives = archives.map(|archive| archive.or_fail("no image"));
    cluster.load(&archives.each_ref().map(PathBuf::as_path))
}

/// Writes a runtime of the stage with these arguments, each with its value.
fn runtime(stage: &ClusterStage, arguments: &[(&str, &str)]) -> String {
    reports::runtime(stage, &[&[GRACE], arguments].concat())
}

/// Returns what the state says of how far the runtime is.
#[track_caller]
fn status(stage: &ClusterStage) -> String {
    let stored = stage.state();
    let status = stored.attribute("kre_runtime.it", "status").as_str();
    status.unwrap_or_default().to_owned()
}

/// Waits until a pod of the runtime is as a test wants it; returns what the test found in it.
#[track_caller]
fn until<T>(stage: &ClusterStage, what: &str, pod: &str, find: impl Fn(&Value) -> Option<T>) -> T {
    let place = stage.place(&format!("{}-{pod}", stage.id()));
    stage.objects.until(what, ("Pod", &place), find)
}

/// Returns what distinguishes a pod of the runtime from another one of its name, once it is ready.
#[track_caller]
fn ready(stage: &ClusterStage, pod: &str) -> String {
    until(stage, "the pod is ready", pod, |pod| {
        is_ready(pod).then(|| uid(pod)).flatten()
    })
}

fn uid(pod: &Value) -> Option<String> {
    Some(pod["metadata"]["uid"].as_str()?.to_owned())
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|it| it["type"] == "Ready" && it["status"] == "True")
}
