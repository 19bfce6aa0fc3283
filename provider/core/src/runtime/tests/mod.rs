//! What holds for runtimes.

mod changes;
mod contract;
mod problems;
mod properties;
mod rendered;

use serde_json::{Value, json};

use super::*;
use crate::secret::Password;

/// Only what has to be said.
fn minimal() -> Value {
    json!({
        "id": "demo",
        "name": "Demo",
        "nats": { "storage": { "size": "1Gi" } },
        "mongodb": { "storage": { "size": "2Gi" } },
    })
}

/// Everything that can be said.
fn maximal() -> Value {
    let toleration = json!({
        "key": "dedicated",
        "operator": "Equal",
        "value": "kre",
        "effect": "NoExecute",
        "toleration_seconds": 60,
    });
    let resources = json!({
        "requests": { "cpu": "1", "memory": "1Gi", "ephemeral_storage": "1Gi" },
        "limits": { "cpu": "2", "memory": "2Gi", "ephemeral_storage": "2Gi" },
    });
    json!({
        "id": "demo",
        "name": "Demo",
        "description": "Answers greetings.",
        "engine": "kre",
        "namespace": "team-a",
        "create_namespace": false,
        "nats": {
            "image": "registry.example.com/nats:2.15.2",
            "storage": { "size": "10Gi", "class": "fast" },
            "replicas": 1,
            "resources": resources,
            "limits": {
                "max_memory": "256Mi",
                "max_payload": "8Mi",
                "max_control_line": "8Ki",
                "max_pending": "64Mi",
                "max_connections": 1000,
                "max_subscriptions": 100,
                "max_pings": 3,
                "ping_interval": "1m",
                "write_deadline": "5s",
            },
            "node_selector": { "disk": "ssd" },
            "tolerations": [toleration, { "operator": "Exists" }],
        },
        "mongodb": {
            "image": "registry.example.com/mongo:7.0",
            "storage": { "size": "20Gi", "class": "fast" },
            "resources": resources,
            "node_selector": { "disk": "ssd" },
            "tolerations": [toleration],
        },
        "mongo_writer": {
            "enabled": true,
            "image": "registry.example.com/kre-mongo-writer:8.2.0",
            "resources": resources,
            "log_level": "DEBUG",
            "node_selector": { "disk": "ssd" },
            "tolerations": [toleration],
        },
        "entrypoint": {
            "base_domain": "kre.example.com",
            "ingress_class": "nginx",
            "annotations": { "nginx.ingress.kubernetes.io/proxy-body-size": "16m" },
            "tls": { "secret_name": "wildcard" },
        },
        "images": {
            "krt_files_downloader": "registry.example.com/krt-files-downloader:2.3.0",
            "fluent_bit": "registry.example.com/fluent-bit:1.3",
            "web": "registry.example.com/web:1.28",
        },
        "image_pull_secrets": ["registry"],
        "labels": { "team": "a" },
        "annotations": { "example.com/contact": "team-a@example.com" },
        "network_policy": "none",
        "on_destroy": "delete",
        "adopt_retained": true,
        "fail_fast": "30s",
        "timeouts": { "create": "5m", "read": "1m", "update": "5m", "delete": "5m" },
    })
}

fn spec(json: Value) -> RuntimeSpec {
    serde_json::from_value(json).unwrap()
}

/// The specification with something else at a place.
fn with(mut json: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = match parent {
        "" => &mut json,
        parent => json.pointer_mut(parent).unwrap(),
    };
    parent[name] = value;
    json
}

fn facts() -> Facts {
    let credential = |holder: Holder, password: &str| Credential {
        username: holder.username().to_owned(),
        password: Password::existing(password),
    };
    Facts {
        instance: InstanceId::of_random([7; 8]),
        credentials: Credentials {
            root: credential(Holder::Root, "root-password"),
            client: credential(Holder::Client, "client-password"),
            writer: credential(Holder::Writer, "writer-password"),
        },
    }
}
