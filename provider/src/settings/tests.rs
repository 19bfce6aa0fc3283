use std::fs;

use terraform::diagnostics::Severity;

use super::*;

/// A provider block with these arguments and no others.
fn block<const N: usize>(arguments: [(&str, Value); N]) -> Value {
    let schema = schema().unwrap();
    let empty = Value::object(
        schema
            .block
            .attributes
            .keys()
            .map(|name| (name.clone(), Value::Null)),
    );
    arguments
        .into_iter()
        .fold(empty, |block, (name, value)| block.with(name, value))
}

/// Everything that validation tells, with its place.
fn told(config: &Value) -> Vec<String> {
    validate(config)
        .iter()
        .map(|it| {
            let place = it.path.as_ref().unwrap();
            let kind = match it.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            format!("{kind} at {place}: {}", it.detail)
        })
        .collect()
}

fn configured(config: &Value) -> Configured {
    configure(config, &Environment::from([])).unwrap()
}

#[test]
fn an_empty_block_is_fine_until_a_cluster_is_needed() {
    assert_eq!(told(&block([])), [""; 0]);
    assert!(configured(&block([])).target.world().is_ok());
}

#[test]
fn nothing_that_the_block_names_is_looked_at_before_it_is_needed() {
    let exec = Value::object([
        ("api_version", "client.authentication.k8s.io/v1".into()),
        ("command", "/nowhere/command".into()),
        ("args", Value::Null),
        ("env", Value::Null),
    ]);
    let config = block([("config_path", "/nowhere/config".into()), ("exec", exec)]);
    assert_eq!(told(&config), [""; 0]);
    assert!(configured(&config).target.world().is_ok());
}

#[test]
fn a_manifest_at_the_end_of_a_message_stays_as_it_is() {
    assert_eq!(sentence("apply this:\na: b"), "Apply this:\na: b");
    assert_eq!(sentence("no cluster"), "No cluster.");
}

#[test]
fn every_contradiction_is_told_at_once() {
    let config = block([
        ("host", "https://a".into()),
        ("config_path", "~/.kube/config".into()),
        ("client_certificate", "pem".into()),
        ("insecure", true.into()),
        ("cluster_ca_certificate", "pem".into()),
    ]);
    assert_eq!(
        told(&config),
        [
            "error at config_path: `host` and `config_path` cannot both be set; an address comes either from `host` or from a kubeconfig: remove one of them.",
            "error at cluster_ca_certificate: `insecure` and `cluster_ca_certificate` cannot both be set; where any certificate will do, none is checked: remove `insecure`.",
            "error at client_certificate: `client_certificate` needs `client_key`; a certificate proves nothing without its key: set both or neither.",
        ]
    );
}

#[test]
fn a_token_beside_a_command_is_a_warning() {
    let exec = Value::object([
        ("api_version", "client.authentication.k8s.io/v1".into()),
        ("command", "aws".into()),
        ("args", Value::Null),
        ("env", Value::Null),
    ]);
    let config = block([("token", "t".into()), ("exec", exec)]);
    let told = told(&config);
    assert!(told[0].starts_with("warning at exec: `token` is used and `exec` is not"));
    assert_eq!(told.len(), 1);
}

#[test]
fn what_is_unknown_may_be_left_out_in_the_end() {
    let config = block([("host", Value::unknown()), ("config_path", "a".into())]);
    assert_eq!(told(&config), [""; 0]);
}

#[test]
fn an_unknown_argument_is_named_when_the_cluster_is_needed() {
    let config = block([("host", Value::unknown()), ("fail_fast", Value::unknown())]);
    let configured = configured(&config);
    let needed = configured.target.world().unwrap_err();
    let told: Vec<_> = needed.iter().collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].path, Some(Path::from("host")));
    assert!(told[0].detail.contains("`-target`"));
}

#[test]
fn waits_end_after_a_minute_unless_told_otherwise() {
    assert_eq!(configured(&block([])).fail_fast, Duration::from_mins(1));
    let config = block([("fail_fast", "1m30s".into())]);
    assert_eq!(configured(&config).fail_fast, Duration::from_secs(90));
}

#[test]
fn the_whole_block_becomes_arguments() {
    let config = block([
        ("host", "https://a".into()),
        ("token", "t".into()),
        ("use_kubeconfig_env", true.into()),
        ("expected_cluster_uid", "uid".into()),
    ]);
    let block: Block = bridge::from_value(&config).unwrap();
    let arguments = block.arguments();
    assert_eq!(arguments.host.as_deref(), Some("https://a"));
    assert!(arguments.token.is_some());
    assert!(arguments.use_kubeconfig_env);
    assert_eq!(arguments.expected_cluster_uid.as_deref(), Some("uid"));
}

#[tokio::test]
async fn a_failure_points_at_the_argument_to_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    fs::write(&path, "current-context: a\n").unwrap();
    let config = block([
        ("config_path", path.display().to_string().into()),
        ("config_context", "b".into()),
    ]);
    let configured = configured(&config);
    let cluster = configured.target.world().unwrap().cluster();
    let until = tokio::time::Instant::now() + Duration::from_secs(1);
    let failure = cluster.client(until).await.map(drop).unwrap_err();
    let told = report(&failure);
    let told = told.iter().next().unwrap();
    assert_eq!(told.path, Some(Path::from("config_context")));
    assert_eq!(told.summary, "No way to the cluster");
    assert_eq!(
        told.detail,
        "`config_context` names a context that the kubeconfig does not have, `b`; there are: none."
    );
}
