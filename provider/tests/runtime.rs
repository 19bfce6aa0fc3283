//! The declaration of a runtime makes a schema, and the schema refuses what is wrong.

#![cfg(test)]

use std::collections::BTreeSet;

use kre_core::runtime::{Effect, RuntimeSpec, changes};
use serde_json::{Value as Json, json};
use terraform::{
    Block, Schema, Value, bridge, check, diagnostics, plan,
    schema::{Attributes, Mode, Nesting, Shape},
};
use terraform_provider_kre::resources::runtime;

fn schema() -> Schema {
    match runtime::schema() {
        Ok(schema) => schema,
        Err(error) => panic!("{}", diagnostics::chain(&error)),
    }
}

fn minimal() -> Json {
    json!({
        "id": "demo",
        "name": "Demo",
        "nats": { "storage": { "size": "1Gi" } },
        "mongodb": { "storage": { "size": "2Gi" } },
    })
}

/// The configuration with something at a place, and with objects on the way there; `0` is the only
/// element of a list.
fn with(pointer: &str, value: Json) -> Json {
    let mut config = minimal();
    let mut place = &mut config;
    for name in pointer.split('/') {
        if name == "0" {
            *place = json!([{}]);
            place = &mut place[0];
        } else {
            place = &mut place[name];
        }
    }
    *place = value;
    config
}

fn configuration(block: &Block, json: &Json) -> Value {
    bridge::to_value(json, &block.implied_type()).unwrap()
}

fn told(block: &Block, json: &Json) -> Vec<String> {
    let found = check::config(block, &configuration(block, json));
    found.iter().map(|it| it.detail.clone()).collect()
}

/// The paths of all attributes; of those that nobody writes, only where they begin.
fn paths(of: &str, attributes: &Attributes, found: &mut BTreeSet<String>) {
    for (name, attribute) in attributes {
        let path = format!("{of}{name}");
        if attribute.mode == Mode::Computed {
            found.insert(path);
            continue;
        }
        match &attribute.shape {
            Shape::Nested(Nesting::List, inside) => paths(&format!("{path}/0/"), inside, found),
            Shape::Nested(_, inside) => paths(&format!("{path}/"), inside, found),
            Shape::Value(_) => drop(found.insert(path)),
        }
    }
}

#[test]
fn a_minimal_configuration_is_accepted_and_defaults_are_filled_in() {
    let block = schema().block;
    assert_eq!(told(&block, &minimal()), Vec::<String>::new());
    let mut planned = plan::plan(&block, &Value::Null, &configuration(&block, &minimal()));
    // What is unknown is what the resource plans, and not the schema.
    planned.set_attribute("namespace", Value::string("kre-demo"));
    let planned: RuntimeSpec = bridge::from_value(&planned).unwrap();
    let mut expected: RuntimeSpec = serde_json::from_value(minimal()).unwrap();
    expected.namespace = Some(expected.namespace());
    assert_eq!(planned, expected);
    assert_eq!(planned.problems(), vec![]);
}

#[test]
fn every_attribute_is_described() {
    fn undescribed(of: &str, attributes: &Attributes) -> Vec<String> {
        let mut found = Vec::new();
        for (name, attribute) in attributes {
            if attribute.description.is_empty() {
                found.push(format!("{of}{name}"));
            }
            if let Shape::Nested(_, inside) = &attribute.shape {
                found.extend(undescribed(&format!("{of}{name}."), inside));
            }
        }
        found
    }
    assert_eq!(
        undescribed("", &schema().block.attributes),
        Vec::<String>::new()
    );
}

#[test]
fn the_schema_replaces_exactly_what_the_rules_do() {
    let block = schema().block;
    for (pointer, value) in [
        ("id", json!("other")),
        ("namespace", json!("other")),
        ("name", json!("Other")),
        ("nats/image", json!("nats:3")),
    ] {
        let changed = with(pointer, value);
        let plan = |json: &Json| plan::plan(&block, &Value::Null, &configuration(&block, json));
        let replaced = plan::consequences(
            &block,
            &plan(&with("namespace", json!("kre-demo"))),
            &plan(&changed),
        );
        let replaced = replaced
            .replace
            .iter()
            .any(|path| path.to_string() == pointer);
        let spec = |json: Json| serde_json::from_value::<RuntimeSpec>(json).unwrap();
        let rules = changes(&spec(minimal()), &spec(changed));
        let rules = rules.iter().any(|it| it.effect == Effect::Replaces);
        assert_eq!(replaced, rules, "{pointer}");
    }
}

/// One value of each attribute that is refused; `None` where every value of the type is accepted
/// or only [`RuntimeSpec::problems`] refuses some.
#[expect(clippy::too_many_lines, reason = "a table of all attributes")]
fn refused() -> Vec<(&'static str, Option<Json>)> {
    let long = Some(json!("Long".repeat(200)));
    let image = || Some(json!("Nats:latest"));
    let amount = || Some(json!("1 GB"));
    let span = || Some(json!("5 minutes"));
    let labels = || Some(json!({ "disk": "not a label" }));
    let mut table = vec![
        ("id", Some(json!("Demo"))),
        ("name", long.clone()),
        ("description", long),
        ("engine", Some(json!("kai"))),
        ("namespace", Some(json!("kre_demo"))),
        ("create_namespace", None),
        ("nats/image", image()),
        ("nats/storage/size", amount()),
        ("nats/storage/class", Some(json!("Fast Disk"))),
        ("nats/replicas", Some(json!(2))),
        ("nats/limits/max_memory", amount()),
        ("nats/limits/max_payload", amount()),
        ("nats/limits/max_control_line", amount()),
        ("nats/limits/max_pending", amount()),
        ("nats/limits/max_connections", Some(json!(0))),
        ("nats/limits/max_subscriptions", Some(json!(0))),
        ("nats/limits/max_pings", Some(json!(0.5))),
        ("nats/limits/ping_interval", span()),
        ("nats/limits/write_deadline", span()),
        ("mongodb/image", image()),
        ("mongodb/storage/size", amount()),
        ("mongodb/storage/class", Some(json!(""))),
        ("mongo_writer/enabled", None),
        ("mongo_writer/image", image()),
        ("mongo_writer/log_level", Some(json!("info"))),
        (
            "entrypoint/base_domain",
            Some(json!("https://kre.example.com")),
        ),
        ("entrypoint/ingress_class", Some(json!("NGINX"))),
        ("entrypoint/annotations", Some(json!({ "a b": "c" }))),
        ("entrypoint/tls/secret_name", Some(json!("Wildcard"))),
        ("images/krt_files_downloader", image()),
        ("images/fluent_bit", image()),
        ("images/web", image()),
        ("image_pull_secrets", Some(json!(["Registry"]))),
        ("labels", labels()),
        ("annotations", Some(json!({ "/a": "b" }))),
        ("network_policy", Some(json!("open"))),
        ("on_destroy", Some(json!("keep"))),
        ("adopt_retained", None),
        ("fail_fast", span()),
        ("timeouts/create", span()),
        ("timeouts/read", span()),
        ("timeouts/update", span()),
        ("timeouts/delete", span()),
        ("ref", Some(json!({ "id": "demo" }))),
        ("endpoints", Some(json!({ "nats": "demo-nats:4222" }))),
        ("components", Some(json!({}))),
        ("objects", Some(json!({}))),
        ("status", Some(json!("READY"))),
        ("cluster_uid", Some(json!("0b9f7a52"))),
    ];
    for selector in [
        "nats/node_selector",
        "mongodb/node_selector",
        "mongo_writer/node_selector",
    ] {
        table.push((selector, labels()));
    }
    table.extend([
        ("nats/tolerations/0/key", Some(json!("a b"))),
        ("nats/tolerations/0/operator", Some(json!("Like"))),
        ("nats/tolerations/0/value", Some(json!("not a label"))),
        ("nats/tolerations/0/effect", Some(json!("Never"))),
        ("nats/tolerations/0/toleration_seconds", Some(json!(-1))),
        ("mongodb/tolerations/0/key", Some(json!("a b"))),
        ("mongodb/tolerations/0/operator", Some(json!("Like"))),
        ("mongodb/tolerations/0/value", Some(json!("not a label"))),
        ("mongodb/tolerations/0/effect", Some(json!("Never"))),
        ("mongodb/tolerations/0/toleration_seconds", Some(json!(-1))),
        ("mongo_writer/tolerations/0/key", Some(json!("a b"))),
        ("mongo_writer/tolerations/0/operator", Some(json!("Like"))),
        (
            "mongo_writer/tolerations/0/value",
            Some(json!("not a label")),
        ),
        ("mongo_writer/tolerations/0/effect", Some(json!("Never"))),
        (
            "mongo_writer/tolerations/0/toleration_seconds",
            Some(json!(-1)),
        ),
    ]);
    for path in [
        "nats/resources/requests/cpu",
        "nats/resources/requests/memory",
        "nats/resources/requests/ephemeral_storage",
        "nats/resources/limits/cpu",
        "nats/resources/limits/memory",
        "nats/resources/limits/ephemeral_storage",
        "mongodb/resources/requests/cpu",
        "mongodb/resources/requests/memory",
        "mongodb/resources/requests/ephemeral_storage",
        "mongodb/resources/limits/cpu",
        "mongodb/resources/limits/memory",
        "mongodb/resources/limits/ephemeral_storage",
        "mongo_writer/resources/requests/cpu",
        "mongo_writer/resources/requests/memory",
        "mongo_writer/resources/requests/ephemeral_storage",
        "mongo_writer/resources/limits/cpu",
        "mongo_writer/resources/limits/memory",
        "mongo_writer/resources/limits/ephemeral_storage",
    ] {
        table.push((path, amount()));
    }
    table
}

#[test]
fn every_attribute_refuses_something() {
    let mut attributes = BTreeSet::new();
    paths("", &schema().block.attributes, &mut attributes);
    let tried: BTreeSet<_> = refused()
        .into_iter()
        .map(|(path, _)| path.to_owned())
        .collect();
    assert_eq!(tried, attributes);
}

#[test]
fn each_refused_value_is_named_with_its_place_and_its_rule() {
    let block = schema().block;
    let mut messages = Vec::new();
    for (path, value) in refused() {
        let Some(value) = value else { continue };
        let mut config = with(path, value);
        if path.starts_with("entrypoint/") && config["entrypoint"]["base_domain"].is_null() {
            config["entrypoint"]["base_domain"] = json!("kre.example.com");
        }
        let told = told(&block, &config);
        assert!(!told.is_empty(), "{path} was accepted");
        messages.extend(told);
    }
    insta::assert_snapshot!(messages.join("\n"));
}
