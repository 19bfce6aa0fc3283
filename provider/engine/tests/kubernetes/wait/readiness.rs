//! What is ready, and how soon it is known.

use std::time::Duration;

use futures_util::StreamExt;
use k8s_openapi::api::{
    apps::v1::StatefulSet,
    authorization::v1::SelfSubjectAccessReview,
    rbac::v1::{Role, RoleBinding},
};
use kre_engine::{
    kubernetes::Arguments,
    wait::{WaitError, Workload, until_ready},
};
use kube::api::{PostParams, WatchEvent, WatchParams};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::stage::{PREFIX, Stage, patience, pod, workload};
use crate::support::{anonymous, cluster, token};

#[tokio::test]
async fn replicas_that_nobody_wants_are_ready() {
    let stage = Stage::new("zero").await;
    let workload = stage.stateful(0, &pod()).await;

    stage.wait(&workload).await.unwrap();
}

#[tokio::test]
async fn a_generation_that_is_yet_to_come_is_waited_for() {
    let stage = Stage::new("generation").await;
    let now = stage.stateful(1, &pod()).await;
    stage.wait(&now).await.unwrap();
    let later = Workload {
        generation: now.generation + 1,
        ..now
    };

    let report = stage.timed_out(&later, 2).await;

    assert_eq!(
        report.to_string(),
        "StatefulSet greeter: controller has not looked at it yet"
    );
}

#[tokio::test]
async fn many_workloads_of_both_kinds_are_waited_for_together() {
    let stage = Stage::new("many").await;
    let mut workloads = vec![
        stage.deployment(2, &pod()).await,
        stage.stateful(2, &pod()).await,
    ];
    for name in ["first", "second"] {
        let mut slow = pod();
        slow["metadata"]["labels"]["app"] = json!(name);
        slow["metadata"]["annotations"] = json!({ format!("{PREFIX}/delay"): "2s" });
        let mut set = workload(1, &slow);
        set["metadata"]["name"] = json!(name);
        workloads.push(stage.follow(&stage.create::<StatefulSet>(set).await));
    }
    let since = Instant::now();
    let wait = async move {
        let stop = CancellationToken::new();
        until_ready(&stage.cluster, &workloads, &patience(60), &stop).await
    };

    // It can be spawned.
    tokio::spawn(wait).await.unwrap().unwrap();

    assert!(since.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn whoever_nobody_probes_has_to_run_for_a_while() {
    let stage = Stage::new("settle").await;
    let mut pod = pod();
    pod["spec"]["containers"][0]["readinessProbe"] = json!(null);
    let workload = stage.deployment(1, &pod).await;
    let mut patience = patience(60);
    stage.wait_for(&workload, &patience).await.unwrap();
    patience.settle = Duration::from_secs(3);
    let since = Instant::now();

    stage.wait_for(&workload, &patience).await.unwrap();

    // It may have run for a while before.
    assert!(
        since.elapsed() >= Duration::from_secs(1),
        "{:?}",
        since.elapsed()
    );
    let since = Instant::now();
    tokio::time::sleep(Duration::from_secs(1)).await;
    stage.wait_for(&workload, &patience).await.unwrap();
    assert!(
        since.elapsed() < Duration::from_secs(3),
        "{:?}",
        since.elapsed()
    );
}

/// Waits for the same as `until_ready` with nothing between; returns when it was so.
async fn observed(stage: &Stage) -> Instant {
    let params = WatchParams::default().fields("metadata.name=greeter");
    let sets = stage.all::<StatefulSet>();
    let mut events = sets.watch(&params, "0").await.unwrap().boxed();
    while let Some(Ok(event)) = events.next().await {
        let (WatchEvent::Added(set) | WatchEvent::Modified(set)) = event else {
            continue;
        };
        let status = set.status.unwrap();
        let counts = [
            status.ready_replicas,
            status.available_replicas,
            status.updated_replicas,
        ];
        if counts == [Some(1); 3] && status.current_revision == status.update_revision {
            return Instant::now();
        }
    }
    panic!("it was not seen")
}

#[tokio::test]
async fn readiness_is_known_at_once() {
    let mut overheads = Vec::new();
    for _ in 0..5 {
        let stage = Stage::new("overhead").await;
        let mut slow = pod();
        slow["metadata"]["annotations"] = json!({ format!("{PREFIX}/delay"): "700ms" });
        let workload = stage.stateful(1, &slow).await;
        let wait = async {
            stage.wait(&workload).await.unwrap();
            Instant::now()
        };
        let (ready, known) = tokio::join!(observed(&stage), wait);
        overheads.push(known.saturating_duration_since(ready));
    }
    println!("overhead after readiness: {overheads:?}");
    overheads.sort();
    assert!(overheads[2] < Duration::from_millis(200), "{overheads:?}");
}

/// Lets a service account do this in the namespace, and returns a cluster that it asks.
async fn permitted(
    stage: &Stage,
    account: &str,
    rules: serde_json::Value,
) -> kre_engine::kubernetes::Cluster {
    let metadata = json!({ "name": account });
    stage
        .create::<Role>(json!({ "metadata": metadata, "rules": rules }))
        .await;
    let group = "rbac.authorization.k8s.io";
    let role = json!({ "apiGroup": group, "kind": "Role", "name": account });
    let subject = json!({ "kind": "ServiceAccount", "namespace": "default", "name": account });
    let binding = json!({ "metadata": metadata, "roleRef": role, "subjects": [subject] });
    stage.create::<RoleBinding>(binding).await;
    let cluster = cluster(Arguments {
        token: Some(token(account).await),
        ..anonymous()
    });
    // It takes a moment until the API server knows it.
    let soon = Instant::now() + Duration::from_secs(20);
    let client = cluster.client(soon).await.unwrap();
    let reviews = kube::Api::<SelfSubjectAccessReview>::all(client);
    let attributes = json!({
        "namespace": stage.namespace(), "verb": "list", "group": "apps", "resource": "statefulsets",
    });
    let review = json!({ "spec": { "resourceAttributes": attributes } });
    let review = serde_json::from_value(review).unwrap();
    loop {
        let answer: SelfSubjectAccessReview = reviews
            .create(&PostParams::default(), &review)
            .await
            .unwrap();
        if answer.status.unwrap().allowed {
            return cluster;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn whoever_may_not_watch_lists() {
    let mut stage = Stage::new("lists").await;
    let rules =
        json!([{ "apiGroups": ["", "apps"], "resources": ["*"], "verbs": ["get", "list"] }]);
    stage.cluster = permitted(&stage, "lists", rules).await;
    let mut slow = pod();
    slow["metadata"]["annotations"] = json!({ format!("{PREFIX}/delay"): "3s" });
    let workload = stage.stateful(1, &slow).await;

    stage.wait(&workload).await.unwrap();
}

#[tokio::test]
async fn whoever_sees_nothing_but_workloads_learns_when_they_are_ready() {
    let mut stage = Stage::new("sees-workloads-alone").await;
    let sets =
        json!({ "apiGroups": ["apps"], "resources": ["statefulsets"], "verbs": ["list", "watch"] });
    stage.cluster = permitted(&stage, "sees-workloads-alone", json!([sets])).await;
    let workload = stage.stateful(1, &pod()).await;

    stage.wait(&workload).await.unwrap();
}

#[tokio::test]
async fn whoever_may_not_see_workloads_is_told_so() {
    let mut stage = Stage::new("forbidden").await;
    let workload = stage.stateful(1, &pod()).await;
    stage.cluster = cluster(Arguments {
        token: Some(token("sees-nothing").await),
        ..anonymous()
    });

    let failure = stage.wait(&workload).await.unwrap_err();

    assert!(matches!(failure, WaitError::Call(_)), "{failure}");
    assert!(
        failure
            .to_string()
            .contains("may not list `statefulsets.apps`"),
        "{failure}"
    );
}
