//! Pods that fail have the status that a kubelet of the same version gives to such pods.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::api::{ListParams, LogParams};
use serde_json::json;

use crate::support::pods::{
    CONTAINER, condition, container, ended_before, fated, phase, pod, restarts, waiting, workload,
};
use crate::support::{Stage, eventually};

/// Creates a pod with a fate in a namespace of its own.
async fn meet(fate: &str) -> (Stage, Pod) {
    let stage = Stage::new(fate).await;
    let pod = stage.create(fated("greeter", fate)).await;
    (stage, pod)
}

/// Waits until the container waits for a reason.
async fn waits_for(stage: &Stage, reason: &str) -> (Pod, String) {
    let what = format!("the container waits for {reason}");
    let find = |pod: &Pod| {
        let (found, message) = waiting(pod)?;
        (found == reason).then(|| (pod.clone(), message))
    };
    stage.until("greeter", &what, find).await
}

/// Says what a pod of which no container works says of itself.
#[track_caller]
fn assert_not_ready(pod: &Pod) {
    for kind in ["Ready", "ContainersReady"] {
        let condition = condition(pod, kind).unwrap();
        assert_eq!(condition.status, "False", "{kind}");
        assert_eq!(condition.reason.as_deref(), Some("ContainersNotReady"));
        assert_eq!(
            condition.message.as_deref(),
            Some("containers with unready status: [app]")
        );
    }
    let container = container(pod).unwrap();
    assert!(!container.ready);
}

/// Returns the message of a container that is kept from starting again.
fn back_off(stage: &Stage, pod: &Pod, message: &str) -> String {
    let (name, uid) = (pod.name_any(), pod.uid().unwrap());
    let place = format!(
        " restarting failed container={CONTAINER} pod={name}_{}({uid})",
        stage.namespace()
    );
    let time = message
        .strip_prefix("back-off ")
        .and_then(|rest| rest.strip_suffix(&place));
    time.unwrap_or_else(|| panic!("{message}")).to_owned()
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_is_told_and_then_backed_off_from() {
    let (stage, _) = meet("pull-error").await;

    let (_, message) = waits_for(&stage, "ErrImagePull").await;
    assert!(message.contains("registry.example/app:1"), "{message}");
    let (pod, message) = waits_for(&stage, "ImagePullBackOff").await;
    assert!(
        message.starts_with(r#"Back-off pulling image "registry.example/app:1": ErrImagePull: "#),
        "{message}"
    );
    assert_eq!(phase(&pod), "Pending");
    assert_not_ready(&pod);
    assert_eq!(restarts(&pod), 0);
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_has_the_events_of_the_attempt() {
    let (stage, _) = meet("pull-error").await;

    let pulling = stage.event("greeter", "Pulling").await;
    assert_eq!(pulling, r#"Pulling image "registry.example/app:1""#);
    let failed = stage.event("greeter", "Failed").await;
    assert!(
        failed.starts_with(r#"Failed to pull image "registry.example/app:1": "#)
            || failed == "Error: ErrImagePull",
        "{failed}"
    );
    let back_off = stage.event("greeter", "BackOff").await;
    assert_eq!(
        back_off,
        r#"Back-off pulling image "registry.example/app:1""#
    );
}

#[tokio::test]
async fn a_registry_that_cannot_exist_has_no_such_host() {
    let stage = Stage::new("invalid").await;
    let mut greeter = pod("greeter");
    greeter["spec"]["containers"][0]["image"] = json!("registry.invalid/app:1");

    stage.create::<Pod>(greeter).await;

    let (_, message) = waits_for(&stage, "ImagePullBackOff").await;
    assert!(message.contains("registry.invalid"), "{message}");
    assert!(message.ends_with("no such host"), "{message}");
}

#[tokio::test]
async fn a_crash_loop_waits_longer_and_longer_with_the_cause_in_the_last_state() {
    let (stage, _) = meet("crash-loop").await;

    let (pod, message) = waits_for(&stage, "CrashLoopBackOff").await;
    assert_eq!(back_off(&stage, &pod, &message), "10s");
    assert_eq!(phase(&pod), "Running");
    assert_not_ready(&pod);
    assert_eq!(ended_before(&pod), Some(("Error".to_owned(), 1)));

    let restarted = |pod: &Pod| (restarts(pod) >= 2).then(|| restarts(pod));
    stage
        .until("greeter", "it was started again", restarted)
        .await;
    let event = stage.event("greeter", "BackOff").await;
    let uid = pod.uid().unwrap();
    assert_eq!(
        event,
        format!(
            "Back-off restarting failed container app in pod greeter_{}({uid})",
            stage.namespace()
        )
    );
}

#[tokio::test]
async fn what_a_crashing_container_said_is_in_its_previous_log() {
    let (stage, _) = meet("crash-loop").await;
    waits_for(&stage, "CrashLoopBackOff").await;

    for previous in [false, true] {
        let parameters = LogParams {
            previous,
            ..LogParams::default()
        };
        eventually("the log is there", async || {
            let log = stage.all::<Pod>().logs("greeter", &parameters).await;
            let text = log.map_err(|error| error.to_string())?;
            if text.contains("greeter cannot go on") {
                Ok(())
            } else {
                Err(text)
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_container_that_ends_well_again_and_again_is_backed_off_from_too() {
    let (stage, _) = meet("exits-zero").await;

    let (pod, message) = waits_for(&stage, "CrashLoopBackOff").await;

    back_off(&stage, &pod, &message);
    assert_not_ready(&pod);
    assert_eq!(ended_before(&pod), Some(("Completed".to_owned(), 0)));
    let restarted = |pod: &Pod| (restarts(pod) >= 2).then_some(());
    stage
        .until("greeter", "it was started again", restarted)
        .await;
}

#[tokio::test]
async fn a_container_out_of_memory_is_killed() {
    let (stage, _) = meet("oom-killed").await;

    let (pod, _) = waits_for(&stage, "CrashLoopBackOff").await;

    assert_not_ready(&pod);
    assert_eq!(ended_before(&pod), Some(("OOMKilled".to_owned(), 137)));
}

#[tokio::test]
async fn a_stuck_pod_goes_on_being_created() {
    let (stage, _) = meet("stuck").await;

    let (pod, _) = waits_for(&stage, "ContainerCreating").await;

    assert_eq!(phase(&pod), "Pending");
    assert_not_ready(&pod);
    assert_eq!(condition(&pod, "PodScheduled").unwrap().status, "True");
}

#[tokio::test]
async fn a_pod_that_is_never_ready_runs_and_says_that_its_probe_fails() {
    let (stage, _) = meet("never-ready").await;

    let running = |pod: &Pod| {
        let is_running = container(pod)?.state.as_ref()?.running.is_some();
        is_running.then(|| pod.clone())
    };
    let pod = stage.until("greeter", "its container runs", running).await;

    assert_eq!(phase(&pod), "Running");
    assert_not_ready(&pod);
    assert_eq!(container(&pod).unwrap().started, Some(true));
    let event = stage.event("greeter", "Unhealthy").await;
    assert!(event.starts_with("Readiness probe failed: "), "{event}");
}

#[tokio::test]
async fn a_pod_that_breaks_is_ready_before_and_not_after() {
    let (stage, _) = meet("breaks").await;

    stage.ready_pod("greeter", None).await;
    let broken = |pod: &Pod| (restarts(pod) > 0).then(|| pod.clone());
    let pod = stage.until("greeter", "it breaks", broken).await;

    assert!(ended_before(&pod).is_some());
}

#[tokio::test]
async fn a_deployment_hands_the_fate_on_and_has_nothing_available_between_crashes() {
    let stage = Stage::new("fates").await;
    let deployment = workload("greeter", 2, &fated("greeter", "crash-loop"));

    stage.create::<Deployment>(deployment).await;

    eventually("both pods were started again", async || {
        let pods = stage.all::<Pod>().list(&ListParams::default()).await;
        let restarts: Vec<_> = pods.unwrap().iter().map(restarts).collect();
        let is_enough = restarts.len() == 2 && !restarts.contains(&0);
        is_enough.then_some(()).ok_or(restarts)
    })
    .await;
    // Without a probe, a container is ready from its start to its crash.
    let waiting = |it: &Deployment| {
        let status = it.status.as_ref()?;
        (status.unavailable_replicas == Some(2)).then_some(())
    };
    let what = "both pods are unavailable";
    stage.until("greeter", what, waiting).await;
}
