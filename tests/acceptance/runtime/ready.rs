//! What is true of a runtime that an apply has finished.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cluster::ClusterStage;

/// Where configurations of these tests have their runtime.
pub(super) const RUNTIME: &str = "kre_runtime.demo";

/// What controllers make, under names of their own.
const MADE_BY_OTHERS: [&str; 3] = ["ControllerRevision", "Pod", "ReplicaSet"];

/// Fails the test unless the runtime is what its configuration says.
#[track_caller]
pub(super) fn assert_applied(stage: &ClusterStage) {
    stage.plan().assert_empty();
    let known = stage.state();
    assert!(!known.is_tainted(RUNTIME), "it is tainted");
    assert_eq!(known.attribute(RUNTIME, "status"), "READY");
    let objects = known.attribute(RUNTIME, "objects").as_object().unwrap();
    let applied = |finding: &Value| finding == "applied";
    assert!(objects.values().all(applied), "{objects:#?}");
}

/// Fails the test unless the runtime is what its configuration says, and nothing else is there.
#[track_caller]
pub(super) fn assert_converged(stage: &ClusterStage) {
    assert_applied(stage);
    let known = stage.state();
    let objects = known.attribute(RUNTIME, "objects").as_object().unwrap();
    let (documents, objects): (BTreeSet<_>, BTreeSet<_>) = objects
        .keys()
        .cloned()
        .partition(|name| name.starts_with("MongoDB "));
    let mut there = there(stage);
    let is_made_by_others = |name: &String| {
        let kind = name.split(' ').next().unwrap_or_default();
        MADE_BY_OTHERS.contains(&kind)
    };
    there.retain(|name| !is_made_by_others(name));
    assert_eq!(there, objects, "what is there, and what should be");
    assert_eq!(super::documents::of(stage), documents);
}

/// Returns what is in the cluster besides what was there before, as a runtime names its objects;
/// volumes are not named, since their claims are.
#[track_caller]
pub(super) fn there(stage: &ClusterStage) -> BTreeSet<String> {
    let differences = stage.differences();
    let found = differences.iter().map(|difference| {
        let added = difference.strip_suffix(" is left over");
        let (kind, place) = added.and_then(|it| it.split_once(' ')).expect(difference);
        let name = place.split_once('/').map_or(place, |(_, name)| name);
        (kind, name)
    });
    let named = found.filter(|(kind, _)| *kind != "PersistentVolume");
    named.map(|(kind, name)| format!("{kind} {name}")).collect()
}
