//! What becomes of data when containers, pods, nodes and the runtime end.

use serde_json::Value;

use super::{PODS, alone, is_ready, ready, runtime, status, uid, until};
use crate::{
    cluster::ClusterStage,
    runtime::{
        content::{self, ALL},
        demo::{claims, password},
    },
};

/// Data stays when the runtime goes.
const RETAINS: (&str, &str) = ("on_destroy", r#""retain""#);

/// Data that another runtime has left is taken over.
const ADOPTS: (&str, &str) = ("adopt_retained", "true");

#[test]
fn data_outlive_pods_nodes_and_the_runtime() {
    alone(|stage| {
        stage.applied(&runtime(stage, &[RETAINS]));
        content::put(stage);
        assert_eq!(content::look(stage), ALL);

        pods_are_deleted(stage);
        assert_eq!(content::look(stage), ALL);

        nodes_are_restarted(stage);
        assert_eq!(content::look(stage), ALL);
        stage.plan().assert_empty();
        assert_eq!(status(stage), "READY");

        let kept = (claims(stage), password(stage, "mongo"));
        stage.destroy();
        stage.applied(&runtime(stage, &[ADOPTS]));
        assert_eq!((claims(stage), password(stage, "mongo")), kept);
        assert_eq!(content::look(stage), ALL);
        stage.plan().assert_empty();

        stage.destroy();
        stage.assert_as_before();
    });
}

/// Deletes the pods with data, and waits for the next ones.
fn pods_are_deleted(stage: &ClusterStage) {
    let before = PODS.map(|pod| ready(stage, pod));
    for pod in PODS {
        let place = stage.place(&format!("{}-{pod}", stage.id()));
        stage.objects.delete("Pod", &place);
    }
    for (pod, before) in PODS.iter().zip(before) {
        until(stage, "there is another", pod, |pod| {
            (is_ready(pod) && uid(pod)? != before).then_some(())
        });
    }
}

/// Switches all nodes off and on, and waits until the same pods run again.
fn nodes_are_restarted(stage: &ClusterStage) {
    let before = PODS.map(|pod| ready(stage, pod));
    for node in ["node-1", "node-2"] {
        stage.cluster.restart_node(node).unwrap();
    }
    let is_restarted = |pod: &Value| {
        let restarts = pod["status"]["containerStatuses"][0]["restartCount"].as_u64();
        is_ready(pod) && restarts > Some(0)
    };
    for (pod, before) in PODS.iter().zip(before) {
        until(stage, "it is started again", pod, |pod| {
            (is_restarted(pod) && uid(pod)? == before).then_some(())
        });
    }
    let writer = stage.place(&format!("{}-mongo-writer", stage.id()));
    let what = "the writer is started again";
    stage
        .objects
        .until(what, ("Deployment", &writer), |writer| {
            (writer["status"]["availableReplicas"] == 1).then_some(())
        });
}
