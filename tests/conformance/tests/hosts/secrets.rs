//! Secrets stay where they belong: in the configuration, and with the provider.

use std::fs;

use harness::host::{Action, Feature};
use serde_json::Value;

use crate::stage::{Stage, each, resource};

/// Secrets that nothing may ever store or show.
const UNSEEN: [&str; 3] = [
    "token-never-seen",
    "write-only-never-seen",
    "token-of-lease",
];
/// A secret that the state stores, and nothing shows.
const SENSITIVE: &str = "sensitive-never-shown";

const CONFIGURATION: &str = r#"
    variable "token" {
        type      = string
        ephemeral = true
    }
    variable "write_only" {
        type      = string
        ephemeral = true
    }
    variable "revision" {
        type    = number
        default = 1
    }
    ephemeral "conformance_lease" "lease" { name = "lease" }
    resource "conformance_everything" "a" {
        name      = "a"
        enabled   = true
        amount    = 5 * var.revision
        secret    = "sensitive-never-shown"
        secret_wo = var.write_only
        group_block {}
    }
    resource "conformance_secret" "a" {
        name             = "a"
        value_wo         = ephemeral.conformance_lease.lease.token
        value_wo_version = var.revision
    }
"#;

const PROVIDER: &str = r#"
    provider "conformance" {
        directory = "${path.root}/world"
        token     = var.token
    }
"#;

fn prepare(stage: &mut Stage) {
    let [token, write_only, _] = UNSEEN;
    stage.set_variable("TF_VAR_token", token);
    stage.set_variable("TF_VAR_write_only", write_only);
    stage.write("provider.tf", PROVIDER);
    stage.configure(CONFIGURATION);
}

#[track_caller]
fn assert_unseen(place: &str, text: &str) {
    for secret in UNSEEN {
        assert!(!text.contains(secret), "{place} has `{secret}`:\n{text}");
    }
}

#[test]
fn no_secret_is_in_state_plan_or_log() {
    each(&[Feature::Ephemeral, Feature::WriteOnly], |stage| {
        stage.set_variable("TF_LOG", "TRACE");
        prepare(stage);
        for revision in ["-var=revision=1", "-var=revision=2"] {
            let plan = stage.plan_with(&[revision]);
            assert_unseen("the plan", &plan.json.to_string());
            let outcome = stage.apply_with(&[revision]);
            let log = &outcome.output.stderr;
            assert!(log.contains("provider.terraform-provider-conformance"));
            assert_unseen("the log", log);
            assert!(!log.contains(SENSITIVE), "{log}");
            assert_unseen("the output", &outcome.output.stdout);
            assert_unseen_in_state(stage);
        }
        let destroyed = stage.destroy();
        assert_unseen("the log", &destroyed.output.stderr);
    });
}

/// Looks at the state and its backup, and at private state, which is encoded there.
#[track_caller]
fn assert_unseen_in_state(stage: &Stage) {
    let stored = stage.state();
    for address in ["conformance_everything.a", "conformance_secret.a"] {
        let private = String::from_utf8(stored.private(address)).unwrap();
        assert_unseen("private state", &private);
        assert!(!private.contains(SENSITIVE), "{private}");
    }
    for file in ["terraform.tfstate", "terraform.tfstate.backup"] {
        let text = fs::read_to_string(stage.folder().join(file)).unwrap_or_default();
        assert_unseen(file, &text);
    }
}

#[test]
fn a_write_only_value_reaches_the_provider_and_is_null_in_the_state() {
    each(&[Feature::Ephemeral, Feature::WriteOnly], |stage| {
        prepare(stage);
        stage.apply();

        let state = stage.state();
        assert_eq!(
            state.attribute("conformance_secret.a", "value_wo"),
            &Value::Null
        );
        assert_eq!(
            state.attribute("conformance_everything.a", "secret_wo"),
            &Value::Null
        );
        let length = "token-of-lease-1".len();
        assert_eq!(state.attribute("conformance_secret.a", "length"), length);
        stage.plan().assert_empty();
    });
}

#[test]
fn only_a_new_version_of_a_write_only_value_is_a_change() {
    let secret = |value: &str, version| {
        let body = format!("name = \"a\"\nvalue_wo = \"{value}\"\nvalue_wo_version = {version}");
        resource("conformance_secret", &body)
    };
    each(&[Feature::WriteOnly], |stage| {
        stage.applied(&secret("short", 1));
        stage.configure(&secret("much longer", 1));
        stage.plan().assert_empty();
        stage.configure(&secret("much longer", 2));

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change("conformance_secret.a");
        assert_eq!(change.action, Action::Update);
        assert_eq!(
            change.changed(),
            ["length", "rotations", "value_wo_version"]
        );
        let object = stage.object("conformance_secret", "a").unwrap();
        assert_eq!([&object["length"], &object["rotations"]], [11, 2]);
    });
}

#[test]
fn a_sensitive_value_is_masked_in_what_a_user_sees() {
    each(&[Feature::Ephemeral, Feature::WriteOnly], |stage| {
        prepare(stage);
        let plan = stage.succeed(&["plan"]);
        stage.apply();
        let shown = stage.succeed(&["show"]);

        for output in [plan, shown] {
            assert!(output.stdout.contains("(sensitive value)"), "{output}");
            assert!(!output.stdout.contains(SENSITIVE), "{output}");
            assert_unseen("the output", &output.to_string());
        }
    });
}
