//! Volumes keep what is written to them as long as they should.

use harness::build::COREDNS;
use harness::cluster::{Cluster, Options, Tier, Tool};
use serde_json::{Value, json};

use crate::support::pods::{is_ready, pod, restarts};
use crate::support::{Stage, load};

#[tokio::test]
async fn an_init_container_leaves_files_for_the_others() {
    let Some(stage) = Stage::new("init").await else {
        return;
    };
    let mut reader = pod("reader", "cat /shared/file; sleep 3600");
    let mut writer = reader["spec"]["containers"][0].clone();
    writer["name"] = "init".into();
    writer["command"] = json!(["sh", "-c", "echo prepared > /shared/file"]);
    let mounts = json!([{ "name": "shared", "mountPath": "/shared" }]);
    writer["volumeMounts"] = mounts.clone();
    reader["spec"]["containers"][0]["volumeMounts"] = mounts;
    reader["spec"]["initContainers"] = json!([writer]);
    reader["spec"]["volumes"] = json!([{ "name": "shared", "emptyDir": {} }]);
    stage.create(reader);
    stage.ready(&["reader"]);

    assert_eq!(stage.run("reader", "cat /shared/file").stdout, "prepared\n");
}

/// Writes a StatefulSet whose pod, which is not root, adds a line to a file each time it starts.
fn diary() -> Value {
    let mut template = pod("diary", "echo started >> /data/diary; sleep 3600");
    template["spec"]["securityContext"] = json!({ "runAsUser": 1000 });
    template["spec"]["containers"][0]["volumeMounts"] =
        json!([{ "name": "data", "mountPath": "/data" }]);
    template["metadata"].as_object_mut().unwrap().remove("name");
    json!({
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": { "name": "diary" },
        "spec": {
            "serviceName": "diary",
            "selector": { "matchLabels": { "app": "diary" } },
            "template": { "metadata": template["metadata"], "spec": template["spec"] },
            "volumeClaimTemplates": [{
                "metadata": { "name": "data" },
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "resources": { "requests": { "storage": "1Mi" } },
                },
            }],
        },
    })
}

/// Waits until the diary has as many lines.
#[track_caller]
fn until_started(stage: &Stage, times: usize) {
    let expected = vec!["started"; times].join("\n");
    stage.ready(&["diary-0"]);
    stage.until_says("diary-0", "cat /data/diary", &expected);
}

#[tokio::test]
async fn data_outlive_pods() {
    let Some(stage) = Stage::new("pods").await else {
        return;
    };
    stage.create(diary());
    until_started(&stage, 1);

    let uid = |pod: &Value| Some(pod["metadata"]["uid"].as_str()?.to_owned());
    let before = stage.until("it is somebody", "diary-0", uid);
    stage.objects.delete("Pod", &stage.place("diary-0"));
    stage.until("there is another", "diary-0", |pod| {
        (is_ready(pod) && uid(pod)? != before).then_some(())
    });

    until_started(&stage, 2);
}

#[tokio::test]
async fn data_outlive_a_restart_of_the_node() {
    let tool = Tool::with(&[COREDNS]).unwrap();
    // The tests that share a cluster have said why, where there can be none.
    if Cluster::with_containers().is_none() {
        return;
    }
    let options = Options {
        tier: Tier::Two,
        nodes: 1,
        ..Options::default()
    };
    let cluster = Cluster::start(tool, &options).unwrap();
    load(&cluster).unwrap();
    let stage = Stage::on(&cluster, "nodes").await;
    stage.create(diary());
    until_started(&stage, 1);

    cluster.restart_node("node-1").unwrap();

    stage.until("it is started again", "diary-0", |pod| {
        (restarts(pod) == 1 && is_ready(pod)).then_some(())
    });
    until_started(&stage, 2);
    drop(stage);
    cluster.stop().unwrap();
}
