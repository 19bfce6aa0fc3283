//! What tier 1 plays, a kubelet does: whoever waits for a pod sees the same of both.
//!
//! The same pod is run by a kubelet, with a container that does what the fate says, and played with
//! that fate. What is compared is everything that is told: the states on the way, the whole status
//! in the end, and the events.

mod seen;

use std::sync::OnceLock;

use harness::cluster::{Cluster, ClusterError, Options, Tool};
use harness::report::OrFail;
use serde_json::{Value, json};

use self::seen::{Until, see};
use crate::support::Stage;
use crate::support::pods::pod;

/// The annotation by which a pod chooses its fate on tier 1.
const FATE: &str = "devcluster.kre.konstellation.io/fate";

/// What differs, as a part of a line, and why that is right.
const KNOWN: [(&str, &str); 2] = [
    (
        ".imageID: ",
        "an image that was loaded is named by itself; one that was pulled, by its registry",
    ),
    (
        "only by a kubelet: step \"Pending\": waiting \"ContainerCreating\"",
        "containers are played at once, unless the pod says how long they take",
    ),
];

/// A cluster of tier 1 that is as small as it can be.
fn played() -> &'static Cluster {
    static PLAYED: OnceLock<Result<Cluster, ClusterError>> = OnceLock::new();
    let start = || {
        let options = Options {
            nodes: 1,
            ..Options::default()
        };
        Cluster::start(Tool::with(&[])?, &options)
    };
    PLAYED
        .get_or_init(start)
        .as_ref()
        .or_fail("no cluster of tier 1")
}

/// Fails unless a pod is told of in the same words by a kubelet and where it is played.
async fn assert_alike(fate: &str, pod: Value, until: Until) {
    let (Some(stage), Some(cluster)) = (Stage::new(fate).await, Cluster::with_containers()) else {
        return;
    };
    let real = see(cluster, &stage, pod.clone(), until).await;
    let mut fated = pod;
    fated["metadata"]["annotations"] = json!({ FATE: fate });
    let stage = Stage::on(played(), fate).await;
    let played = see(played(), &stage, fated, until).await;

    let mut differences = real.differences(&played);
    differences.retain(|it| !KNOWN.iter().any(|(known, _)| it.contains(known)));
    assert!(
        differences.is_empty(),
        "\n{}\nby a kubelet: {:#?}\nplayed: {:#?}",
        differences.join("\n"),
        real.steps,
        played.steps
    );
}

/// Writes the pod that all of these are. It has no token: a busy kubelet may be slow to find what
/// that is mounted with, and says so.
fn greeter(script: &str) -> Value {
    let mut pod = pod("greeter", script);
    pod["spec"]["automountServiceAccountToken"] = false.into();
    pod
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled() {
    let mut pod = greeter("true");
    pod["spec"]["containers"][0]["image"] = "registry.invalid/none:1".into();
    assert_alike(
        "pull-error",
        pod,
        Until::waits("ImagePullBackOff", "BackOff"),
    )
    .await;
}

#[tokio::test]
async fn an_image_that_must_not_be_pulled() {
    let mut pod = greeter("true");
    pod["spec"]["containers"][0]["image"] = "registry.invalid/none:1".into();
    pod["spec"]["containers"][0]["imagePullPolicy"] = "Never".into();
    let until = Until::waits("ErrImageNeverPull", "ErrImageNeverPull");
    assert_alike("pull-error", pod, until).await;
}

#[tokio::test]
async fn a_container_that_fails() {
    let until = Until::waits("CrashLoopBackOff", "BackOff");
    assert_alike("crash-loop", greeter("sleep 1; exit 1"), until).await;
}

#[tokio::test]
async fn a_container_that_ends_without_failing() {
    let until = Until::waits("CrashLoopBackOff", "BackOff");
    assert_alike("exits-zero", greeter("sleep 1"), until).await;
}

#[tokio::test]
async fn a_container_that_takes_too_much_memory() {
    let mut pod = greeter("sleep 1; tail /dev/zero");
    pod["spec"]["containers"][0]["resources"] = json!({ "limits": { "memory": "32Mi" } });
    let until = Until::waits("CrashLoopBackOff", "BackOff");
    assert_alike("oom-killed", pod, until).await;
}

#[tokio::test]
async fn a_volume_that_is_not_there() {
    let mut pod = greeter("sleep 3600");
    let secret = json!({ "secretName": "none" });
    pod["spec"]["volumes"] = json!([{ "name": "secret", "secret": secret }]);
    pod["spec"]["containers"][0]["volumeMounts"] =
        json!([{ "name": "secret", "mountPath": "/secret" }]);
    let until = Until::waits("ContainerCreating", "FailedMount");
    assert_alike("stuck", pod, until).await;
}

#[tokio::test]
async fn a_probe_that_fails() {
    let mut pod = greeter("sleep 3600");
    pod["spec"]["containers"][0]["readinessProbe"] =
        json!({ "tcpSocket": { "port": 8080 }, "periodSeconds": 1 });
    assert_alike("never-ready", pod, Until::runs("Unhealthy")).await;
}
