//! What holds for runtimes.

mod changes;
mod contract;
mod keys;
mod live;
mod parts;
mod problems;
mod properties;
mod rendered;
mod timeouts;
mod trouble;

use serde_json::{Value, json};

use super::*;
use crate::{anchor::InstanceId, secret::Password};

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
    serde_json::from_str(include_str!("maximal.json")).unwrap()
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
