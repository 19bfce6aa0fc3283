//! The life of a resource: create, update, replace, destroy.

use harness::host::Action;
use serde_json::json;

use crate::stage::{each, resource, thing};

#[test]
fn a_plan_after_apply_is_empty() {
    each(&[], |stage| {
        stage.applied(&thing("size = 2"));

        stage.plan().assert_empty();
        assert_eq!(stage.log(), ["create conformance_thing a"]);
    });
}

#[test]
fn a_first_plan_shows_defaults_and_what_is_known() {
    each(&[], |stage| {
        stage.configure(&thing(""));

        let plan = stage.plan();

        let change = plan.change("conformance_thing.a");
        assert_eq!(change.action, Action::Create);
        assert_eq!(
            [&change.after["id"], &change.after["size"]],
            [&json!("a"), &json!(1)]
        );
        assert!(change.is_unknown("generation") && change.is_unknown("status"));
        assert_eq!(stage.objects(), [""; 0]);
    });
}

#[test]
fn a_changed_attribute_is_updated_in_place() {
    each(&[], |stage| {
        stage.applied(&thing("size = 2"));
        stage.configure(&thing("size = 3"));

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change("conformance_thing.a");
        assert_eq!(change.action, Action::Update);
        assert_eq!(change.changed(), ["generation", "size", "status"]);
        assert_eq!(stage.object("conformance_thing", "a").unwrap()["size"], 3);
        stage.plan().assert_empty();
    });
}

#[test]
fn a_removed_attribute_goes_back_to_its_default() {
    each(&[], |stage| {
        stage.applied(&thing("size = 2\nlabel = \"Anna\""));
        stage.applied(&thing(""));

        let object = stage.object("conformance_thing", "a").unwrap();
        assert_eq!(
            [&object["size"], &object["label"]],
            [&json!(1), &json!(null)]
        );
        stage.plan().assert_empty();
    });
}

#[test]
fn a_changed_name_replaces() {
    each(&[], |stage| {
        stage.applied(&resource("conformance_thing", "name = \"old\""));
        stage.configure(&resource("conformance_thing", "name = \"new\""));

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change("conformance_thing.a");
        assert_eq!(change.action, Action::DeleteThenCreate);
        assert_eq!(change.replace_paths, json!([["name"]]));
        assert_eq!(
            change.reason.as_deref(),
            Some("replace_because_cannot_update")
        );
        let log = [
            "create conformance_thing old",
            "delete conformance_thing old",
            "create conformance_thing new",
        ];
        assert_eq!(stage.log(), log);
        stage.plan().assert_empty();
    });
}

#[test]
fn create_before_destroy_creates_before_it_destroys() {
    let counter = |start| {
        let lifecycle = "lifecycle { create_before_destroy = true }";
        resource(
            "conformance_counter",
            &format!("start = {start}\nstep = 1\n{lifecycle}"),
        )
    };
    each(&[], |stage| {
        stage.applied(&counter(1));
        stage.configure(&counter(2));

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change("conformance_counter.a");
        assert_eq!(change.action, Action::CreateThenDelete);
        assert!(change.is_unknown("name"));
        let log = [
            "create conformance_counter conformance-1",
            "create conformance_counter conformance-2",
            "delete conformance_counter conformance-1",
        ];
        assert_eq!(stage.log(), log);
        stage.plan().assert_empty();
    });
}

#[test]
fn a_removed_resource_is_destroyed() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        stage.applied("");

        assert_eq!(stage.objects(), [""; 0]);
        assert_eq!(stage.state().addresses(), [""; 0]);
    });
}

#[test]
fn a_data_source_that_depends_on_a_change_is_read_while_applying() {
    let with_data = |size| {
        let data = r#"
            data "conformance_thing" "a" {
                name       = "a"
                depends_on = [conformance_thing.a]
            }
            output "size" { value = data.conformance_thing.a.size }
        "#;
        [&thing(&format!("size = {size}")), data].concat()
    };
    each(&[], |stage| {
        stage.applied(&with_data(2));
        assert_eq!(stage.output("size"), 2);
        stage.applied(&with_data(3));
        assert_eq!(stage.output("size"), 3);
        stage.plan().assert_empty();
    });
}

#[test]
fn instances_may_be_named_after_what_the_provider_plans() {
    let configuration = r#"
        resource "conformance_thing" "first" { name = "first" }
        resource "conformance_thing" "next" {
            for_each = toset([conformance_thing.first.id])
            name     = "after-${each.key}"
        }
    "#;
    each(&[], |stage| {
        stage.applied(configuration);

        let objects = ["conformance_thing/after-first", "conformance_thing/first"];
        assert_eq!(stage.objects(), objects);
        stage.plan().assert_empty();
    });
}
