//! Claims that grow, or do not.

use kre_core::desired::ObjectKey;
use serde_json::{Value, json};

use super::scenes::{event, scene, shown};
use crate::wait::resize::symptom;

#[track_caller]
fn check(change: impl FnOnce(&mut Value), expected: Option<&str>) {
    let mut value = json!({
        "claims": [{
            "metadata": { "name": "data", "uid": "claim" },
            "spec": { "resources": { "requests": { "storage": "2Gi" } } },
            "status": { "phase": "Bound", "capacity": { "storage": "1Gi" } },
        }],
        "events": [],
    });
    change(&mut value);
    let key = ObjectKey::namespaced("v1", "PersistentVolumeClaim", "default", "data");
    let found = symptom(&key, 2 << 30, &scene(&value));
    assert_eq!(found.as_ref().map(shown).as_deref(), expected);
}

#[test]
fn a_claim_that_has_not_grown_is_waited_for() {
    check(|_| {}, Some("Resize - -: has 1Gi of 2Gi…"));
}

#[test]
fn a_claim_that_has_grown_is_done_however_it_is_written() {
    for size in ["2Gi", "2048Mi", "3G"] {
        check(
            |value| value["claims"][0]["status"]["capacity"]["storage"] = json!(size),
            None,
        );
    }
}

#[test]
fn a_file_system_grows_later() {
    let pending = json!([{ "type": "FileSystemResizePending", "status": "True" }]);
    check(
        |value| value["claims"][0]["status"]["conditions"] = pending,
        None,
    );
}

#[test]
fn a_claim_that_is_not_bound_yet_gets_the_right_size() {
    check(
        |value| value["claims"][0]["status"] = json!({ "phase": "Pending" }),
        None,
    );
}

#[test]
fn a_claim_that_nobody_has_asked_to_grow_does_not() {
    check(
        |value| {
            value["claims"][0]["spec"]["resources"]["requests"]["storage"] = json!("1Gi");
            value["claims"][0]["status"] = json!({ "phase": "Pending" });
        },
        Some("Resize - -: has nothing of 1Gi…"),
    );
}

#[test]
fn a_failure_is_told_and_lasts() {
    check(
        |value| value["events"] = json!([event("claim", "VolumeResizeFailed", "disk full", 1)]),
        Some("Resize - -: has 1Gi of 2Gi: disk full"),
    );
}

#[test]
fn what_cannot_be_lasts() {
    let statuses = json!({ "storage": "ControllerResizeInfeasible" });
    check(
        |value| value["claims"][0]["status"]["allocatedResourceStatuses"] = statuses,
        Some("Resize - -: has 1Gi of 2Gi: ControllerResizeInfeasible"),
    );
}

#[test]
fn a_claim_that_is_gone_is_missing() {
    check(|value| value["claims"] = json!([]), Some("Missing - -: "));
}
