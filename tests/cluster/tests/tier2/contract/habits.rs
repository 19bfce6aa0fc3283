//! How the images fail on a real node (research/kre.md §7.6): hardly ever as one would expect.

use std::thread;
use std::time::{Duration, Instant};

use harness::patience::eventually;
use serde_json::json;

use super::fixture::Fixture;
use super::lone::{DOWNLOADER, Lone, RUNNER, state};
use crate::support::assert_says;
use crate::support::pods::is_ready;

/// What keeps a pod to be looked at.
const KEPT: &str = "devcluster.kre.konstellation.io/kept";

/// Fails unless a node that differs in one variable ends with code 0 and says why.
#[track_caller]
fn completes(name: &str, variable: (&str, Option<&str>), why: &str) {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let node = Lone::create(fixture, name, &[variable]);

    let ended = node.until_restarted(RUNNER);

    assert_eq!(ended, ("Running".to_owned(), json!(["Completed", 0])));
    node.until_said(RUNNER, why);
}

#[test]
fn a_node_without_a_variable_completes_and_is_started_again() {
    completes(
        "variable",
        ("KRT_NATS_STREAM", None),
        "error reading config: the 'KRT_NATS_STREAM' env var is missing",
    );
}

#[test]
fn a_node_without_its_stream_completes_and_is_started_again() {
    completes(
        "stream",
        ("KRT_NATS_STREAM", Some("demo_v1_Nothing")),
        "Error subscribing to NATS subject demo_v1_Greet.hello.stream",
    );
}

#[test]
fn a_node_without_its_bucket_completes_and_is_started_again() {
    completes(
        "bucket",
        ("KRT_NATS_KEY_VALUE_STORE_NODE", Some("key-store_nothing")),
        "BucketNotFoundError",
    );
}

#[test]
fn a_node_without_its_script_completes_and_is_started_again() {
    completes(
        "script",
        ("KRT_HANDLER_PATH", Some("src/nothing")),
        "Error loading handler script src/nothing",
    );
}

#[test]
fn a_version_without_an_archive_fails_before_the_node_starts() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let other = ("KRT_VERSION_ID", Some("nothing"));
    let node = Lone::create(fixture, "archive", &[other]);

    let ended = node.until_restarted(DOWNLOADER);

    assert_eq!(ended, ("Pending".to_owned(), json!(["Error", 1])));
    node.until_said(DOWNLOADER, "file with given parameters not found");
}

#[test]
fn an_entrypoint_without_its_description_finds_a_folder_in_its_place() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    // The mount of the web server makes the folder, when the entrypoint has failed once.
    let entrypoint = Lone::of("entrypoint", fixture, "undescribed", |pod| {
        pod["spec"]["initContainers"] = json!([]);
    });

    let reason = entrypoint.until("it has found the folder", |pod| {
        let ended = &state(pod, "v1")?["lastState"]["terminated"];
        (ended["exitCode"] == 2).then(|| ended["reason"].clone())
    });

    assert_eq!(reason, "Error");
    entrypoint.until_said("v1", "/krt-files/public_input.proto: is a directory");
}

#[test]
fn a_node_ends_when_its_grace_does() {
    const GRACE: Duration = Duration::from_secs(4);
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let node = Lone::create_so(fixture, "stubborn", |pod| {
        pod["spec"]["terminationGracePeriodSeconds"] = GRACE.as_secs().into();
        // Else it is gone before anybody sees how it has ended.
        pod["metadata"]["finalizers"] = json!([KEPT]);
    });
    eventually("it listens", || node.listens().then_some(()).ok_or("no"));
    let place = fixture.stage.place("stubborn");
    let since = Instant::now();

    fixture.stage.objects.delete("Pod", &place);
    let code = node.until("the node has ended", |pod| {
        let ended = &state(pod, RUNNER)?["state"]["terminated"];
        ended["exitCode"].as_u64()
    });

    let took = since.elapsed();
    let release = json!({ "metadata": { "finalizers": null } });
    fixture.stage.objects.change("test", "Pod", &place, release);
    assert!(took >= GRACE, "{took:?}");
    assert_eq!(code, 137);
}

#[test]
fn a_node_without_nats_is_ready_for_ever_and_listens_to_nothing() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let other = ("KRT_NATS_SERVER", Some("nowhere:4222"));
    let node = Lone::create(fixture, "patient", &[other]);
    let ready = |pod: &_| is_ready(pod).then_some(());
    node.until("it is ready", ready);

    thread::sleep(Duration::from_secs(5));

    let restarts = node.until("it is still ready", |pod| {
        is_ready(pod).then(|| state(pod, RUNNER)?["restartCount"].as_u64())
    });
    assert_eq!(restarts, Some(0));
    assert!(!node.listens());
}

#[test]
fn a_node_without_configuration_is_not_created() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let node = Lone::create_so(fixture, "unconfigured", |pod| {
        pod["spec"]["containers"][0]["envFrom"][0]["configMapRef"]["name"] = "nothing".into();
    });

    let message = node.until("it is not created", |pod| {
        let waiting = &state(pod, RUNNER)?["state"]["waiting"];
        let message = waiting["message"].as_str()?;
        (waiting["reason"] == "CreateContainerConfigError").then(|| message.to_owned())
    });

    assert_eq!(message, "configmap \"nothing\" not found");
}

#[test]
fn a_node_without_files_waits_for_them_and_only_an_event_says_so() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let node = Lone::create_so(fixture, "fileless", |pod| {
        let volumes = pod["spec"]["volumes"].as_array_mut().unwrap();
        volumes.retain(|volume| volume["name"] != "version-conf-files");
        let files = json!({ "name": "version-conf-files", "configMap": { "name": "nothing" } });
        volumes.push(files);
    });

    let events = eventually("there is an event", || {
        let mut events = fixture
            .stage
            .objects
            .list("Event", fixture.stage.namespace());
        events.retain(|event| {
            event["involvedObject"]["name"] == "fileless" && event["reason"] == "FailedMount"
        });
        events.pop().ok_or("none")
    });

    assert_says(
        events["message"].as_str().unwrap(),
        "configmap \"nothing\" not found",
    );
    let reason = node.until("it waits", |pod| {
        Some(state(pod, DOWNLOADER)?["state"]["waiting"]["reason"].clone())
    });
    assert_eq!(reason, "PodInitializing");
}
