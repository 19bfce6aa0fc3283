//! Every attribute of a runtime, and the updates that change each one that can be changed.

use std::collections::BTreeSet;

use harness::host::Host;
use kre_core::runtime::{Effect, changes};
use serde_json::{Value, json};

use super::configuration::Configuration;
use crate::stage::Stage;

/// What is changed together, one update after the other; `null` is what is left out again.
pub(super) fn updates() -> Vec<Value> {
    vec![
        unnoticed(),
        noticed(),
        json!({
            "create_namespace": false,
            "mongo_writer": { "enabled": false },
            "description": null,
            "entrypoint": null,
            "timeouts": null,
            "nats": { "limits": null, "tolerations": null },
        }),
    ]
}

/// What no pod notices.
fn unnoticed() -> Value {
    json!({
        "name": "Another",
        "description": "Answers greetings.",
        "network_policy": "none",
        "adopt_retained": true,
        "on_destroy": "retain",
        "fail_fast": "4s",
        "entrypoint": {
            "base_domain": "kre.example.com",
            "ingress_class": "nginx",
            "annotations": { "example.com/size": "16m" },
            "tls": { "secret_name": "wildcard" },
        },
        "images": {
            "krt_files_downloader": "registry.example.com/downloader:2.3.0",
            "fluent_bit": "registry.example.com/fluent-bit:1.3",
            "web": "registry.example.com/web:1.28",
        },
        "timeouts": { "create": "5m", "read": "1m", "update": "6m", "delete": "7m" },
    })
}

/// What pods notice, of each component.
fn noticed() -> Value {
    let amounts = |cpu: &str, memory: &str| json!({ "cpu": cpu, "memory": memory, "ephemeral_storage": memory });
    let pod = |image: &str| {
        json!({
            "image": format!("registry.example.com/{image}"),
            "resources": { "requests": amounts("20m", "128Mi"), "limits": amounts("2", "3Gi") },
            "node_selector": { "kubernetes.io/os": "linux" },
            "tolerations": [{
                "key": "dedicated",
                "operator": "Equal",
                "value": "kre",
                "effect": "NoExecute",
                "toleration_seconds": 60,
            }, { "operator": "Exists" }],
        })
    };
    let with = |mut pod: Value, more: Value| {
        let more = more.as_object().unwrap().clone();
        pod.as_object_mut().unwrap().extend(more);
        pod
    };
    let limits = json!({
        "max_memory": "128Mi",
        "max_payload": "8Mi",
        "max_control_line": "8Ki",
        "max_pending": "64Mi",
        "max_connections": 1000,
        "max_subscriptions": 100,
        "max_pings": 3,
        "ping_interval": "1m",
        "write_deadline": "5s",
    });
    let storage = json!({ "size": "1500Mi" });
    json!({
        "on_destroy": "delete",
        "labels": { "team": "a" },
        "annotations": { "example.com/contact": "team-a@example.com" },
        "image_pull_secrets": ["registry"],
        "nats": with(pod("nats:2.15.1"), json!({ "limits": limits, "storage": storage })),
        "mongodb": with(pod("mongo:7.0.1"), json!({ "storage": storage })),
        "mongo_writer": with(pod("kre-mongo-writer:8.2.1"), json!({ "log_level": "DEBUG" })),
    })
}

/// Changes that are no updates, with what each does. `engine` has but one value yet.
const OTHERS: [&str; 6] = [
    "engine",
    "id",
    "mongodb.storage.class",
    "namespace",
    "nats.replicas",
    "nats.storage.class",
];

#[test]
fn the_updates_change_each_attribute_that_can_be_changed() {
    Host::one(&[], |host| {
        let schemas = Stage::new(host).schemas();
        let schemas = schemas["provider_schemas"].as_object().unwrap();
        let provider = schemas.values().next().unwrap();
        let block = &provider["resource_schemas"]["kre_runtime"]["block"];
        let mut untouched = leaves(&block["attributes"]);

        let mut last = Configuration::named("demo");
        for update in updates() {
            let next = last.with(&update);
            let (before, after) = (last.complete(), next.complete());
            untouched.retain(|leaf| all_at(&before, leaf) == all_at(&after, leaf));
            last = next;
        }

        assert_eq!(untouched.into_iter().collect::<Vec<_>>(), OTHERS);
    });
}

#[test]
fn the_updates_replace_nothing_and_are_not_refused() {
    let mut last = Configuration::named("demo");
    for update in updates() {
        let next = last.with(&update);
        for change in changes(&last.specification(), &next.specification()) {
            let is_other = matches!(change.effect, Effect::Replaces | Effect::Refused { .. });
            assert!(!is_other, "{change:?}");
        }
        last = next;
    }
}

/// Lists the places of a schema that a user may set and that have no others inside.
fn leaves(attributes: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, attribute) in attributes.as_object().unwrap() {
        if attribute
            .get("required")
            .or(attribute.get("optional"))
            .is_none()
        {
            continue;
        }
        match attribute.pointer("/nested_type/attributes") {
            Some(inner) => {
                found.extend(
                    leaves(inner)
                        .into_iter()
                        .map(|leaf| format!("{name}.{leaf}")),
                );
            }
            None => drop(found.insert(name.clone())),
        }
    }
    found
}

/// Lists what is at a place, in each element where it is inside of a list.
fn all_at(value: &Value, place: &str) -> Vec<Value> {
    place.split('.').fold(vec![value.clone()], |found, name| {
        let elements = found.into_iter().flat_map(|it| match it {
            Value::Array(elements) => elements,
            other => vec![other],
        });
        elements.filter_map(|it| it.get(name).cloned()).collect()
    })
}
