//! Operations that fail, half-way or wholly, and users who interrupt them.

use std::time::Duration;

use harness::host::{Action, Outcome};

use crate::stage::{Stage, each, thing};

const THING: &str = "conformance_thing.a";

fn failing(fail: &str, attributes: &str) -> String {
    thing(&format!("fail = \"{fail}\"\n{attributes}"))
}

/// The failure that was asked for, at the attribute that asked for it.
#[track_caller]
fn assert_on_demand(outcome: &Outcome, fail: &str) {
    let error = outcome.only_error();
    assert_eq!(error.summary, "The operation failed");
    assert_eq!(error.address, THING);
    assert_eq!(error.code, format!("\"{fail}\""));
}

fn status(stage: &Stage) -> String {
    let object = stage.object("conformance_thing", "a").unwrap();
    object["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_creation_that_fails_at_once_leaves_nothing() {
    each(&[], |stage| {
        stage.configure(&failing("create-before", ""));
        assert_on_demand(&stage.apply_error(), "create-before");

        assert_eq!(stage.state().find(THING), None);
        assert_eq!(stage.objects(), [""; 0]);
    });
}

#[test]
fn a_creation_that_fails_half_way_is_kept_and_tainted() {
    each(&[], |stage| {
        stage.configure(&failing("create-half", ""));
        assert_on_demand(&stage.apply_error(), "create-half");

        assert!(stage.state().is_tainted(THING));
        assert_eq!(stage.objects(), ["conformance_thing/a"]);
        stage.configure(&thing(""));
        let plan = stage.plan();
        let change = plan.change(THING);
        assert_eq!(change.action, Action::DeleteThenCreate);
        assert_eq!(change.reason.as_deref(), Some("replace_because_tainted"));
        stage.apply_plan(&plan);
        assert_eq!(status(stage), "ready");
        stage.plan().assert_empty();
    });
}

#[test]
fn an_update_that_fails_at_once_is_planned_again() {
    each(&[], |stage| {
        stage.applied(&thing("size = 1"));
        stage.configure(&failing("update-before", "size = 2"));
        assert_on_demand(&stage.apply_error(), "update-before");

        assert_eq!(stage.state().attribute(THING, "size"), 1);
        assert!(!stage.state().is_tainted(THING));
        assert!(stage.plan().change(THING).changed().contains(&"size"));
    });
}

#[test]
fn an_update_that_fails_half_way_is_finished_by_the_next_apply() {
    each(&[], |stage| {
        stage.applied(&thing("size = 1"));
        stage.configure(&failing("update-half", "size = 2"));
        assert_on_demand(&stage.apply_error(), "update-half");

        // The state holds everything that was wanted: only private state knows that it is not so.
        assert_eq!(stage.state().attribute(THING, "size"), 2);
        assert!(!stage.state().is_tainted(THING));
        let plan = stage.plan();
        assert_eq!(plan.change(THING).changed(), ["generation", "status"]);
        stage.apply_plan(&plan);
        assert_eq!(status(stage), "ready");
        stage.plan().assert_empty();
    });
}

#[test]
fn a_failed_removal_keeps_the_object() {
    each(&[], |stage| {
        stage.applied(&failing("delete", ""));
        let outcome = stage.try_apply(&["-destroy"]);

        // Hosts say neither which object nor which attribute a removal failed for.
        outcome.assert_failure();
        assert_eq!(outcome.only_error().summary, "The operation failed");
        assert_eq!(stage.objects(), ["conformance_thing/a"]);
        assert_eq!(stage.state().addresses(), [THING]);
    });
}

#[test]
fn a_refused_plan_points_at_the_cause() {
    each(&[], |stage| {
        stage.configure(&failing("plan", ""));
        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!(
            [&*error.summary, &*error.code],
            ["The plan failed", "\"plan\""]
        );
        assert_eq!(error.address, THING);
    });
}

#[test]
fn a_mistake_in_the_provider_is_an_error_like_any_other() {
    each(&[], |stage| {
        let healthy = "resource \"conformance_thing\" \"b\" { name = \"b\" }";
        stage.configure(&[&failing("panic", ""), healthy].concat());
        let outcome = stage.apply_error();

        let error = outcome.only_error();
        assert_eq!(error.address, THING);
        assert!(error.detail.starts_with("an operation panicked"), "{error}");
        assert_eq!(stage.objects(), ["conformance_thing/b"]);
        // It may exist by now: the state knows of it, so that a destroy finds it.
        assert!(stage.state().is_tainted(THING));
        stage.destroy();
        assert_eq!(stage.objects(), [""; 0]);
    });
}

#[test]
fn a_protected_thing_is_refused_when_its_destruction_is_planned() {
    each(&[], |stage| {
        stage.applied(&thing("protected = true"));
        let outcome = stage.try_apply(&["-destroy"]);

        outcome.assert_failure();
        let error = outcome.only_error();
        assert_eq!(error.summary, "The thing is protected");
        assert_eq!(error.code, "true");
        assert_eq!(stage.log(), ["create conformance_thing a"]);
        stage.applied(&thing("protected = false"));
        stage.destroy();
        assert_eq!(stage.objects(), [""; 0]);
    });
}

#[test]
fn an_interrupted_creation_is_kept_and_what_depends_on_it_is_not_begun() {
    let configuration = |delay| {
        let next = r#"
            resource "conformance_thing" "next" {
                name  = "next"
                label = conformance_thing.a.status
            }
        "#;
        [&thing(&format!("delay = {delay}")), next].concat()
    };
    each(&[], |stage| {
        stage.configure(&configuration(3_600));
        let outcome = stage.apply_interrupted(|| !stage.log().is_empty());

        outcome.assert_failure();
        let summaries: Vec<_> = outcome
            .errors()
            .into_iter()
            .map(|error| error.summary.as_str())
            .collect();
        assert!(summaries.contains(&"Stopped"), "{outcome}");
        assert!(outcome.output.took < Duration::from_mins(1));
        assert!(stage.state().is_tainted(THING));
        assert_eq!(stage.log(), ["create conformance_thing a"]);
        stage.applied(&configuration(0));
        stage.plan().assert_empty();
    });
}

#[test]
fn an_interrupted_update_is_finished_by_the_next_apply() {
    each(&[], |stage| {
        stage.applied(&thing(""));
        stage.configure(&thing("size = 2\ndelay = 3600"));
        stage
            .apply_interrupted(|| stage.log().len() == 2)
            .assert_failure();

        assert!(!stage.state().is_tainted(THING));
        assert_eq!(status(stage), "unfinished");
        stage.configure(&thing("size = 2"));
        stage.apply();
        assert_eq!(status(stage), "ready");
        stage.plan().assert_empty();
    });
}
