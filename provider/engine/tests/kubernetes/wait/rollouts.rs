//! Workloads that were not ready before they changed.

use k8s_openapi::api::{apps::v1::StatefulSet, core::v1::Pod};
use kre_engine::wait::Cause;
use serde_json::json;

use super::stage::{PREFIX, Stage, check, fated, pod, workload};

/// Makes a StatefulSet whose pods cannot be pulled, then corrects it.
async fn corrected(stage: &Stage, policy: &str, replicas: u32) {
    let mut broken = workload(replicas, &fated("pull-error"));
    broken["spec"]["podManagementPolicy"] = json!(policy);
    let broken = stage.create::<StatefulSet>(broken).await;
    stage.hopeless(&stage.follow(&broken)).await;

    let annotations = json!({ format!("{PREFIX}/fate"): null });
    let template = json!({ "template": { "metadata": { "annotations": annotations } } });
    let mended: StatefulSet = stage.change("greeter", json!({ "spec": template })).await;
    stage.wait(&stage.follow(&mended)).await.unwrap();
}

#[tokio::test]
async fn a_broken_pod_does_not_stand_in_the_way_of_its_correction() {
    let stage = Stage::new("ordered").await;
    corrected(&stage, "OrderedReady", 2).await;
}

#[tokio::test]
async fn a_broken_pod_among_parallel_ones_is_corrected_too() {
    let stage = Stage::new("parallel").await;
    corrected(&stage, "Parallel", 2).await;
}

#[tokio::test]
async fn a_pod_that_is_never_ready_does_not_either() {
    let stage = Stage::new("unready-before").await;
    let broken = stage.stateful(1, &fated("never-ready")).await;
    stage.timed_out(&broken, 3).await;

    let annotations = json!({ format!("{PREFIX}/fate"): null });
    let template = json!({ "template": { "metadata": { "annotations": annotations } } });
    let mended: StatefulSet = stage.change("greeter", json!({ "spec": template })).await;

    stage.wait(&stage.follow(&mended)).await.unwrap();
}

#[tokio::test]
async fn the_second_failure_of_the_same_kind_fails_again() {
    let stage = Stage::new("twice").await;
    let mut bad = pod();
    bad["spec"]["containers"][0]["image"] = json!("registry.invalid/app:1");
    let first = stage.stateful(1, &bad).await;
    stage.hopeless(&first).await;

    let container = json!({ "name": "app", "image": "registry.invalid/app:2" });
    let template = json!({ "template": { "spec": { "containers": [container] } } });
    let changed: StatefulSet = stage.change("greeter", json!({ "spec": template })).await;
    let report = stage.hopeless(&stage.follow(&changed)).await;

    check(&report, Cause::ImagePull, &["registry.invalid/app:2"]);
    // And once more with nothing changed.
    let report = stage.hopeless(&stage.follow(&changed)).await;
    check(&report, Cause::ImagePull, &["registry.invalid/app:2"]);
}

#[tokio::test]
async fn a_working_deployment_with_a_bad_update_is_not_ready() {
    let stage = Stage::new("update").await;
    let first = stage.deployment(1, &pod()).await;
    stage.wait(&first).await.unwrap();

    let container = json!({ "name": "app", "image": "registry.invalid/app:2" });
    let template = json!({ "template": { "spec": { "containers": [container] } } });
    let changed: k8s_openapi::api::apps::v1::Deployment =
        stage.change("greeter", json!({ "spec": template })).await;
    let report = stage.hopeless(&stage.follow(&changed)).await;

    check(&report, Cause::ImagePull, &["registry.invalid/app:2"]);
}

#[tokio::test]
async fn ready_means_that_the_new_pods_are() {
    let stage = Stage::new("newer").await;
    let first = stage.stateful(2, &pod()).await;
    stage.wait(&first).await.unwrap();

    let container = json!({ "name": "app", "image": "registry.example/app:2" });
    let template = json!({ "template": { "spec": { "containers": [container] } } });
    let changed: StatefulSet = stage.change("greeter", json!({ "spec": template })).await;
    stage.wait(&stage.follow(&changed)).await.unwrap();

    let pods = stage
        .all::<Pod>()
        .list(&kube::api::ListParams::default())
        .await
        .unwrap();
    let images: Vec<_> = pods
        .iter()
        .map(|pod| {
            pod.spec.as_ref().unwrap().containers[0]
                .image
                .clone()
                .unwrap()
        })
        .collect();
    assert_eq!(images, ["registry.example/app:2"; 2]);
}
