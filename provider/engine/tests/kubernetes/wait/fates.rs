//! Pods that will never be ready.

use kre_engine::wait::Cause;
use serde_json::json;
use tokio::time::Instant;

use super::stage::{FAIL_FAST, PREFIX, Stage, check, fated, patience};

#[tokio::test]
async fn an_image_that_cannot_be_pulled_ends_the_wait() {
    let stage = Stage::new("pull").await;
    let workload = stage.stateful(1, &fated("pull-error")).await;
    let since = Instant::now();

    let report = stage.hopeless(&workload).await;

    assert!(since.elapsed() >= FAIL_FAST);
    let chain = "StatefulSet greeter → pod greeter-0 → container app: image cannot be pulled: ";
    check(
        &report,
        Cause::ImagePull,
        &[chain, "registry.example/app:1"],
    );
    assert_eq!(report.component.as_deref(), Some("greeting"));
    assert_eq!(report.log, [""; 0]);
}

#[tokio::test]
async fn a_registry_that_does_not_exist_ends_the_wait() {
    let stage = Stage::new("registry").await;
    let mut pod = super::stage::pod();
    pod["spec"]["containers"][0]["image"] = json!("registry.invalid/app:1");
    let workload = stage.deployment(2, &pod).await;

    let report = stage.hopeless(&workload).await;

    check(
        &report,
        Cause::ImagePull,
        &["no such host", "Deployment greeter → pod greeter-"],
    );
}

#[tokio::test]
async fn an_image_that_must_not_be_pulled_ends_the_wait() {
    let stage = Stage::new("never").await;
    let mut pod = fated("pull-error");
    pod["spec"]["containers"][0]["imagePullPolicy"] = json!("Never");
    let workload = stage.stateful(1, &pod).await;

    let report = stage.hopeless(&workload).await;

    check(
        &report,
        Cause::ImagePull,
        &["is not present with pull policy of Never"],
    );
}

#[tokio::test]
async fn a_crash_loop_ends_the_wait_with_its_log() {
    let stage = Stage::new("crash").await;
    let workload = stage.deployment(1, &fated("crash-loop")).await;

    let report = stage.hopeless(&workload).await;

    check(
        &report,
        Cause::Crash,
        &["container app: container keeps failing: exit code 1"],
    );
    assert!(
        report
            .log
            .iter()
            .any(|line| line.contains("greeter cannot go on")),
        "{:?}",
        report.log
    );
}

#[tokio::test]
async fn a_crash_loop_that_nobody_probes_is_not_taken_for_ready_twice() {
    let stage = Stage::new("unprobed").await;
    let mut pod = fated("crash-loop");
    pod["spec"]["containers"][0]["readinessProbe"] = json!(null);
    let workload = stage.deployment(1, &pod).await;
    let mut patience = patience(60);
    patience.settle = std::time::Duration::from_secs(2);

    let failure = stage.wait_for(&workload, &patience).await.unwrap_err();

    assert!(
        failure.to_string().contains("container keeps failing"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_container_that_ends_well_again_and_again_ends_the_wait() {
    let stage = Stage::new("exit").await;
    let workload = stage.stateful(1, &fated("exits-zero")).await;

    let report = stage.hopeless(&workload).await;

    check(&report, Cause::Exit, &["exit code 0, started again"]);
}

#[tokio::test]
async fn a_container_out_of_memory_ends_the_wait_with_its_limit() {
    let stage = Stage::new("memory").await;
    let mut pod = fated("oom-killed");
    pod["spec"]["containers"][0]["resources"] = json!({ "limits": { "memory": "64Mi" } });
    let workload = stage.stateful(1, &pod).await;

    let report = stage.hopeless(&workload).await;

    check(
        &report,
        Cause::Memory,
        &["exit code 137 (OOMKilled), limit 64Mi"],
    );
}

#[tokio::test]
async fn a_volume_that_cannot_be_mounted_ends_the_wait() {
    let stage = Stage::new("mount").await;
    let mut pod = fated("stuck");
    pod["spec"]["volumes"] = json!([{ "name": "v", "secret": { "secretName": "absent" } }]);
    let workload = stage.stateful(1, &pod).await;

    let report = stage.hopeless(&workload).await;

    check(
        &report,
        Cause::Mount,
        &[
            "volume cannot be mounted: MountVolume.SetUp failed for volume",
            "secret \"absent\" not found",
        ],
    );
}

#[tokio::test]
async fn a_container_that_is_never_ready_is_waited_for_until_the_end() {
    let stage = Stage::new("unready").await;
    let workload = stage.stateful(1, &fated("never-ready")).await;

    let report = stage.timed_out(&workload, 5).await;

    check(
        &report,
        Cause::Unready,
        &["container app: it runs, but its probe does not succeed: Readiness probe failed: "],
    );
}

#[tokio::test]
async fn a_container_that_was_ready_was_ready() {
    let stage = Stage::new("breaks").await;
    let mut pod = fated("breaks");
    pod["metadata"]["annotations"][format!("{PREFIX}/delay")] = json!("10s");
    let workload = stage.stateful(1, &pod).await;

    stage.wait(&workload).await.unwrap();
}

#[tokio::test]
async fn an_init_container_that_fails_is_named() {
    let stage = Stage::new("init").await;
    let mut pod = fated("crash-loop");
    pod["metadata"]["annotations"][format!("{PREFIX}/container")] = json!("first");
    pod["spec"]["initContainers"] =
        json!([{ "name": "first", "image": "registry.example/first:1" }]);
    let workload = stage.stateful(1, &pod).await;

    let report = stage.hopeless(&workload).await;

    check(
        &report,
        Cause::Crash,
        &["→ container first: container keeps failing"],
    );
}

#[tokio::test]
async fn what_a_container_logs_is_shown_without_the_secrets_of_its_pod() {
    let stage = Stage::new("secret").await;
    let secret = json!({
        "metadata": { "name": "login" },
        "stringData": { "password": "correct-horse", "user": "me" },
    });
    stage
        .create::<k8s_openapi::api::core::v1::Secret>(secret)
        .await;
    let mut pod = fated("crash-loop");
    pod["metadata"]["annotations"][format!("{PREFIX}/log")] =
        json!("me: correct-horse at mongodb://me:other@host/ is refused");
    pod["spec"]["containers"][0]["envFrom"] = json!([{ "secretRef": { "name": "login" } }]);
    let workload = stage.stateful(1, &pod).await;

    let report = stage.hopeless(&workload).await;

    assert!(
        report
            .log
            .iter()
            .any(|line| line.contains("me: *** at mongodb://***@host/ is refused")),
        "{:?}",
        report.log
    );
}
