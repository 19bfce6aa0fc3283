//! KRTs in configurations.

use harness::host::Feature;
use serde_json::json;

use crate::stage::{Stage, each};

pub(crate) const MANIFEST: &str = "\
krtVersion: v2
version: greeter-v1
description: Greets.
entrypoint: {proto: public_input.proto, image: 'konstellation/kre-entrypoint:3.3.6'}
config: {variables: [GREETING]}
workflows:
  - name: greet
    entrypoint: Greet
    exitpoint: hello
    nodes:
      - name: hello
        image: konstellation/kre-py:3.4.1
        src: src/main.py
        subscriptions: [entrypoint]
";

const SOURCE: &str = r#"data "kre_krt" "greeter" { path = "${path.module}/greeter" }"#;

pub(crate) fn put_greeter(stage: &Stage, manifest: &str) {
    stage.put("greeter/krt.yaml", manifest);
    stage.put("greeter/public_input.proto", "syntax = \"proto3\";\n");
    stage.put("greeter/src/main.py", "print('hello')\n");
}

#[test]
fn a_data_source_tells_what_a_directory_holds() {
    each(&[], |stage| {
        put_greeter(stage, MANIFEST);
        stage.applied(SOURCE);

        let state = stage.state();
        let krt = |attribute| state.attribute("data.kre_krt.greeter", attribute);
        assert_eq!(krt("version"), "greeter-v1");
        assert_eq!(krt("config_variables"), &json!(["GREETING"]));
        assert_eq!(
            krt("workflows")["greet"]["nodes"]["hello"]["src"],
            "src/main.py"
        );
        assert_eq!(
            krt("files"),
            &json!(["krt.yaml", "public_input.proto", "src/main.py"])
        );
        assert_eq!(krt("warnings"), &json!([]));
    });
}

#[test]
fn workflows_are_known_while_planning() {
    each(&[], |stage| {
        put_greeter(stage, MANIFEST);
        stage.configure(&format!(
            "{SOURCE}\nresource \"terraform_data\" \"each\" {{
                for_each = data.kre_krt.greeter.workflows
                input    = each.value.exitpoint
            }}"
        ));

        let plan = stage.plan();
        assert_eq!(plan.changes().len(), 1);
        plan.change("terraform_data.each[\"greet\"]");
    });
}

#[test]
fn each_error_of_a_manifest_is_an_error_at_the_path() {
    each(&[], |stage| {
        let manifest = MANIFEST
            .replace("name: greet", "name: Greet It")
            .replace("[entrypoint]", "[nobody]");
        put_greeter(stage, &manifest);
        stage.configure(SOURCE);

        let failed = stage.plan_error();
        let errors = failed.errors();
        let [name, subscription] = errors.as_slice() else {
            panic!("{errors:?}")
        };
        assert_eq!(name.code, "\"${path.module}/greeter\"");
        assert!(name.detail.starts_with("krt.yaml:7:11: "), "{name}");
        assert!(name.detail.contains("call it `greet-it`"), "{name}");
        assert!(subscription.detail.contains("`nobody`"), "{subscription}");
    });
}

#[test]
fn a_path_that_leads_nowhere_is_named() {
    each(&[], |stage| {
        stage.configure(SOURCE);

        let failed = stage.plan_error();
        let error = failed.only_error();
        assert_eq!(error.summary, "Unreadable KRT");
        assert!(error.detail.contains("greeter`: No such file"), "{error}");
    });
}

#[test]
fn a_manifest_is_decoded_and_validated_in_a_configuration() {
    each(&[Feature::Functions], |stage| {
        stage.write("krt.yaml", MANIFEST.replace("Greets.", "''"));
        stage.applied(
            r#"
            locals { text = file("krt.yaml") }
            output "rules" { value = provider::kre::krt_validate(local.text)[*].rule }
            output "method" {
                value = provider::kre::krt_decode(
                    replace(local.text, "description: ''", "description: x")
                ).workflows["greet"].entrypoint
            }
            "#,
        );

        assert_eq!(stage.output("rules"), json!(["field-required"]));
        assert_eq!(stage.output("method"), json!("Greet"));
    });
}

#[test]
fn a_manifest_is_decoded_in_the_console() {
    each(&[Feature::ConsoleFunctions], |stage| {
        stage.write("krt.yaml", MANIFEST);
        stage.configure("");

        let version = stage.console("provider::kre::krt_decode(file(\"krt.yaml\")).version");
        assert_eq!(version, "\"greeter-v1\"");
    });
}
