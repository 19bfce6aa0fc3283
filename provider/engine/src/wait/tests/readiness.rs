//! What is ready, and what only looks so.

use std::time::Duration;

use serde_json::{Value, json};

use super::scenes::{container, deployment, judged, pod, stateful};

#[track_caller]
fn check_of(mut value: Value, change: impl FnOnce(&mut Value), settle: u64, expected: bool) {
    change(&mut value);
    let verdict = judged(&value, Duration::from_secs(settle));
    assert_eq!(verdict.is_ready, expected, "{verdict:?}");
    assert_eq!(verdict.symptoms.is_empty(), expected, "{verdict:?}");
}

#[track_caller]
fn check(change: impl FnOnce(&mut Value), expected: bool) {
    check_of(ready(), change, 0, expected);
}

/// The StatefulSet, ready.
fn ready() -> Value {
    let mut value = stateful();
    let status = &mut value["stateful_sets"][0]["status"];
    status["readyReplicas"] = json!(1);
    status["availableReplicas"] = json!(1);
    runs(&mut value, "2026-01-01T00:00:00Z");
    value
}

/// Lets the container be ready that was started at this time.
fn runs(value: &mut Value, time: &str) {
    let mut status = container(&json!({ "running": { "startedAt": time } }));
    status["ready"] = json!(true);
    value["pods"][0]["status"] = json!({
        "conditions": [{ "type": "Ready", "status": "True" }],
        "containerStatuses": [status],
    });
}

fn unprobed(value: &mut Value) {
    value["pods"][0]["spec"]["containers"][0]["readinessProbe"] = json!(null);
}

#[test]
fn all_replicas_are_ready_and_new() {
    check(|_| {}, true);
}

#[test]
fn one_number_that_is_not_as_wanted_is_enough() {
    for number in [
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
    ] {
        check(
            |value| value["stateful_sets"][0]["status"][number] = json!(2),
            false,
        );
        check(
            |value| value["stateful_sets"][0]["status"][number] = json!(0),
            false,
        );
    }
}

#[test]
fn a_status_of_an_earlier_generation_is_not_believed() {
    check(
        |value| value["stateful_sets"][0]["status"]["observedGeneration"] = json!(2),
        false,
    );
    // Somebody else has changed it meanwhile.
    check(
        |value| value["stateful_sets"][0]["metadata"]["generation"] = json!(4),
        false,
    );
}

#[test]
fn a_revision_that_is_still_rolled_out_is_not_ready() {
    check(
        |value| value["stateful_sets"][0]["status"]["updateRevision"] = json!("demo-2"),
        false,
    );
}

#[test]
fn nobody_is_ready_if_nobody_is_wanted() {
    check(
        |value| {
            value["stateful_sets"][0]["spec"]["replicas"] = json!(0);
            value["stateful_sets"][0]["status"] = json!({
                "observedGeneration": 3, "replicas": 0,
                "currentRevision": "demo-1", "updateRevision": "demo-1",
            });
        },
        true,
    );
}

#[test]
fn one_that_is_wanted_is_missed_if_there_is_none() {
    check(
        |value| {
            value["stateful_sets"][0]["status"] = json!({ "observedGeneration": 3, "replicas": 0 })
        },
        false,
    );
}

#[test]
fn a_deployment_is_ready_when_all_is_new() {
    let all = |value: &mut Value| {
        value["deployments"][0]["status"]["readyReplicas"] = json!(1);
        value["deployments"][0]["status"]["availableReplicas"] = json!(1);
    };
    check_of(deployment(), all, 0, true);
    check_of(
        deployment(),
        |value| {
            all(value);
            value["deployments"][0]["status"]["replicas"] = json!(2);
        },
        0,
        false,
    );
}

#[test]
fn whoever_nobody_probes_is_believed_after_a_while() {
    check_of(ready(), unprobed, 3, false);
    check_of(
        ready(),
        |value| {
            unprobed(value);
            runs(value, "2025-12-31T23:59:56Z");
        },
        3,
        true,
    );
    check_of(ready(), |_| {}, 3, true);
}

#[test]
fn whoever_nobody_probes_and_has_ended_before_is_believed_later() {
    let again = |value: &mut Value, time: &str| {
        unprobed(value);
        runs(value, time);
        let status = &mut value["pods"][0]["status"]["containerStatuses"][0];
        status["lastState"] = json!({ "terminated": { "exitCode": 1 } });
        status["restartCount"] = json!(1);
    };
    check_of(
        ready(),
        |value| again(value, "2025-12-31T23:59:55Z"),
        3,
        false,
    );
    check_of(
        ready(),
        |value| again(value, "2025-12-31T23:59:49Z"),
        3,
        true,
    );
}

#[track_caller]
fn check_in_the_way(change: impl FnOnce(&mut Value), expected: &[&str]) {
    let mut value = stateful();
    value["stateful_sets"][0]["status"]["updateRevision"] = json!("demo-2");
    change(&mut value);
    let verdict = judged(&value, Duration::ZERO);
    let names: Vec<_> = verdict.in_the_way.iter().map(|it| &it.name).collect();
    assert_eq!(names, expected);
}

#[test]
fn an_outdated_pod_that_is_not_ready_is_in_the_way() {
    check_in_the_way(|_| {}, &["demo-0"]);
}

#[test]
fn an_outdated_pod_that_is_ready_is_not() {
    check_in_the_way(|value| runs(value, "2026-01-01T00:00:00Z"), &[]);
}

#[test]
fn an_outdated_pod_that_is_about_to_go_is_not() {
    let time = json!("2026-01-01T00:00:00Z");
    check_in_the_way(
        |value| value["pods"][0]["metadata"]["deletionTimestamp"] = time,
        &[],
    );
}

#[test]
fn a_pod_of_somebody_else_is_not() {
    check_in_the_way(
        |value| value["pods"] = json!([pod("demo-0", "other", "demo-1")]),
        &[],
    );
}

#[test]
fn nobody_is_in_the_way_of_what_was_not_looked_at_yet() {
    check_in_the_way(
        |value| value["stateful_sets"][0]["status"]["observedGeneration"] = json!(2),
        &[],
    );
}

#[test]
fn nobody_is_in_the_way_of_a_rollout_by_hand() {
    let by_hand = json!({ "type": "OnDelete" });
    check_in_the_way(
        |value| value["stateful_sets"][0]["spec"]["updateStrategy"] = by_hand,
        &[],
    );
}

#[test]
fn who_is_in_the_way_may_be_needed_by_others_unless_there_is_no_hope() {
    let is_useless = |change: &dyn Fn(&mut Value)| {
        let mut value = stateful();
        value["stateful_sets"][0]["status"]["updateRevision"] = json!("demo-2");
        change(&mut value);
        let verdict = judged(&value, Duration::ZERO);
        verdict.in_the_way[0].is_useless
    };
    let three = |value: &mut Value| value["stateful_sets"][0]["spec"]["replicas"] = json!(3);
    assert!(is_useless(&|_| {}));
    assert!(!is_useless(&three));
    assert!(is_useless(&|value| {
        three(value);
        let state = json!({ "waiting": { "reason": "ErrImagePull", "message": "no" } });
        value["pods"][0]["status"]["containerStatuses"] = json!([container(&state)]);
    }));
}
