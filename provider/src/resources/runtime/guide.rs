//! The page about what a runtime is made of, and what becomes of it.

use std::fmt::Write as _;

use kre_core::{
    desired::Item,
    runtime::{Component, RuntimeSpec, data_database, inventory},
};

const HEAD: &str = include_str!("guide/head.md");
const TAIL: &str = include_str!("guide/tail.md");

/// What stands for the id of a runtime in names.
const ID: &str = "<id>";

/// The id of the runtime that the table is made from; no name has it but as the id.
const SAMPLE: &str = "sample";

/// Writes the page: the names of all objects, what a destroy keeps, and the way out of mistakes.
pub fn guide() -> String {
    let Some(spec) = sample() else {
        return String::new();
    };
    let (objects, inside) = (objects(&spec), inside(&spec));
    format!("{HEAD}\n{objects}\n## Names inside the services\n\n{inside}\n{TAIL}")
}

/// Everything that a runtime is made of, in the order in which it is applied.
fn objects(spec: &RuntimeSpec) -> String {
    let mut table =
        "| Object | What it is for | When the runtime is destroyed |\n|---|---|---|\n".to_owned();
    for item in inventory(spec).items() {
        let name = item.id.to_string().replace(SAMPLE, ID);
        let purpose = purpose(&name).unwrap_or_default();
        let fate = fate(item);
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| `{name}` | {purpose} | {fate} |");
    }
    table
}

/// What is inside NATS and MongoDB by a name of the runtime's own.
fn inside(spec: &RuntimeSpec) -> String {
    let services = spec.services();
    let names = [
        (
            "Database",
            services.database,
            "Archives of versions, and logs.",
        ),
        (
            "Database",
            data_database(&spec.id),
            "What nodes save and predict.",
        ),
        (
            "Subject",
            services.data_subject,
            "What nodes save goes to the writer here.",
        ),
        (
            "Subject",
            services.logs_subject,
            "Logs go to the writer here.",
        ),
        (
            "Address of NATS",
            services.nats,
            "`endpoints.nats`, within the cluster.",
        ),
        (
            "Address of MongoDB",
            spec.endpoints().mongodb,
            "`endpoints.mongodb`, within the cluster.",
        ),
    ];
    let mut table = "| What | Name | What it is for |\n|---|---|---|\n".to_owned();
    for (what, name, purpose) in names {
        let name = name.replace(SAMPLE, ID);
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {what} | `{name}` | {purpose} |");
    }
    table
}

fn sample() -> Option<RuntimeSpec> {
    let storage = serde_json::json!({ "storage": { "size": "1Gi" } });
    let sample = serde_json::json!({
        "id": SAMPLE,
        "name": SAMPLE,
        "nats": storage,
        "mongodb": storage,
    });
    serde_json::from_value(sample).ok()
}

fn fate(item: &Item) -> &'static str {
    if item.holds_data {
        "stays, unless `on_destroy = \"delete\"`"
    } else {
        "is deleted"
    }
}

/// What a thing is for, by the name that the table has for it.
fn purpose(name: &str) -> Option<&'static str> {
    let (kind, rest) = name.split_once(' ')?;
    let component = |component: Component| {
        let sample: kre_core::name::RuntimeId = SAMPLE.parse().ok()?;
        Some(component.name(&sample).replace(SAMPLE, ID) == rest)
    };
    Some(match (kind, rest) {
        ("Namespace", _) => "Holds everything else; there is none with `create_namespace = false`.",
        ("ConfigMap", "kre-runtime-<id>") => {
            "Says what the runtime is, whose it is and how far it is; others find it by this."
        }
        ("ConfigMap", "<id>-nats-config") => "Configures NATS.",
        ("NetworkPolicy", _) => {
            "Keeps pods of other namespaces away from the data services; there is none with `network_policy = \"none\"`."
        }
        ("Service", _) if component(Component::Nats)? => "Is the address of NATS.",
        ("Service", _) if component(Component::MongoDb)? => "Is the address of MongoDB.",
        ("StatefulSet", _) if component(Component::Nats)? => "Runs NATS.",
        ("StatefulSet", _) if component(Component::MongoDb)? => "Runs MongoDB.",
        ("Deployment", _) if component(Component::MongoWriter)? => {
            "Runs the writer; there is none with `mongo_writer.enabled = false`."
        }
        ("PersistentVolumeClaim", name) if name.contains("-nats") => {
            "Is the volume of streams, configuration and objects."
        }
        ("PersistentVolumeClaim", name) if name.contains("-mongo") => {
            "Is the volume of archives and documents."
        }
        ("Secret", "<id>-mongo") => "Has the password of MongoDB's administrator.",
        ("Secret", "<id>-mongo-client") => "Has the password of nodes and entrypoints.",
        ("Secret", "<id>-mongo-writer") => "Has the password of the writer.",
        ("MongoDB", "user client") => "Lets nodes and entrypoints log in.",
        ("MongoDB", "user writer") => "Lets the writer log in.",
        ("MongoDB", _) if rest.starts_with("index <id>.logs") => {
            "Finds logs by time, node and version."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_the_table_has_a_purpose() {
        let inventory = inventory(&sample().unwrap());
        assert!(!inventory.items().is_empty());
        for item in inventory.items() {
            let name = item.id.to_string().replace(SAMPLE, ID);
            assert!(purpose(&name).is_some(), "{name}");
        }
    }
}
