//! The life of a runtime: created, seen, changed, mended, imported, destroyed.

mod attributes;
mod clusterless;
mod configuration;
mod conflicts;
mod deleted;
mod drift;
mod growth;
mod services;
mod smoke;
mod spelling;
mod story;

use harness::host::{Change, Plan};
use serde_json::{Value, json};

use crate::cluster::ClusterStage;
use configuration::{ADDRESS, Configuration};

/// Lists what a plan says of things that belong to a runtime and are not as they were applied, with
/// what becomes of them.
fn mended(plan: &Plan) -> Vec<String> {
    let change = plan.change(ADDRESS);
    let (before, after) = (findings(&change.before), findings(&change.after));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("?").to_owned();
    let differs = before
        .iter()
        .filter(|(name, now)| after.get(*name) != Some(*now));
    differs
        .map(|(name, now)| format!("{name}: {} -> {}", text(Some(now)), text(after.get(name))))
        .collect()
}

fn findings(state: &Value) -> serde_json::Map<String, Value> {
    let objects = state.get("objects").and_then(Value::as_object);
    objects.cloned().unwrap_or_default()
}

/// Returns what a plan makes of the runtime, if it makes anything of it and of nothing else.
#[track_caller]
fn update(plan: &Plan) -> &Change {
    match plan.changes().as_slice() {
        [change] if change.address == ADDRESS => change,
        _ => panic!("the plan is not about the runtime alone:\n{plan}"),
    }
}

/// Changes an object of the namespace in the name of somebody else.
#[track_caller]
fn edit(
    stage: &ClusterStage,
    manager: &str,
    (kind, name): (&str, &str),
    change: impl Fn(&mut Value),
) {
    let place = stage.place(name);
    let mut object = stage
        .objects
        .get(kind, &place)
        .unwrap_or_else(|| panic!("no {kind} {name}"));
    change(&mut object);
    // A merge patch replaces lists, and whoever sends it owns only what is another in the end.
    let mut patch = json!({});
    for field in ["data", "spec"] {
        if let Some(content) = object.get(field) {
            patch[field] = content.clone();
        }
    }
    patch["metadata"] = json!({
        "annotations": object["metadata"]["annotations"],
        "labels": object["metadata"]["labels"],
    });
    stage.objects.change(manager, kind, &place, patch);
}
