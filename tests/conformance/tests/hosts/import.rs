//! Objects that exist come under management.

use harness::host::Feature;
use serde_json::{Value, json};

use crate::stage::{Stage, each, resource, thing};

const THING: &str = "conformance_thing.a";

/// Makes a thing in the world that no state knows.
#[track_caller]
fn forgotten(stage: &Stage, configuration: &str, address: &str) {
    stage.applied(configuration);
    stage.succeed(&["state", "rm", address]);
    assert_eq!(stage.state().addresses(), [""; 0]);
}

#[test]
fn an_object_is_imported_by_its_id() {
    each(&[], |stage| {
        forgotten(stage, &thing("size = 2"), THING);
        stage.import(THING, "a");

        assert_eq!(stage.state().attribute(THING, "size"), 2);
        stage.plan().assert_empty();
    });
}

#[test]
fn an_object_is_imported_by_its_identity() {
    let block = "import {\n to = conformance_thing.a\n identity = { name = \"a\" }\n}";
    each(&[Feature::Identity], |stage| {
        forgotten(stage, &thing("size = 2"), THING);
        stage.write("import.tf", block);

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let importing = plan
            .change(THING)
            .json
            .pointer("/change/importing/identity/name");
        assert_eq!(importing, Some(&Value::from("a")));
        assert_eq!(stage.log(), ["create conformance_thing a"]);
        stage.plan().assert_empty();
    });
}

#[test]
fn an_object_is_imported_by_a_block_with_its_id() {
    let counter = "name = \"a\"\nstart = 1\nstep = 2";
    let block = "import {\n to = conformance_counter.a\n id = \"a\"\n}";
    each(&[], |stage| {
        let counter = resource("conformance_counter", counter);
        forgotten(stage, &counter, "conformance_counter.a");
        stage.write("import.tf", block);
        stage.apply();

        stage.plan().assert_empty();
        assert_eq!(stage.log(), ["create conformance_counter a"]);
    });
}

#[test]
fn a_resource_that_cannot_be_imported_says_so() {
    each(&[], |stage| {
        stage.configure(&resource("conformance_legacy_thing", "name = \"a\""));
        let output = stage.run(&["import", "conformance_legacy_thing.a", "a"]);

        assert_eq!(output.code(), Some(1), "{output}");
        let refusal = "`conformance_legacy_thing` cannot be imported";
        assert!(output.stderr.contains(refusal), "{output}");
    });
}

#[test]
fn the_state_remembers_the_identity() {
    each(&[Feature::Identity], |stage| {
        stage.applied(&thing(""));

        let state = stage.state();
        let object = state.object(THING);
        assert_eq!(object["identity"], json!({ "name": "a" }));
        assert_eq!(object["identity_schema_version"], 1);
    });
}

#[test]
fn an_object_that_does_not_exist_cannot_be_imported() {
    each(&[], |stage| {
        stage.configure(&thing(""));
        let output = stage.run(&["import", THING, "a"]);

        assert_eq!(output.code(), Some(1), "{output}");
        assert!(
            output
                .stderr
                .contains("Cannot import non-existent remote object"),
            "{output}"
        );
    });
}

#[test]
fn generated_configuration_of_a_thing_needs_no_change() {
    each(&[], |stage| {
        forgotten(
            stage,
            &thing("size = 2\ntags = { colour = \"blue\" }"),
            THING,
        );
        assert_generated(stage, THING);
    });
}

#[test]
fn generated_configuration_of_everything_needs_no_change() {
    // What is sensitive or write-only is never generated.
    let everything = r#"
        name    = "a"
        enabled = true
        amount  = 15
        level   = "high"
        list    = ["x"]
        set     = [1, 2]
        map     = { on = true }
        rows    = [[{ column = 1, content = null }]]
        single  = { label = "single", set = [{ on = true, texts = ["x"] }] }
        list_of_parts = [{ label = "one" }]
        single_block {
            title = "single"
            inner_block { note = "inside" }
        }
        group_block { note = "always" }
        list_block { title = "first" }
        map_block "label" { title = "by label" }
    "#;
    each(&[], |stage| {
        let address = "conformance_everything.a";
        forgotten(
            stage,
            &resource("conformance_everything", everything),
            address,
        );
        assert_generated(stage, address);
    });
}

/// Fails the test unless the host writes a configuration that describes the object as it is.
#[track_caller]
fn assert_generated(stage: &Stage, address: &str) {
    stage.configure(&format!("import {{\n to = {address}\n id = \"a\"\n}}"));
    let plan = stage.plan_with(&["-generate-config-out=generated.tf"]);
    assert_eq!(plan.change(address).changed(), [""; 0], "{plan}");
    stage.apply();
    stage.plan().assert_empty();
    assert_eq!(stage.log().len(), 1);
}
