//! What holds of what we own.

mod conflicts;
mod differences;
mod documents;
mod findings;
mod kinds;
mod managers;
mod paths;
mod properties;
mod records;
mod secrets;

use serde_json::{Value, json};

use super::*;

fn seal() -> Seal {
    Seal::new(b"a key of the cluster")
}

/// An object with these entries of `managedFields`.
fn object(fields: &Value, entries: &[Value]) -> Value {
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "Thing",
        "metadata": { "name": "a", "managedFields": entries },
    });
    let parts = fields.as_object().unwrap();
    for (name, value) in parts {
        object[name] = value.clone();
    }
    object
}

fn entry(manager: &str, time: &str, fields: &Value) -> Value {
    json!({
        "manager": manager,
        "operation": "Update",
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    })
}

/// An entry of our own apply.
fn ours(fields: &Value) -> Value {
    entry(crate::runtime::MANAGER, "2026-01-01T00:00:00Z", fields)
}

/// An entry of somebody who came later.
fn theirs(fields: &Value) -> Value {
    entry("kubectl-edit", "2026-01-02T00:00:00Z", fields)
}

/// What is found after a change.
fn found(before: &Value, after: &Value) -> String {
    let owned = Owned::of(before, &seal());
    Finding::of(&owned, Some(after), &seal()).to_string()
}

fn paths(texts: &[&str]) -> std::collections::BTreeSet<FieldPath> {
    texts.iter().map(|text| FieldPath::parse(text)).collect()
}
