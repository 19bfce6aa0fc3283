//! Configurations as data, to change one attribute after the other.

use std::fmt::Write as _;

use kre_core::runtime::RuntimeSpec;
use serde_json::{Map, Value, json};

use crate::cluster::ClusterStage;

/// Where every runtime of these tests is.
pub(super) const ADDRESS: &str = "kre_runtime.demo";

/// What stands in the block of a runtime.
#[derive(Debug, Clone)]
pub(super) struct Configuration(Value);

impl Configuration {
    /// The least that a runtime needs, and a destruction that leaves nothing.
    pub(super) fn of(stage: &ClusterStage) -> Self {
        Self::named(stage.id())
    }

    /// The same for a runtime with an id of its own.
    pub(super) fn named(id: &str) -> Self {
        let storage = json!({ "storage": { "size": "1Gi" } });
        Self(json!({
            "id": id,
            "name": "Demo",
            "nats": storage,
            "mongodb": storage,
            "on_destroy": "delete",
            "fail_fast": "3s",
        }))
    }

    /// Changes and adds attributes; what is null in `changes` is left out from now on.
    pub(super) fn with(&self, changes: &Value) -> Self {
        let mut all = self.0.clone();
        merge(&mut all, changes);
        Self(all)
    }

    /// What is asked for, as a plan completes it.
    pub(super) fn specification(&self) -> RuntimeSpec {
        let mut spec: RuntimeSpec = serde_json::from_value(self.0.clone()).unwrap();
        spec.namespace = Some(spec.namespace());
        spec
    }

    /// The values, with those that stand for attributes which are left out.
    pub(super) fn complete(&self) -> Value {
        serde_json::to_value(self.specification()).unwrap()
    }

    /// The text of a configuration: values of JSON are expressions.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("resource \"kre_runtime\" \"demo\" {\n");
        for (name, value) in self.0.as_object().unwrap() {
            writeln!(text, "  {name} = {value:#}").unwrap();
        }
        text + "}\n"
    }
}

fn merge(into: &mut Value, changes: &Value) {
    let Value::Object(changes) = changes else {
        *into = changes.clone();
        return;
    };
    if !into.is_object() {
        *into = Value::Object(Map::new());
    }
    for (name, change) in changes {
        if change.is_null() {
            into.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut into[name], change);
        }
    }
}
