//! What goes wrong is told as a kubelet tells it everywhere.

use serde_json::{Value, json};

use crate::support::pods::{container, pod, restarts, status};
use crate::support::{Stage, assert_says};

/// An image that nobody has, in a registry that does not exist.
const NOWHERE: &str = "registry.invalid/none:1";

/// Waits until the container waits for a reason, and returns what is said about it.
#[track_caller]
fn until_waits(stage: &Stage, pod: &str, reason: &str) -> String {
    stage.until(reason, pod, |pod| {
        let waiting = &container(pod)["state"]["waiting"];
        (waiting["reason"] == reason)
            .then(|| waiting["message"].as_str().unwrap_or_default().to_owned())
    })
}

#[tokio::test]
async fn an_image_that_cannot_be_found_is_told_at_once() {
    let Some(stage) = Stage::new("pull").await else {
        return;
    };
    let mut missing = pod("missing", "true");
    missing["spec"]["containers"][0]["image"] = NOWHERE.into();
    stage.create(missing);

    let message = until_waits(&stage, "missing", "ErrImagePull");
    assert_says(
        &message,
        "failed to resolve reference \"registry.invalid/none:1\"",
    );
    assert_says(&message, "no such host");
    let message = until_waits(&stage, "missing", "ImagePullBackOff");
    assert_says(
        &message,
        "Back-off pulling image \"registry.invalid/none:1\"",
    );
}

#[tokio::test]
async fn an_image_that_must_not_be_pulled_is_told() {
    let Some(stage) = Stage::new("never").await else {
        return;
    };
    let mut missing = pod("missing", "true");
    missing["spec"]["containers"][0]["image"] = NOWHERE.into();
    missing["spec"]["containers"][0]["imagePullPolicy"] = "Never".into();
    stage.create(missing);

    assert_eq!(
        until_waits(&stage, "missing", "ErrImageNeverPull"),
        "Container image \"registry.invalid/none:1\" is not present with pull policy of Never"
    );
}

#[tokio::test]
async fn a_container_that_ends_again_and_again_has_to_wait() {
    let Some(stage) = Stage::new("crash").await else {
        return;
    };
    stage.create(pod("crashing", "echo no luck; exit 3"));

    let message = until_waits(&stage, "crashing", "CrashLoopBackOff");
    assert_says(&message, "restarting failed container=app");
    let ended: Value = stage.until("it ended before", "crashing", |pod| {
        let ended = &container(pod)["lastState"]["terminated"];
        (restarts(pod) > 0 && ended.is_object()).then(|| ended.clone())
    });
    assert_eq!(
        (&ended["exitCode"], &ended["reason"]),
        (&json!(3), &json!("Error"))
    );
}

#[tokio::test]
async fn a_container_that_takes_too_much_memory_is_killed() {
    let Some(stage) = Stage::new("memory").await else {
        return;
    };
    let mut greedy = pod("greedy", "tail /dev/zero");
    greedy["spec"]["restartPolicy"] = "Never".into();
    greedy["spec"]["containers"][0]["resources"] = json!({ "limits": { "memory": "32Mi" } });
    stage.create(greedy);

    let ended: Value = stage.until("it ended", "greedy", |pod| {
        let ended = &container(pod)["state"]["terminated"];
        (status(pod)["phase"] == "Failed").then(|| ended.clone())
    });
    assert_eq!(
        (&ended["reason"], &ended["exitCode"]),
        (&json!("OOMKilled"), &json!(137))
    );
}
