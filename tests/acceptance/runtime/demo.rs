//! A runtime as a configuration has it, and as the cluster has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use harness::{host::Outcome, report::OrFail};
use serde_json::{Value, json};

use crate::cluster::ClusterStage;

/// The address of the runtime in the configuration.
pub(super) const ADDRESS: &str = "kre_runtime.demo";

/// An image that nobody can pull.
pub(super) const BAD_IMAGE: &str = r#"mongo_writer = { image = "registry.invalid/writer:1" }"#;

/// What is left out where nobody needs it.
pub(super) const NO_WRITER: &str = "mongo_writer = { enabled = false }";

/// Data goes with the runtime.
pub(super) const DELETES: &str = r#"on_destroy = "delete""#;

/// A runtime may go on with data that another one has left.
pub(super) const ADOPTS: &str = "adopt_retained = true";

/// Writes a runtime with volumes of one gibibyte, and with more arguments.
pub(super) fn runtime(stage: &ClusterStage, arguments: &[&str]) -> String {
    resource("demo", stage.id(), ["1Gi"; 2], arguments)
}

/// Writes a runtime with volumes of these sizes, that of NATS first.
pub(super) fn resource(
    address: &str,
    id: &str,
    [nats, mongodb]: [&str; 2],
    arguments: &[&str],
) -> String {
    let arguments = arguments.join("\n  ");
    format!(
        r#"
resource "kre_runtime" "{address}" {{
  id        = "{id}"
  name      = "Demo"
  fail_fast = "2s"
  nats      = {{ storage = {{ size = "{nats}" }} }}
  mongodb   = {{ storage = {{ size = "{mongodb}" }} }}
  {arguments}
}}
"#
    )
}

/// Returns what the state says of how far the runtime is.
#[track_caller]
pub(super) fn status(stage: &ClusterStage) -> String {
    let stored = stage.state();
    let status = stored.attribute(ADDRESS, "status").as_str();
    status.unwrap_or_default().to_owned()
}

/// Returns an object of the runtime; fails the test without it.
#[track_caller]
pub(super) fn object(stage: &ClusterStage, kind: &str, name: &str) -> Value {
    let place = stage.place(name);
    let found = stage.objects.get(kind, &place);
    assert!(found.is_some(), "{kind} {place} is not there");
    found.unwrap_or_default()
}

/// Returns what distinguishes an object from another one of its name.
#[track_caller]
pub(super) fn uid(stage: &ClusterStage, kind: &str, name: &str) -> String {
    let object = object(stage, kind, name);
    let uid = object["metadata"]["uid"].as_str();
    uid.unwrap_or_default().to_owned()
}

/// Returns the claims of the runtime, by what distinguishes them.
#[track_caller]
pub(super) fn claims(stage: &ClusterStage) -> [String; 2] {
    let id = stage.id();
    let names = [format!("data-{id}-nats-0"), format!("data-{id}-mongo-0")];
    names.map(|name| uid(stage, "PersistentVolumeClaim", &name))
}

/// Returns a password in one of the runtime's Secrets: of `mongo`, `mongo-client` or
/// `mongo-writer`.
#[track_caller]
pub(super) fn password(stage: &ClusterStage, secret: &str) -> String {
    let secret = object(stage, "Secret", &format!("{}-{secret}", stage.id()));
    let encoded = secret["data"]["password"].as_str().unwrap_or_default();
    let password = STANDARD.decode(encoded).or_fail("no base64");
    let password = String::from_utf8(password).or_fail("no text");
    assert!(
        password.len() >= 32,
        "no password in {}",
        secret["metadata"]
    );
    password
}

/// Writes a ConfigMap of somebody else.
pub(super) fn stranger(namespace: &str, name: &str) -> Value {
    let metadata = json!({ "name": name, "namespace": namespace });
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata })
}

/// Makes a namespace as an administrator does.
pub(super) fn put_namespace(stage: &ClusterStage) {
    let metadata = json!({ "name": stage.namespace(), "labels": { "team": "theirs" } });
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
    stage.objects.create(&namespace);
}

/// Deletes the namespace, and waits for the end of the test.
pub(super) fn clean_up(stage: &ClusterStage) {
    stage.objects.delete("Namespace", &stage.namespace());
    stage.assert_as_before();
}

/// Fails the test unless the only error has this summary and each of these parts in its detail.
#[track_caller]
pub(super) fn assert_told(outcome: &Outcome, summary: &str, parts: &[&str]) {
    let error = outcome.only_error();
    assert_eq!(error.summary, summary, "{error}");
    for part in parts {
        assert!(error.detail.contains(part), "no `{part}` in:\n{error}");
    }
}

/// Fails the test unless a warning has this summary and each of these parts in its detail.
#[track_caller]
pub(super) fn assert_warned(outcome: &Outcome, summary: &str, parts: &[&str]) {
    let warnings = outcome.warnings();
    let warning = warnings.iter().find(|it| it.summary == summary);
    assert!(warning.is_some(), "no `{summary}` in:\n{outcome}");
    for part in parts {
        let tells = warning.is_some_and(|it| it.detail.contains(part));
        assert!(tells, "no `{part}` in:\n{outcome}");
    }
}
