//! States that older versions wrote, and resources that were of another type.

use harness::host::{Action, Feature};
use serde_json::{Value, json};

use crate::stage::{Stage, each, thing};

const THING: &str = "conformance_thing.a";

/// Rewrites what the state says of the only object.
#[track_caller]
fn rewrite(stage: &Stage, rewrite: impl Fn(&mut Value)) {
    let mut json = stage.state().json;
    rewrite(json.pointer_mut("/resources/0/instances/0").unwrap());
    stage.set_state(&json);
}

/// Puts a state of an older version in the place of the current one.
#[track_caller]
fn assert_upgraded(stage: &Stage, version: u32, attributes: &Value) {
    stage.applied(&thing("size = 3\nlabel = \"Anna\""));
    rewrite(stage, |object| {
        object["schema_version"] = version.into();
        object["attributes"] = attributes.clone();
    });
    // Without a look at the world, the state has nothing but the upgrade.
    stage.plan_with(&["-refresh=false"]).assert_empty();
    stage.apply_with(&["-refresh-only"]);
    let upgraded = stage.state();
    assert_eq!(upgraded.object(THING)["schema_version"], 2);
    let size_and_label = ["size", "label"].map(|name| upgraded.attribute(THING, name));
    assert_eq!(size_and_label, [&json!(3), &json!("Anna")]);
}

#[test]
fn a_state_of_version_0_is_upgraded() {
    let attributes = json!({ "name": "a", "size": "3", "title": "Anna" });
    each(&[], |stage| assert_upgraded(stage, 0, &attributes));
}

#[test]
fn a_state_of_version_1_is_upgraded() {
    let attributes = json!({ "name": "a", "size": "3", "label": "Anna" });
    each(&[], |stage| assert_upgraded(stage, 1, &attributes));
}

#[test]
fn a_state_that_cannot_be_upgraded_says_why() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        rewrite(stage, |object| {
            object["schema_version"] = 1.into();
            object["attributes"] = json!({ "name": "a", "size": "many", "label": null });
        });
        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!(error.summary, "Stored state cannot be upgraded");
        assert_eq!(error.address, THING);
    });
}

#[test]
fn an_identity_of_version_0_is_upgraded() {
    each(&[Feature::Identity], |stage| {
        stage.applied(&thing(""));
        rewrite(stage, |object| {
            object["identity_schema_version"] = 0.into();
            object["identity"] = json!({ "id": "a" });
        });
        stage.plan().assert_empty();
        stage.apply_with(&["-refresh-only"]);

        assert_eq!(
            stage.state().object(THING)["identity"],
            json!({ "name": "a" })
        );
    });
}

#[test]
fn a_legacy_thing_moves_to_a_thing() {
    let legacy =
        "resource \"conformance_legacy_thing\" \"a\" {\n name = \"a\"\n note = \"Anna\"\n}";
    let moved = "moved {\n from = conformance_legacy_thing.a\n to = conformance_thing.a\n}";
    each(&[Feature::MoveAcrossTypes], |stage| {
        stage.applied(legacy);
        stage.configure(&[&thing("label = \"Anna\""), moved].concat());

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let change = plan.change(THING);
        assert_eq!(
            change.previous_address.as_deref(),
            Some("conformance_legacy_thing.a")
        );
        assert_eq!(change.action, Action::NoOp);
        assert_eq!(stage.state().addresses(), [THING]);
        assert_eq!(stage.log(), ["create conformance_thing a"]);
        stage.plan().assert_empty();
    });
}

#[test]
fn what_was_never_a_thing_does_not_move() {
    let other = "resource \"terraform_data\" \"a\" {}";
    let moved = "moved {\n from = terraform_data.a\n to = conformance_thing.a\n}";
    each(&[Feature::MoveAcrossTypes], |stage| {
        stage.applied(other);
        stage.configure(&[&thing(""), moved].concat());

        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert!(error.detail.contains("conformance_thing"), "{error}");
    });
}
