//! Pods that are not let in, or that find no place.

use k8s_openapi::api::{
    admissionregistration::v1::{ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding},
    apps::v1::StatefulSet,
    core::v1::{Event, Pod, ResourceQuota},
};
use kre_engine::wait::{Cause, WaitError, Workload};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, PostParams},
};
use serde_json::json;

use super::stage::{Stage, check, claiming, patience, pod};

#[tokio::test]
async fn a_pod_that_no_node_takes_ends_the_wait_with_the_tally() {
    let stage = Stage::new("unschedulable").await;
    let mut pod = pod();
    pod["spec"]["nodeSelector"] = json!({ "gpu": "many" });
    let workload = stage.stateful(1, &pod).await;

    let report = stage.hopeless(&workload).await;

    let tally = "no node takes the pod: 0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector";
    check(&report, Cause::Unschedulable, &["→ pod greeter-0: ", tally]);
}

#[tokio::test]
async fn a_pod_for_which_another_node_is_on_its_way_is_waited_for() {
    let stage = Stage::new("autoscaled").await;
    let mut pod = pod();
    pod["spec"]["nodeSelector"] = json!({ "gpu": "many" });
    let workload = stage.stateful(1, &pod).await;
    let uid = stage.until("greeter-0", |pod: &Pod| pod.uid()).await;
    let event = json!({
        "metadata": { "name": "scaled" },
        "involvedObject": { "kind": "Pod", "name": "greeter-0", "namespace": stage.namespace(), "uid": uid },
        "reason": "TriggeredScaleUp",
        "message": "pod triggered scale-up",
    });
    stage.create::<Event>(event).await;

    let report = stage.timed_out(&workload, 5).await;

    check(&report, Cause::Unschedulable, &["0/3 nodes are available"]);
}

#[tokio::test]
async fn a_claim_of_an_unknown_class_ends_the_wait() {
    let stage = Stage::new("class").await;
    let set: StatefulSet = stage.create(claiming("golden")).await;

    let report = stage.hopeless(&stage.follow(&set)).await;

    let said = "there is no volume: claim `data-greeter-0` of class `golden`: storageclass.storage.k8s.io \"golden\" not found";
    check(&report, Cause::Volume, &[said]);
}

#[tokio::test]
async fn a_claim_that_waits_for_its_pod_is_fine() {
    let stage = Stage::new("claim").await;
    let set: StatefulSet = stage.create(claiming("standard")).await;

    stage.wait(&stage.follow(&set)).await.unwrap();
}

async fn quota(stage: &Stage) {
    let hard = json!({ "hard": { "pods": "0" } });
    let quota = json!({ "metadata": { "name": "none" }, "spec": hard });
    stage.create::<ResourceQuota>(quota).await;
    let counted = |quota: &ResourceQuota| quota.status.as_ref()?.used.as_ref().map(drop);
    stage.until("none", counted).await;
}

#[tokio::test]
async fn a_quota_without_room_ends_the_wait() {
    let stage = Stage::new("quota").await;
    quota(&stage).await;
    for kind in ["Deployment", "StatefulSet"] {
        let workload = match kind {
            "Deployment" => stage.deployment(1, &pod()).await,
            _ => stage.stateful(1, &pod()).await,
        };

        let report = stage.hopeless(&workload).await;

        let said = format!("{kind} greeter: quota is exceeded: ");
        check(
            &report,
            Cause::Quota,
            &[&said, "exceeded quota: none, requested: pods=1"],
        );
    }
}

#[tokio::test]
async fn a_quota_that_makes_room_in_time_ends_nothing() {
    let stage = Stage::new("room").await;
    quota(&stage).await;
    let workload = stage.deployment(1, &pod()).await;
    let mut patience = patience(60);
    patience.fail_fast = std::time::Duration::from_secs(30);
    let more = async {
        while !stage.has_event("FailedCreate").await {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let hard = json!({ "spec": { "hard": { "pods": "5" } } });
        stage.change::<ResourceQuota>("none", hard).await;
    };

    let (waited, ()) = tokio::join!(stage.wait_for(&workload, &patience), more);

    waited.unwrap();
}

/// Denies all pods of a namespace, for as long as the test needs it.
async fn deny(stage: &Stage) {
    let name = stage.namespace();
    let policy = json!({
        "metadata": { "name": name },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
            }] },
            "validations": [{ "expression": "false", "message": "no pods on Sundays" }],
        },
    });
    let label = json!({ "kubernetes.io/metadata.name": name });
    let binding = json!({
        "metadata": { "name": name },
        "spec": {
            "policyName": name,
            "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": label } },
        },
    });
    let policies = Api::<ValidatingAdmissionPolicy>::all(stage.client.clone());
    let policy = serde_json::from_value(policy).unwrap();
    policies
        .create(&PostParams::default(), &policy)
        .await
        .unwrap();
    let bindings = Api::<ValidatingAdmissionPolicyBinding>::all(stage.client.clone());
    let binding = serde_json::from_value(binding).unwrap();
    bindings
        .create(&PostParams::default(), &binding)
        .await
        .unwrap();
    // It takes a moment until the API server knows it.
    let pods = stage.all::<Pod>();
    let mut probe = pod();
    probe["metadata"]["name"] = json!("probe");
    let probe: Pod = serde_json::from_value(probe).unwrap();
    let attempt = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    while pods.create(&attempt, &probe).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn permit(stage: &Stage) {
    let params = DeleteParams::default();
    let name = stage.namespace();
    let bindings = Api::<ValidatingAdmissionPolicyBinding>::all(stage.client.clone());
    bindings.delete(name, &params).await.unwrap();
    let policies = Api::<ValidatingAdmissionPolicy>::all(stage.client.clone());
    policies.delete(name, &params).await.unwrap();
}

#[tokio::test]
async fn a_policy_that_denies_the_pods_ends_the_wait() {
    let stage = Stage::new("policy").await;
    deny(&stage).await;
    let workload = stage.stateful(1, &pod()).await;

    let report = stage.hopeless(&workload).await;

    permit(&stage).await;
    check(
        &report,
        Cause::Admission,
        &[
            "StatefulSet greeter: pod is not admitted: ",
            "no pods on Sundays",
        ],
    );
}

#[tokio::test]
async fn a_workload_that_is_not_there_is_missing() {
    let stage = Stage::new("missing").await;
    let key = stage
        .follow(&stage.create::<StatefulSet>(claiming("standard")).await)
        .key;
    let key = kre_core::desired::ObjectKey {
        name: "other".to_owned(),
        ..key
    };

    let report = stage.hopeless(&Workload { key, generation: 1 }).await;

    check(
        &report,
        Cause::Missing,
        &["StatefulSet other: it was deleted meanwhile"],
    );
}

#[tokio::test]
async fn a_paused_rollout_ends_the_wait() {
    let stage = Stage::new("paused").await;
    let mut paused = super::stage::workload(1, &pod());
    paused["spec"]["paused"] = json!(true);
    let paused: k8s_openapi::api::apps::v1::Deployment = stage.create(paused).await;

    let report = stage.hopeless(&stage.follow(&paused)).await;

    check(&report, Cause::Paused, &["kubectl rollout resume"]);
}

#[tokio::test]
async fn two_workloads_in_trouble_are_both_reported() {
    let stage = Stage::new("both").await;
    quota(&stage).await;
    let workloads = [
        stage.deployment(1, &pod()).await,
        stage.stateful(1, &pod()).await,
    ];
    let stop = tokio_util::sync::CancellationToken::new();
    let mut patience = patience(10);
    patience.fail_fast = std::time::Duration::from_mins(1);

    let waited = kre_engine::wait::until_ready(&stage.cluster, &workloads, &patience, &stop).await;

    let Err(WaitError::TimedOut { reports, .. }) = waited else {
        panic!("{waited:?}")
    };
    let causes: Vec<_> = reports.iter().map(|report| report.cause).collect();
    assert_eq!(causes, [Cause::Quota; 2]);
}
