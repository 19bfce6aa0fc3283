//! The cluster has nodes that take pods.

use harness::cluster::{Cluster, client_of};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::ListParams;
use kube::{Api, ResourceExt};
use serde_json::json;

use crate::support::Stage;
use crate::support::pods::{condition, pod};

async fn nodes() -> Vec<Node> {
    let client = client_of(Cluster::shared().kubeconfig()).await;
    let nodes = Api::<Node>::all(client);
    nodes.list(&ListParams::default()).await.unwrap().items
}

#[tokio::test]
async fn there_are_as_many_nodes_as_were_asked_for() {
    let names: Vec<_> = nodes().await.iter().map(ResourceExt::name_any).collect();

    assert_eq!(names, ["node-1", "node-2", "node-3"]);
}

#[tokio::test]
async fn every_node_is_ready() {
    for node in nodes().await {
        let conditions = node.status.unwrap().conditions.unwrap();
        let ready = conditions
            .iter()
            .find(|condition| condition.type_ == "Ready");

        assert_eq!(ready.unwrap().status, "True");
    }
}

#[tokio::test]
async fn the_api_server_says_the_version_that_was_built() {
    let client = client_of(Cluster::shared().kubeconfig()).await;

    let version = client.apiserver_version().await.unwrap();

    assert_eq!(version.git_version, "v1.34.4");
    assert_eq!((&*version.major, &*version.minor), ("1", "34"));
}

#[tokio::test]
async fn the_scheduler_says_why_a_pod_fits_nowhere() {
    let stage = Stage::new("unschedulable").await;
    let mut greedy = pod("greedy");
    greedy["spec"]["containers"][0]["resources"] = json!({ "requests": { "cpu": "1000" } });
    stage.create::<Pod>(greedy).await;

    let refused = |pod: &Pod| {
        let scheduled = condition(pod, "PodScheduled")?.clone();
        (scheduled.status == "False").then_some(scheduled)
    };
    let scheduled = stage.until("greedy", "it fits nowhere", refused).await;

    assert_eq!(scheduled.reason.as_deref(), Some("Unschedulable"));
    let message = scheduled.message.unwrap();
    assert!(
        message.starts_with("0/3 nodes are available: 3 Insufficient cpu."),
        "{message}"
    );
    let event = stage.event("greedy", "FailedScheduling").await;
    assert_eq!(event, message);
}
