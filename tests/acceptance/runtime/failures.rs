//! Pods that do not get ready: why, as whoever has to mend it reads it.

use std::time::{Duration, Instant};

use harness::host::Diagnostic;

use super::reports::{DATA, fate, refused, runtime, steady, told};
use crate::cluster::{ClusterStage, on_cluster};

/// Applies what is right after all, and destroys it.
#[track_caller]
fn mended(stage: &ClusterStage) {
    stage.applied(&runtime(stage, &[]));
    stage.plan().assert_empty();
    stage.destroy();
    stage.assert_as_before();
}

#[test]
fn everything_that_keeps_a_new_runtime_from_starting_is_told_at_once() {
    on_cluster(&[], |stage| {
        let image = r#"{ storage = { size = "64Mi" }, image = "registry.invalid/nats:1" }"#;
        let class = r#"{ storage = { size = "64Mi", class = "no-such" } }"#;
        let failed = refused(
            stage,
            &runtime(stage, &[("nats", image), ("mongodb", class)]),
        );
        insta::assert_snapshot!("image_and_class", told(stage, &failed));
        mended(stage);
    });
}

#[test]
fn a_pod_that_fits_nowhere_leads_to_the_attribute_that_keeps_it_away() {
    on_cluster(&[], |stage| {
        let selector = r#"{ storage = { size = "64Mi" }, node_selector = { disk = "fast" } }"#;
        let requests = r#"{
    storage   = { size = "64Mi" }
    resources = { requests = { memory = "9Ti" } }
  }"#;
        let arguments = [("nats", selector), ("mongodb", requests)];
        let failed = refused(stage, &runtime(stage, &arguments));
        insta::assert_snapshot!("unschedulable", told(stage, &failed));
        mended(stage);
    });
}

/// Returns the error that is about MongoDB.
#[track_caller]
fn of_mongodb<'e>(errors: &[&'e Diagnostic]) -> &'e Diagnostic {
    let mut errors = errors.iter();
    let found = errors.find(|error| error.summary.starts_with("MongoDB"));
    found.unwrap()
}

#[test]
fn an_update_whose_containers_keep_ending_says_how_and_shows_their_logs_without_secrets() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[]));
        let secret = stage.place(&format!("{}-mongo", stage.id()));
        let secret = stage.objects.get("Secret", &secret).unwrap();
        let packed = secret["data"]["password"].as_str().unwrap().to_owned();
        let password = stage.console(&format!("base64decode(\"{packed}\")"));
        let password = password.trim_matches('"');
        assert!(password.len() > 5);

        let log = format!("reading data\\nlogin with {password} at a://root:{password}@b failed");
        let crash = fate("crash-loop", &log);
        // Pods roll one after the other: only the second apply finds all of them failing.
        refused(stage, &runtime(stage, &[("annotations", &crash)]));
        let failed = refused(stage, &runtime(stage, &[("annotations", &crash)]));
        let errors = failed.errors();
        let crashed = of_mongodb(&errors);
        assert!(!crashed.detail.contains(password), "{crashed}");
        assert!(!crashed.detail.contains(&packed), "{crashed}");
        let crashed = crashed.to_string().replace(stage.id(), "demo");
        insta::assert_snapshot!("crash_loop", steady(&crashed));

        let exit = (
            "exits-zero",
            "container keeps ending, though it should run on",
            "image",
        );
        let memory = (
            "oom-killed",
            "container runs out of memory",
            "resources.limits.memory",
        );
        for (fate_of_all, cause, attribute) in [exit, memory] {
            let ends = fate(fate_of_all, "that was all");
            let failed = refused(stage, &runtime(stage, &[("annotations", &ends)]));
            for error in failed.errors() {
                assert!(error.summary.ends_with(cause), "{error}");
                let change = format!(".{attribute}` and apply again.");
                assert!(error.detail.contains(&change), "{error}");
                assert!(error.detail.contains("\n  that was all\n"), "{error}");
                assert_eq!(error.code, DATA, "{error}");
            }
        }
        mended(stage);
    });
}

#[test]
fn a_pod_that_never_gets_ready_is_waited_for_until_time_is_up() {
    on_cluster(&[], |stage| {
        let never = fate("never-ready", "still loading");
        let arguments = [
            ("annotations", never.as_str()),
            ("timeouts", r#"{ create = "5s" }"#),
        ];
        let since = Instant::now();
        let failed = refused(stage, &runtime(stage, &arguments));
        assert!(since.elapsed() >= Duration::from_secs(5), "{failed}");
        for error in failed.errors() {
            let id = stage.id();
            assert!(
                error
                    .summary
                    .contains(&format!(" of runtime `{id}` is not ready: ")),
                "{error}"
            );
            let limit = "of waiting; `timeouts.create` says how long everything may take.";
            assert!(error.detail.contains(limit), "{error}");
            assert!(!error.detail.contains("To mend it"), "{error}");
        }
        // It has never been ready, so nothing in it is anybody's.
        stage.destroy();
        stage.assert_as_before();
    });
}
