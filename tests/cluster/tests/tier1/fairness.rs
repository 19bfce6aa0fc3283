//! Clients that ask for too much are told to come back later, unless the cluster is to have no such
//! thing.

use std::path::Path;

use harness::cluster::{Cluster, Options, Tool, client_of};
use k8s_openapi::api::flowcontrol::v1::{FlowSchema, PriorityLevelConfiguration};
use kube::api::{DeleteParams, PostParams};
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
    Client::try_from(config.unwrap()).unwrap()
}

/// Returns what the API server answers to a plain question, as status and header.
async fn answer(client: &Client) -> (u16, bool) {
    let request = http::Request::get("/api/v1/namespaces/default")
        .body(Vec::new())
        .unwrap();
    let response = client
        .send(request.map(kube::client::Body::from))
        .await
        .unwrap();
    let is_counted = response
        .headers()
        .contains_key("x-kubernetes-pf-flowschema-uid");
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
    let rule = json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true, "namespaces": ["*"] });
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

    eventually("the answer is 429", async || match answer(&greedy).await {
        (429, true) => Ok(()),
        other => Err(other),
    })
    .await;

    let delete = DeleteParams::default();
    schemas.delete(name, &delete).await.unwrap();
    levels.delete(name, &delete).await.unwrap();
}

#[tokio::test]
async fn every_answer_says_how_it_was_counted() {
    let client = client_of(Cluster::shared().kubeconfig()).await;

    assert_eq!(answer(&client).await, (200, true));
}

#[tokio::test]
async fn nobody_is_counted_in_a_cluster_without_fairness() {
    let options = Options {
        has_fairness: false,
        nodes: 1,
    };
    let cluster = Cluster::start(Tool::with(&[]).unwrap(), &options).unwrap();
    let client = client_of(cluster.kubeconfig()).await;

    assert_eq!(answer(&client).await, (200, false));
    cluster.stop().unwrap();
}
