//! Clients that ask for too much are told to come back later, unless the cluster is to have no such
//! thing.

use std::path::Path;

use futures_util::future::join_all;
use harness::cluster::{Cluster, Options, Tool, client_of};
use http::Request;
use k8s_openapi::api::flowcontrol::v1::{FlowSchema, PriorityLevelConfiguration};
use kube::api::{DeleteParams, PostParams};
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::json;

use crate::support::{Stage, eventually};

/// Asks as somebody else, who may do nothing but be counted.
async fn client_as(user: &str, kubeconfig: &Path) -> Client {
    let mut kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    for named in &mut kubeconfig.auth_infos {
        let info = named.auth_info.get_or_insert_default();
        info.impersonate = Some(user.to_owned());
    }
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let mut config = config.unwrap();
    // Else the client waits and asks again by itself.
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

/// Asks something that everybody may ask, and returns the status and whether it was counted.
///
/// The API server has to read so many blanks first that such questions meet.
async fn answer(client: &Client) -> (u16, bool) {
    let blanks = " ".repeat(1 << 20);
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let request = Request::post("/apis/authentication.k8s.io/v1/selfsubjectreviews")
        .header("content-type", "application/json")
        .body(Body::from(format!("{blanks}{review}").into_bytes()))
        .unwrap();
    let response = client.send(request).await.unwrap();
    let headers = response.headers();
    let is_counted = headers.contains_key("x-kubernetes-pf-flowschema-uid");
    (response.status().as_u16(), is_counted)
}

#[tokio::test]
async fn whoever_exceeds_a_share_is_told_to_come_back_later() {
    let stage = Stage::new("fairness").await;
    let name = stage.namespace();
    let level = json!({
        "metadata": { "name": name },
        "spec": {
            "type": "Limited",
            "limited": {
                "nominalConcurrencyShares": 0,
                "borrowingLimitPercent": 0,
                "limitResponse": { "type": "Reject" },
            },
        },
    });
    let subject = json!({ "kind": "User", "user": { "name": name } });
    let rule =
        json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true });
    let schema = json!({
        "metadata": { "name": name },
        "spec": {
            "matchingPrecedence": 2,
            "priorityLevelConfiguration": { "name": name },
            "rules": [{ "subjects": [subject], "resourceRules": [rule] }],
        },
    });
    let levels = Api::<PriorityLevelConfiguration>::all(stage.client.clone());
    let schemas = Api::<FlowSchema>::all(stage.client.clone());
    let create = PostParams::default();
    levels
        .create(&create, &serde_json::from_value(level).unwrap())
        .await
        .unwrap();
    schemas
        .create(&create, &serde_json::from_value(schema).unwrap())
        .await
        .unwrap();
    let greedy = client_as(name, Cluster::shared().kubeconfig()).await;

    // One request at a time is served even to those who have no share.
    eventually("one of many at once is refused", async || {
        let answers = join_all((0..8).map(|_| answer(&greedy))).await;
        let is_refused = answers.contains(&(429, true));
        is_refused.then_some(()).ok_or(answers)
    })
    .await;

    let delete = DeleteParams::default();
    schemas.delete(name, &delete).await.unwrap();
    levels.delete(name, &delete).await.unwrap();
}

#[tokio::test]
async fn every_answer_says_how_it_was_counted() {
    let client = client_of(Cluster::shared().kubeconfig()).await;

    assert_eq!(answer(&client).await, (201, true));
}

#[tokio::test]
async fn nobody_is_counted_in_a_cluster_without_fairness() {
    let options = Options {
        has_fairness: false,
        nodes: 1,
        ..Options::default()
    };
    let cluster = Cluster::start(Tool::with(&[]).unwrap(), &options).unwrap();
    let client = client_of(cluster.kubeconfig()).await;

    assert_eq!(answer(&client).await, (201, false));
    cluster.stop().unwrap();
}
