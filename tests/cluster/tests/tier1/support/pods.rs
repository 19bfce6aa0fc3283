//! Pods of tests: how they are written, and what is read of their status.

use harness::report::fail;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod, PodCondition};
use serde_json::{Value, json};

/// What annotations for the cluster begin with.
pub(crate) const PREFIX: &str = "devcluster.kre.konstellation.io";

/// The name of the only container of each pod here.
pub(crate) const CONTAINER: &str = "app";

/// Writes a pod with one container that runs nothing special.
pub(crate) fn pod(name: &str) -> Value {
    json!({
        "metadata": { "name": name, "labels": { "app": name } },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{ "name": CONTAINER, "image": "registry.example/app:1" }],
        },
    })
}

/// Writes a pod that meets a fate, and says something in its log.
pub(crate) fn fated(name: &str, fate: &str) -> Value {
    let mut pod = pod(name);
    pod["metadata"]["annotations"] = json!({
        format!("{PREFIX}/fate"): fate,
        format!("{PREFIX}/log"): format!("{name} cannot go on"),
    });
    pod
}

/// Writes a workload of such pods, `Deployment` or the like.
pub(crate) fn workload(name: &str, replicas: u32, pod: &Value) -> Value {
    json!({
        "metadata": { "name": name },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": pod["metadata"]["labels"] },
            "template": {
                "metadata": {
                    "labels": pod["metadata"]["labels"],
                    "annotations": pod["metadata"]["annotations"],
                },
                "spec": pod["spec"],
            },
        },
    })
}

/// Returns the status of the only container, once there is one.
pub(crate) fn container(pod: &Pod) -> Option<&ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.first()
}

/// Returns why the container waits, and what is said about it; `None` if it does not.
pub(crate) fn waiting(pod: &Pod) -> Option<(String, String)> {
    let waiting = container(pod)?.state.as_ref()?.waiting.as_ref()?;
    Some((
        waiting.reason.clone().unwrap_or_default(),
        waiting.message.clone().unwrap_or_default(),
    ))
}

/// Returns how the container ended before, as reason and exit code.
pub(crate) fn ended_before(pod: &Pod) -> Option<(String, i32)> {
    let ended = container(pod)?.last_state.as_ref()?.terminated.as_ref()?;
    Some((ended.reason.clone().unwrap_or_default(), ended.exit_code))
}

/// Returns how often the container was started again.
pub(crate) fn restarts(pod: &Pod) -> i32 {
    container(pod).map_or(0, |container| container.restart_count)
}

/// Returns a condition of the pod, once it has it.
pub(crate) fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|condition| condition.type_ == kind)
}

/// Tells whether the pod is ready.
pub(crate) fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|condition| condition.status == "True")
}

/// Returns the phase of the pod.
#[track_caller]
pub(crate) fn phase(pod: &Pod) -> &str {
    let phase = pod
        .status
        .as_ref()
        .and_then(|status| status.phase.as_deref());
    phase.unwrap_or_else(|| fail(format!("a pod without a phase: {pod:#?}")))
}
