//! What pods and workloads say about themselves.

use std::time::Duration;

use serde_json::{Value, json};

use super::scenes::{container, deployment, event, judged, pod, shown, stateful};

#[track_caller]
fn check_of(mut value: Value, change: impl FnOnce(&mut Value), expected: &[&str]) {
    change(&mut value);
    let verdict = judged(&value, Duration::ZERO);
    let found: Vec<_> = verdict.symptoms.iter().map(shown).collect();
    assert_eq!(found, expected);
    assert!(!verdict.is_ready);
}

#[track_caller]
pub(super) fn check(change: impl FnOnce(&mut Value), expected: &str) {
    check_of(stateful(), change, &[expected]);
}

pub(super) fn waits(reason: &str, message: &str) -> Value {
    container(&json!({ "waiting": { "reason": reason, "message": message } }))
}

/// Sets what the only container says about itself.
pub(super) fn says(value: &mut Value, status: &Value) {
    value["pods"][0]["status"]["containerStatuses"] = json!([status]);
}

pub(super) fn ended(code: i32, reason: &str) -> Value {
    json!({ "terminated": { "exitCode": code, "reason": reason } })
}

pub(super) fn tell(value: &mut Value, uid: &str, reason: &str, message: &str) {
    let events = value["events"].as_array_mut().unwrap();
    let second = u32::try_from(events.len()).unwrap();
    events.push(event(uid, reason, message, second));
}

fn unscheduled(value: &mut Value, message: &str) {
    let pod = &mut value["pods"][0];
    pod["spec"]["nodeName"] = json!(null);
    pod["status"]["containerStatuses"] = json!(null);
    pod["status"]["conditions"] = json!([{
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
    }]);
}

#[test]
fn a_volume_that_cannot_be_mounted() {
    check(
        |value| tell(value, "demo-0", "FailedMount", "configmap \"c\" not found"),
        "Mount demo-0 -: configmap \"c\" not found",
    );
}

#[test]
fn a_volume_that_was_mounted_after_all() {
    check(
        |value| {
            tell(value, "demo-0", "FailedMount", "configmap \"c\" not found");
            tell(value, "demo-0", "Pulling", "Pulling image \"app:1\"");
        },
        "Starting demo-0 -: its containers have not been created yet…",
    );
}

#[test]
fn a_pod_that_no_node_takes() {
    check(
        |value| {
            unscheduled(value, "0/3 nodes are available");
            tell(
                value,
                "demo-0",
                "NotTriggerScaleUp",
                "max node group size reached",
            );
        },
        "Unschedulable demo-0 -: 0/3 nodes are available; max node group size reached",
    );
}

#[test]
fn what_else_the_scheduler_has_tried_is_left_out() {
    check(
        |value| {
            unscheduled(
                value,
                "0/3 nodes are available: 3 Insufficient memory. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            );
        },
        "Unschedulable demo-0 -: 0/3 nodes are available: 3 Insufficient memory",
    );
}

#[test]
fn the_steps_on_the_way_to_an_image_are_left_out() {
    let way = "failed to pull and unpack image \"a.invalid/app:1\": failed to resolve reference \"a.invalid/app:1\": ";
    for said in [
        format!("rpc error: code = Unknown desc = {way}no such host"),
        format!(
            "Back-off pulling image \"a.invalid/app:1\": ErrImagePull: rpc error: code = Unknown desc = {way}no such host"
        ),
    ] {
        check(
            |value| says(value, &waits("ErrImagePull", &said)),
            "ImagePull demo-0 app: `app:1`: no such host",
        );
    }
}

#[test]
fn a_pod_for_which_a_node_is_on_its_way() {
    check(
        |value| {
            unscheduled(value, "0/3 nodes are available");
            tell(value, "demo-0", "TriggeredScaleUp", "2->3");
        },
        "Unschedulable demo-0 -: 0/3 nodes are available…",
    );
}

#[test]
fn a_claim_without_a_volume_says_more_than_the_scheduler() {
    check(
        |value| {
            unscheduled(value, "pod has unbound immediate PersistentVolumeClaims");
            value["claims"][0]["status"]["phase"] = json!("Pending");
            tell(
                value,
                "claim",
                "ProvisioningFailed",
                "class \"fast\" not found",
            );
        },
        "Volume demo-0 -: claim `data` of class `fast`: class \"fast\" not found",
    );
}

#[test]
fn a_claim_that_waits_for_its_pod_is_no_reason() {
    check(
        |value| {
            let pod = &mut value["pods"][0];
            pod["spec"]["nodeName"] = json!(null);
            pod["status"] = json!({ "phase": "Pending" });
            value["claims"][0]["status"]["phase"] = json!("Pending");
            tell(
                value,
                "claim",
                "WaitForFirstConsumer",
                "waiting for first consumer",
            );
        },
        "Starting demo-0 -: its containers have not been created yet…",
    );
}

#[test]
fn a_claim_whose_volume_is_gone() {
    check(
        |value| {
            unscheduled(value, "0/3 nodes are available");
            value["claims"][0]["status"]["phase"] = json!("Lost");
        },
        "Volume demo-0 -: claim `data` of class `fast`: the volume that it was bound to is gone",
    );
}

fn without_pods(value: &mut Value) {
    value["pods"] = json!([]);
}

#[test]
fn pods_that_cannot_be_created() {
    for (said, cause, end) in [
        (
            "pods \"demo-0\" is forbidden: exceeded quota: few, requested: pods=1",
            "Quota",
            "",
        ),
        (
            "pods \"demo-0\" is forbidden: failed quota: few: must specify memory",
            "Quota",
            "",
        ),
        (
            "admission webhook \"policy.example\" denied the request: no",
            "Admission",
            "",
        ),
        (
            "pods \"demo-0\" is forbidden: violates PodSecurity \"restricted\"",
            "Admission",
            "",
        ),
        (
            "Internal error occurred: failed calling webhook \"x\": connection refused",
            "Creation",
            "…",
        ),
        (
            "Pod \"demo-0\" is invalid: spec.x: Required value",
            "Creation",
            "",
        ),
    ] {
        check(
            |value| {
                without_pods(value);
                tell(value, "set", "FailedCreate", said);
            },
            &format!("{cause} - -: {said}{end}"),
        );
    }
}

#[test]
fn pods_that_could_not_be_created_before() {
    check(
        |value| {
            without_pods(value);
            tell(value, "set", "FailedCreate", "exceeded quota");
            tell(value, "set", "SuccessfulCreate", "created");
        },
        "Starting - -: 0 of 1 pods are there…",
    );
}

#[test]
fn pods_of_a_deployment_that_cannot_be_created() {
    check_of(
        deployment(),
        |value| {
            without_pods(value);
            tell(value, "old", "FailedCreate", "exceeded quota: old");
            tell(value, "new", "FailedCreate", "exceeded quota: new");
        },
        &["Quota - -: exceeded quota: new"],
    );
    check_of(
        deployment(),
        |value| {
            without_pods(value);
            let failure =
                json!({ "type": "ReplicaFailure", "status": "True", "message": "exceeded quota" });
            value["deployments"][0]["status"]["conditions"] = json!([failure]);
        },
        &["Quota - -: exceeded quota"],
    );
}

#[test]
fn a_pod_of_before_is_no_reason() {
    check_of(
        deployment(),
        |value| {
            let mut before = pod("demo-old-x", "old", "");
            before["status"]["containerStatuses"] = json!([waits("ErrImagePull", "app:1: no")]);
            value["pods"].as_array_mut().unwrap().push(before);
        },
        &["Starting demo-new-x -: its containers have not been created yet…"],
    );
}

#[test]
fn a_pod_that_runs_without_being_ready() {
    let running = || container(&json!({ "running": { "startedAt": "2025-12-31T00:00:00Z" } }));
    check(
        |value| says(value, &running()),
        "Unready demo-0 app: its probe has not succeeded yet…",
    );
    check(
        |value| {
            says(value, &running());
            tell(value, "demo-0", "Unhealthy", "Readiness probe failed: 503");
        },
        "Unready demo-0 app: Readiness probe failed: 503…",
    );
}

#[test]
fn a_pod_that_its_node_has_ended() {
    check(
        |value| {
            let status =
                json!({ "phase": "Failed", "reason": "Evicted", "message": "disk pressure" });
            value["pods"][0]["status"] = status;
        },
        "Evicted demo-0 -: Evicted: disk pressure…",
    );
}

#[test]
fn a_status_of_before() {
    check(
        |value| value["stateful_sets"][0]["status"]["observedGeneration"] = json!(2),
        "Unobserved - -: …",
    );
}

#[test]
fn a_workload_that_is_gone() {
    check(|value| value["stateful_sets"] = json!([]), "Missing - -: ");
}

#[test]
fn a_paused_rollout() {
    check_of(
        deployment(),
        |value| value["deployments"][0]["spec"]["paused"] = json!(true),
        &["Paused - -: resume it with `kubectl rollout resume`"],
    );
}

#[test]
fn a_pod_of_before_that_does_not_go() {
    check(
        |value| {
            value["stateful_sets"][0]["status"]["updateRevision"] = json!("demo-2");
            let metadata = &mut value["pods"][0]["metadata"];
            metadata["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
            metadata["finalizers"] = json!(["example.com/wait"]);
        },
        "Leaving demo-0 -: deleted at 2026-01-01T00:00:00Z, held back by example.com/wait…",
    );
}

#[test]
fn every_pod_in_trouble_has_its_say() {
    check_of(
        stateful(),
        |value| {
            value["stateful_sets"][0]["spec"]["replicas"] = json!(2);
            value["pods"]
                .as_array_mut()
                .unwrap()
                .push(pod("demo-1", "set", "demo-1"));
            for index in 0..2 {
                let status = json!([waits("ErrImagePull", "app:1: no")]);
                value["pods"][index]["status"]["containerStatuses"] = status;
            }
        },
        &[
            "ImagePull demo-0 app: app:1: no",
            "ImagePull demo-1 app: app:1: no",
        ],
    );
}
