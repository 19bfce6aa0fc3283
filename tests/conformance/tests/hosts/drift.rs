//! Changes behind the provider's back are seen, shown and mended.

use harness::host::{Action, Plan};
use serde_json::json;

use crate::stage::{each, resource, thing};

const THING: &str = "conformance_thing.a";

/// What has happened to the thing, according to a plan.
#[track_caller]
fn drifted(plan: &Plan) -> &harness::host::Change {
    let mut drift = plan.drift().iter();
    drift.find(|change| change.address == THING).unwrap()
}

#[test]
fn a_changed_object_is_changed_back() {
    each(&[], |stage| {
        stage.applied(&thing("size = 2"));
        stage.tamper("conformance_thing", "a", "size", json!(7));

        let plan = stage.plan();
        stage.apply_plan(&plan);

        assert_eq!(drifted(&plan).changed(), ["size"]);
        let change = plan.change(THING);
        assert_eq!(change.action, Action::Update);
        assert_eq!([&change.before["size"], &change.after["size"]], [7, 2]);
        assert_eq!(stage.object("conformance_thing", "a").unwrap()["size"], 2);
        stage.plan().assert_empty();
    });
}

#[test]
fn a_removed_object_is_made_again() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        stage.remove_object("conformance_thing", "a");

        let plan = stage.plan();
        stage.apply_plan(&plan);

        assert_eq!(drifted(&plan).action, Action::Delete);
        assert_eq!(plan.change(THING).action, Action::Create);
        stage.plan().assert_empty();
    });
}

#[test]
fn a_change_of_what_nobody_configured_is_taken_over() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        stage.tamper("conformance_thing", "a", "generation", json!(5));

        let seen = stage.plan_with(&["-refresh-only"]);
        assert_eq!(drifted(&seen).changed(), ["generation"]);
        stage.plan().assert_empty();
        stage.apply();
        assert_eq!(stage.state().attribute(THING, "generation"), 5);
    });
}

#[test]
fn an_equivalent_text_is_no_drift() {
    each(&[], |stage| {
        let body = "name = \"a\"\nenabled = true\nhostname = \"Example.com\"\ngroup_block {}";
        stage.applied(&resource("conformance_everything", body));
        stage.tamper(
            "conformance_everything",
            "a",
            "hostname",
            json!("EXAMPLE.COM"),
        );

        assert_eq!(stage.plan_with(&["-refresh-only"]).drift(), []);
        stage.plan().assert_empty();
    });
}

#[test]
fn an_object_that_is_gone_already_can_be_destroyed() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        stage.remove_object("conformance_thing", "a");
        stage.destroy();

        assert_eq!(stage.state().addresses(), [""; 0]);
    });
}

#[test]
fn a_remark_while_looking_is_a_warning_of_the_plan() {
    each(&[], |stage| {
        stage.applied(&thing("fail = \"read-warning\""));

        let outcome = stage.apply();

        let [warning] = outcome.warnings()[..] else {
            panic!("{outcome}")
        };
        assert_eq!(warning.summary, "The thing was looked at");
        assert_eq!(
            [&*warning.address, &*warning.code],
            [THING, "\"read-warning\""]
        );
    });
}

#[test]
fn an_unreadable_object_is_an_error_that_names_it() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        stage.tamper("conformance_thing", "a", "size", json!("many"));

        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!(error.summary, "conformance_thing `a` cannot be read");
        assert_eq!(error.address, THING);
    });
}
