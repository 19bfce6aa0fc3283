//! The harness drives real hosts: what acceptance tests rely on, tried with a built-in resource.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use harness::host::{Action, Feature, Host, Position, ProviderUnderTest, Workspace};
use serde_json::{Value, json};

const GREETING: &str = r#"
    variable "text" { default = "hello" }
    resource "terraform_data" "greeting" { input = var.text }
    output "greeting" { value = terraform_data.greeting.output }
"#;

fn each(test: impl Fn(Workspace) + Sync) {
    Host::each(&[], |host| test(Workspace::bare(host)));
}

#[test]
fn a_host_is_what_it_says_of_itself() {
    each(|workspace| {
        let said = workspace.succeed(&["version"]).stdout;

        let host = workspace.host();
        let expected = format!("{} v{}", host.product, host.version);
        assert_eq!(said.lines().next(), Some(expected.as_str()));
    });
}

#[test]
fn a_first_plan_creates() {
    each(|workspace| {
        workspace.write("main.tf", GREETING);

        let plan = workspace.plan();

        let change = plan.change("terraform_data.greeting");
        assert_eq!(change.action, Action::Create);
        assert_eq!(change.before, Value::Null);
        assert_eq!(
            change.after,
            json!({ "input": "hello", "triggers_replace": null })
        );
        assert!(change.is_unknown("id") && !change.is_unknown("input"));
        assert_eq!(plan.changes(), [change]);
    });
}

#[test]
fn a_plan_after_apply_is_empty() {
    each(|workspace| {
        workspace.write("main.tf", GREETING);
        workspace.apply();

        let plan = workspace.plan();

        plan.assert_empty();
        assert_eq!(plan.change("terraform_data.greeting").action, Action::NoOp);
        assert_eq!(workspace.output("greeting"), "hello");
    });
}

#[test]
fn a_plan_is_applied_as_it_was_made() {
    each(|workspace| {
        workspace.write("main.tf", GREETING);
        let plan = workspace.plan_with(&["-var=text=bye"]);
        workspace.apply_plan(&plan);

        assert_eq!(workspace.output("greeting"), "bye");
    });
}

#[test]
fn a_changed_trigger_replaces() {
    each(|workspace| {
        let resource = |trigger| {
            format!("resource \"terraform_data\" \"a\" {{ triggers_replace = {trigger} }}")
        };
        workspace.write("main.tf", resource(1));
        workspace.apply();
        workspace.write("main.tf", resource(2));

        let plan = workspace.plan();

        let change = plan.change("terraform_data.a");
        assert!(change.action.replaces());
        assert_eq!(change.replace_paths, json!([["triggers_replace"]]));
        assert_eq!(
            change.reason.as_deref(),
            Some("replace_because_cannot_update")
        );
    });
}

#[test]
fn an_asked_for_replacement_is_a_change() {
    each(|workspace| {
        workspace.write("main.tf", GREETING);
        workspace.apply();

        let plan = workspace.plan_with(&["-replace=terraform_data.greeting"]);

        assert_eq!(
            plan.change("terraform_data.greeting").action,
            Action::DeleteThenCreate
        );
    });
}

#[test]
fn destroy_leaves_nothing() {
    each(|workspace| {
        workspace.write("main.tf", GREETING);
        workspace.apply();
        assert_eq!(workspace.state().addresses(), ["terraform_data.greeting"]);

        workspace.destroy();

        assert_eq!(workspace.state().addresses(), [""; 0]);
    });
}

#[test]
fn a_state_can_be_put_back() {
    each(|workspace| {
        workspace.write("main.tf", GREETING);
        workspace.apply();
        let before = workspace.state();
        workspace.destroy();

        workspace.set_state(&before.json);

        workspace.plan().assert_empty();
        let shown = workspace.shown_state();
        let id = shown.pointer("/values/root_module/resources/0/values/id");
        assert_eq!(id, Some(before.attribute("terraform_data.greeting", "id")));
    });
}

#[test]
fn an_object_can_be_imported() {
    each(|workspace| {
        workspace.write("main.tf", "resource \"terraform_data\" \"a\" {}");

        workspace.import("terraform_data.a", "some-id");

        assert_eq!(
            workspace.state().attribute("terraform_data.a", "id"),
            "some-id"
        );
        workspace.plan().assert_empty();
    });
}

#[test]
fn a_mistake_is_reported_with_its_place() {
    each(|workspace| {
        workspace.write(
            "main.tf",
            "resource \"terraform_data\" \"a\" {\n  colour = \"red\"\n}\n",
        );

        let diagnostics = workspace.validate_json();

        let [diagnostic] = diagnostics.as_slice() else {
            panic!("one diagnostic was expected: {diagnostics:?}");
        };
        assert_eq!(diagnostic.summary, "Unsupported argument");
        assert_eq!(diagnostic.code, "colour");
        let range = diagnostic.range.as_ref().unwrap();
        assert_eq!(range.file, "main.tf");
        assert_eq!(range.start, Position { line: 2, column: 3 });
    });
}

#[test]
fn a_plan_that_fails_says_why() {
    each(|workspace| {
        workspace.write(
            "main.tf",
            "output \"a\" {\n  value = tonumber(\"many\")\n}\n",
        );

        let error = workspace.plan_error();

        assert_eq!(error.only_error().summary, "Invalid function argument");
        assert_eq!(error.only_error().code, "many");
    });
}

#[test]
fn an_apply_that_fails_leaves_the_resource_tainted() {
    each(|workspace| {
        workspace.write(
            "main.tf",
            r#"resource "terraform_data" "a" {
                 provisioner "local-exec" { command = "exit 3" }
               }"#,
        );

        let error = workspace.apply_error();

        assert_eq!(error.only_error().summary, "local-exec provisioner error");
        assert!(workspace.state().is_tainted("terraform_data.a"));
    });
}

#[test]
fn the_console_evaluates_expressions() {
    each(|workspace| {
        assert_eq!(workspace.console("upper(\"hello\")"), "\"HELLO\"");
    });
}

#[test]
fn an_interrupted_apply_ends_soon_and_saves_the_state() {
    each(|workspace| {
        workspace.write(
            "main.tf",
            r#"resource "terraform_data" "a" {}
               resource "terraform_data" "b" {
                 input = terraform_data.a.id
                 provisioner "local-exec" { command = "touch started; exec sleep 60" }
               }"#,
        );
        let started = workspace.folder().join("started");
        let since = Instant::now();

        let outcome = workspace.apply_interrupted(|| started.exists());

        outcome.assert_failure();
        assert!(since.elapsed() < Duration::from_secs(30), "{outcome}");
        assert!(workspace.state().find("terraform_data.a").is_some());
        assert_eq!(workspace.processes(), [0; 0]);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn what_still_runs_in_a_workspace_is_seen_and_ends_with_it() {
    each(|workspace| {
        workspace.write(
            "main.tf",
            r#"resource "terraform_data" "a" {
                 provisioner "local-exec" { command = "sleep 61 > /dev/null 2>&1 &" }
               }"#,
        );
        workspace.apply();

        let ids = workspace.processes();
        assert_eq!(ids.len(), 1);

        drop(workspace);
        let process = format!("/proc/{}/cwd", ids[0]);
        let since = Instant::now();
        while fs::read_link(&process).is_ok() && since.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(fs::read_link(&process).is_err());
    });
}

#[test]
fn a_command_sees_only_the_environment_that_it_was_given() {
    each(|mut workspace| {
        workspace.set_variable("GREETING", "hello");
        workspace.write(
            "main.tf",
            r#"resource "terraform_data" "a" {
                 provisioner "local-exec" { command = "env > environment" }
               }"#,
        );

        workspace.apply();

        let environment = fs::read_to_string(workspace.folder().join("environment")).unwrap();
        assert!(
            environment.lines().any(|line| line == "GREETING=hello"),
            "{environment}"
        );
        assert!(!environment.contains("CARGO"), "{environment}");
    });
}

#[test]
fn a_provider_is_started_from_where_it_was_built() {
    Host::each(&[], |host| {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("built");
        fs::write(&binary, "#!/bin/sh\necho \"$0\" > started\nexit 1\n").unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        let workspace = Workspace::new(
            host,
            &ProviderUnderTest {
                name: "sample".to_owned(),
                address: "kre/sample".to_owned(),
                binary,
            },
        );
        workspace.write(
            "main.tf",
            r#"terraform {
                 required_providers { sample = { source = "kre/sample" } }
               }
               resource "sample_thing" "a" {}"#,
        );

        workspace.plan_error();

        let started = fs::read_to_string(workspace.folder().join("started")).unwrap();
        assert!(
            started.trim_end().ends_with("/terraform-provider-sample"),
            "{started}"
        );
    });
}

#[test]
fn a_host_without_a_feature_is_skipped() {
    Host::each(&[Feature::Functions, Feature::PlannedPrivate], |host| {
        assert!(host.supports(Feature::PlannedPrivate));
    });
}
