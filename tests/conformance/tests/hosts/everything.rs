//! Every attribute at once: what is written is what is found again.

use harness::host::{Action, Feature};
use serde_json::json;

use crate::stage::{each, resource};

const EVERYTHING: &str = "conformance_everything.a";
const EXAMPLE: &str = include_str!("../../examples/resources/conformance_everything/resource.tf");

#[test]
fn the_example_sets_every_attribute_that_can_be_set() {
    each(&[Feature::WriteOnly], |stage| {
        stage.configure(EXAMPLE);
        let plan = stage.plan();

        let change = plan.change(EVERYTHING);
        let attributes = change.after.as_object().unwrap().iter();
        let unset = attributes.filter(|(_, value)| value.is_null());
        let unset: Vec<_> = unset.map(|(name, _)| name).collect();
        // What is write-only is in no plan, and what is deprecated in no example.
        assert_eq!(unset, ["outdated", "secret_wo"]);
    });
}

#[test]
fn a_plan_after_apply_is_empty() {
    each(&[Feature::WriteOnly], |stage| {
        stage.applied(EXAMPLE);

        stage.plan().assert_empty();
        assert_eq!(stage.plan_with(&["-refresh-only"]).drift(), []);
    });
}

#[test]
fn what_the_provider_chose_stays() {
    let body = |text| format!("name = \"a\"\nenabled = true\ntext = \"{text}\"\ngroup_block {{}}");
    each(&[], |stage| {
        stage.applied(&resource("conformance_everything", &body("old")));
        stage.configure(&resource("conformance_everything", &body("new")));

        let plan = stage.plan();

        let change = plan.change(EVERYTHING);
        assert_eq!(change.action, Action::Update);
        assert_eq!(change.after["address"], "chosen");
        assert!(change.is_unknown("choice"));
    });
}

#[test]
fn another_spelling_is_no_change() {
    let body = |hostname, document| {
        let given = format!("hostname = {hostname}\ndocument = {document}");
        let body = format!("name = \"a\"\nenabled = true\n{given}\ngroup_block {{}}");
        resource("conformance_everything", &body)
    };
    each(&[], |stage| {
        stage.applied(&body("\"example.com\"", "jsonencode({ a = 1, b = 2 })"));
        stage.configure(&body(
            "\"Example.COM\"",
            "\"{ \\\"b\\\": 2, \\\"a\\\": 1 }\"",
        ));
        stage.plan().assert_empty();
    });
}

#[test]
fn a_value_that_cannot_change_is_refused_with_the_way_round() {
    let body =
        |frozen| format!("name = \"a\"\nenabled = true\nfrozen = \"{frozen}\"\ngroup_block {{}}");
    each(&[], |stage| {
        stage.applied(&resource("conformance_everything", &body("old")));
        stage.configure(&resource("conformance_everything", &body("new")));
        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!([&*error.address, &*error.code], [EVERYTHING, "\"new\""]);
        assert!(
            error.detail.contains("Create another object instead."),
            "{error}"
        );
    });
}

#[test]
fn a_value_inside_an_object_may_replace() {
    let body = |zone| {
        let parts = format!("list_of_parts = [{{ label = \"a\", zone = \"{zone}\" }}]");
        format!("name = \"a\"\nenabled = true\n{parts}\ngroup_block {{}}")
    };
    each(&[], |stage| {
        stage.applied(&resource("conformance_everything", &body("here")));
        stage.configure(&resource("conformance_everything", &body("there")));

        let plan = stage.plan();

        let change = plan.change(EVERYTHING);
        assert!(change.action.replaces());
        assert_eq!(change.replace_paths, json!([["list_of_parts", 0, "zone"]]));
    });
}

#[test]
fn a_number_keeps_all_its_digits() {
    let exact = "123456789012345678901234567890.123456789";
    let body = format!("name = \"a\"\nenabled = true\nexact = {exact}\ngroup_block {{}}");
    each(&[], |stage| {
        stage.applied(&resource("conformance_everything", &body));

        stage.plan().assert_empty();
        assert_eq!(
            stage.console(&format!("{EVERYTHING}.exact == {exact}")),
            "true"
        );
    });
}

#[test]
fn an_empty_collection_is_not_null() {
    let body =
        "name = \"a\"\nenabled = true\nlist = []\nmap = {}\nlist_of_parts = []\ngroup_block {}";
    each(&[], |stage| {
        stage.applied(&resource("conformance_everything", body));

        let state = stage.state();
        let values = ["list", "map", "list_of_parts", "set"];
        let values = values.map(|name| state.attribute(EVERYTHING, name));
        assert_eq!(values, [&json!([]), &json!({}), &json!([]), &json!(null)]);
        stage.plan().assert_empty();
    });
}
