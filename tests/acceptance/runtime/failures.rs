//! Pods that do not get ready: why, as whoever has to mend it reads it.

use harness::host::Diagnostic;

use super::reports::{fate, refused, runtime, told};
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
        let failed = refused(stage, &runtime(stage, &[("annotations", &crash)]));
        let errors = failed.errors();
        assert_eq!(errors.len(), 2, "{failed}");
        let crashed = of_mongodb(&errors);
        assert!(!crashed.detail.contains(password), "{crashed}");
        assert!(!crashed.detail.contains(&packed), "{crashed}");
        let crashed = crashed.to_string().replace(stage.id(), "demo");
        insta::assert_snapshot!("crash_loop", super::reports::steady(&crashed));

        for (fate_of_all, name) in [("exits-zero", "exits_zero"), ("oom-killed", "oom_killed")] {
            let ends = fate(fate_of_all, "that was all");
            let failed = refused(stage, &runtime(stage, &[("annotations", &ends)]));
            insta::assert_snapshot!(name, told(stage, &failed));
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
        let failed = refused(stage, &runtime(stage, &arguments));
        insta::assert_snapshot!("never_ready", told(stage, &failed));
        // It has never been ready, so nothing in it is anybody's.
        stage.destroy();
        stage.assert_as_before();
    });
}
