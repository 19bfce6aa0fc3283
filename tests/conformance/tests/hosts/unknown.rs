//! What is known only after apply: provider settings, and values at any depth.

use harness::host::Action;
use serde_json::json;

use crate::stage::{each, thing};

/// A world whose place is known only after apply.
const LATER_WORLD: &str = r#"
    resource "terraform_data" "directory" { input = "world" }
    provider "conformance" { directory = "${path.root}/${terraform_data.directory.output}" }
"#;

const LATER: &str = r#"resource "terraform_data" "later" { input = "later" }"#;

#[test]
fn a_first_plan_needs_no_known_provider() {
    each(&[], |stage| {
        stage.write("provider.tf", LATER_WORLD);
        stage.configure(&thing("size = 2"));

        let plan = stage.plan();
        stage.apply_plan(&plan);

        assert_eq!(plan.change("conformance_thing.a").after["size"], 2);
        assert_eq!(stage.objects(), ["conformance_thing/a"]);
        stage.plan().assert_empty();
    });
}

#[test]
fn a_later_plan_with_an_unknown_provider_does_not_look_and_says_so() {
    each(&[], |stage| {
        stage.write("provider.tf", LATER_WORLD);
        stage.applied(&thing("size = 2"));
        stage.tamper("conformance_thing", "a", "size", json!(7));

        let replaced = "-replace=terraform_data.directory";
        let plan = stage.plan_with(&[replaced]);
        assert_eq!(plan.change("conformance_thing.a").action, Action::NoOp);
        let outcome = stage.apply_with(&[replaced]);

        let [warning] = outcome.warnings()[..] else {
            panic!("{outcome}")
        };
        assert_eq!(warning.summary, "Object was not looked at");
        assert_eq!(warning.address, "conformance_thing.a");
        assert_eq!(
            stage.plan().change("conformance_thing.a").changed()[1],
            "size"
        );
    });
}

#[test]
fn a_data_source_with_an_unknown_provider_says_what_to_do() {
    each(&[], |stage| {
        stage.write("provider.tf", LATER_WORLD);
        stage.configure("data \"conformance_things\" \"all\" {}");
        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!(error.summary, "The world is not known yet");
        assert_eq!(error.address, "data.conformance_things.all");
    });
}

#[test]
fn values_of_collections_may_be_known_only_after_apply() {
    let everything = r#"
        resource "conformance_everything" "a" {
            name         = "a"
            enabled      = true
            text         = terraform_data.later.output
            anything     = { now = 1, later = terraform_data.later.output }
            list         = ["now", terraform_data.later.output]
            set          = [1, length(terraform_data.later.output)]
            map          = { now = true, later = terraform_data.later.output == "later" }
            map_of_lists = { now = [1], later = [length(terraform_data.later.output)] }
            rows         = [[{ column = 1, content = terraform_data.later.output }]]
            group_block {}
        }
    "#;
    each(&[], |stage| {
        stage.configure(&[LATER, everything].concat());

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change("conformance_everything.a");
        assert_eq!(change.after["list"], json!(["now", null]));
        assert_eq!(change.after["map"], json!({ "now": true }));
        for name in [
            "anything",
            "list",
            "map",
            "map_of_lists",
            "rows",
            "set",
            "text",
        ] {
            assert!(change.is_unknown(name), "{name}");
        }
        let object = stage.object("conformance_everything", "a").unwrap();
        assert_eq!(object["list"], json!(["now", "later"]));
        assert_eq!(object["set"], json!([1, 5]));
        stage.plan().assert_empty();
    });
}

#[test]
fn parts_of_nested_objects_may_be_known_only_after_apply() {
    let everything = r#"
        resource "conformance_everything" "a" {
            name          = "a"
            enabled       = true
            single        = { label = "now", map = { key = { on = terraform_data.later.output == "" } } }
            list_of_parts = [{ label = terraform_data.later.output, size = 2 }]
            set_of_parts  = [{ label = terraform_data.later.output }, { label = "now" }]
            map_of_parts  = { (terraform_data.later.output) = { label = "now" } }
            group_block { note = terraform_data.later.output }
        }
    "#;
    each(&[], |stage| {
        stage.configure(&[LATER, everything].concat());

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change("conformance_everything.a");
        assert_eq!(change.after["list_of_parts"][0]["size"], 2);
        assert_eq!(change.after_unknown["map_of_parts"], true);
        let object = stage.object("conformance_everything", "a").unwrap();
        assert_eq!(object["single"]["map"]["key"]["on"], false);
        assert_eq!(object["map_of_parts"]["later"]["label"], "now");
        stage.plan().assert_empty();
    });
}

#[test]
fn blocks_may_be_known_only_after_apply() {
    let everything = r#"
        resource "conformance_everything" "a" {
            name    = "a"
            enabled = true

            dynamic "single_block" {
                for_each = terraform_data.later.output == "" ? [] : ["known"]
                content { title = single_block.value }
            }
            group_block {}
            dynamic "list_block" {
                for_each = split(",", "${terraform_data.later.output},now")
                content {
                    title = list_block.value
                    dynamic "inner_block" {
                        for_each = [list_block.value]
                        content { note = inner_block.value }
                    }
                }
            }
            dynamic "set_block" {
                for_each = toset(["now", terraform_data.later.output])
                content { title = set_block.value }
            }
            set_block { title = terraform_data.later.output }
            map_block "fixed" { title = terraform_data.later.output }
        }
    "#;
    each(&[], |stage| {
        stage.configure(&[LATER, everything].concat());
        stage.apply();

        let object = stage.object("conformance_everything", "a").unwrap();
        assert_eq!(object["list_block"][0]["inner_block"][0]["note"], "later");
        assert_eq!(object["set_block"].as_array().unwrap().len(), 2);
        assert_eq!(object["single_block"]["title"], "known");
        stage.plan().assert_empty();
    });
}
