//! Three pods of NATS are one cluster.

use std::collections::BTreeSet;

use ::http::Request;
use async_nats::jetstream::stream::{Config, Info, Stream};
use async_nats::{ConnectOptions, jetstream};
use harness::cluster::Forward;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Service};
use kube::ResourceExt;
use kube::api::DeleteParams;
use serde_json::{Value, json};

use crate::support::pods::CONTAINER;
use crate::support::{Stage, eventually, http};
use crate::workloads::stateful;

const PODS: [&str; 3] = ["nats-0", "nats-1", "nats-2"];

/// The configuration of all servers; a variable of the environment says which of them one is.
const CONFIGURATION: &str = r#"
port: 4222
http_port: 8222
server_name: $POD_NAME
jetstream { store_dir: "/data/jetstream" }
cluster {
  name: demo
  port: 6222
  routes: [
    nats://nats-0.nats:6222
    nats://nats-1.nats:6222
    nats://nats-2.nats:6222
  ]
}
"#;

/// Starts three servers that find each other by name.
async fn start(stage: &Stage) {
    let data = json!({ "nats.conf": CONFIGURATION });
    let configuration = json!({ "metadata": { "name": "nats" }, "data": data });
    stage.create::<ConfigMap>(configuration).await;
    let ports = json!([
        { "name": "client", "port": 4222 },
        { "name": "cluster", "port": 6222 },
    ]);
    let service = json!({
        "metadata": { "name": "nats" },
        "spec": {
            "clusterIP": "None",
            "publishNotReadyAddresses": true,
            "selector": { "app": "nats" },
            "ports": ports,
        },
    });
    stage.create::<Service>(service).await;
    let mut set = stateful("nats", 3, &pod());
    set["spec"]["podManagementPolicy"] = json!("Parallel");
    stage.create::<StatefulSet>(set).await;
    for name in PODS {
        stage.ready_pod(name, None).await;
    }
}

fn pod() -> Value {
    let name = json!({ "fieldRef": { "fieldPath": "metadata.name" } });
    let container = json!({
        "name": CONTAINER,
        "image": "nats:2.15.2",
        "args": ["--config", "/etc/nats/nats.conf"],
        "env": [{ "name": "POD_NAME", "valueFrom": name }],
        "volumeMounts": [
            { "name": "data", "mountPath": "/data" },
            { "name": "configuration", "mountPath": "/etc/nats" },
        ],
    });
    let configuration = json!({ "name": "configuration", "configMap": { "name": "nats" } });
    json!({
        "metadata": { "labels": { "app": "nats" } },
        "spec": {
            "terminationGracePeriodSeconds": 5,
            "containers": [container],
            "volumes": [configuration],
        },
    })
}

/// Asks a server who leads the cluster; empty while nobody does.
async fn leader(stage: &Stage, pod: &str) -> String {
    let forward = Forward::to(stage.all(), pod, 8222).await;
    eventually("there is a leader", async || {
        let answer = http::ask(forward.address(), Request::builder(), "/jsz", "").await;
        let answer = answer.map_err(|(_, text)| text)?;
        let answer: Value = serde_json::from_str(&answer).map_err(|_| answer)?;
        let leader = answer["meta_cluster"]["leader"]
            .as_str()
            .unwrap_or_default();
        if leader.is_empty() {
            Err(answer.to_string())
        } else {
            Ok(leader.to_owned())
        }
    })
    .await
}

/// Connects to one of the servers and opens a stream that all three hold.
async fn open(stage: &Stage, pod: &str) -> (Forward, jetstream::Context, Stream) {
    let forward = Forward::to(stage.all(), pod, 4222).await;
    let client = ConnectOptions::new()
        .ignore_discovered_servers()
        .connect(format!("nats://{}", forward.address()))
        .await
        .unwrap();
    let context = jetstream::new(client);
    let config = Config {
        name: "greetings".to_owned(),
        subjects: vec!["greet".to_owned()],
        num_replicas: 3,
        ..Config::default()
    };
    let stream = eventually("the stream is open", async || {
        context.get_or_create_stream(config.clone()).await
    })
    .await;
    (forward, context, stream)
}

/// Waits until all three servers hold everything that is in the stream.
async fn complete(stream: &Stream) -> Info {
    eventually("every server is up to date", async || {
        let info = stream.get_info().await.map_err(|error| error.to_string())?;
        let cluster = info.cluster.clone().ok_or("no cluster")?;
        let current = cluster
            .replicas
            .iter()
            .filter(|it| it.current && !it.offline);
        if current.count() == 2 && cluster.leader.is_some() {
            Ok(info)
        } else {
            Err(format!("{cluster:?}"))
        }
    })
    .await
}

#[tokio::test]
async fn three_servers_elect_one_leader() {
    let stage = Stage::new("leader").await;
    start(&stage).await;

    eventually("all name the same leader", async || {
        let mut leaders = BTreeSet::new();
        for pod in PODS {
            leaders.insert(leader(&stage, pod).await);
        }
        match leaders.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [one] if PODS.contains(&one) => Ok(()),
            _ => Err(leaders),
        }
    })
    .await;
}

#[tokio::test]
async fn a_stream_with_three_replicas_survives_one_of_its_servers() {
    let stage = Stage::new("replicas").await;
    start(&stage).await;
    let (_forward, context, stream) = open(&stage, "nats-0").await;
    context
        .publish("greet", "hello".into())
        .await
        .unwrap()
        .await
        .unwrap();
    complete(&stream).await;

    let pods = stage.all::<Pod>();
    let before = pods.get("nats-0").await.unwrap().uid();
    pods.delete("nats-0", &DeleteParams::default())
        .await
        .unwrap();
    let (_forward, context, stream) = open(&stage, "nats-1").await;
    eventually("the two others go on", async || {
        let sent = context.publish("greet", "hello again".into()).await;
        sent.map_err(|error| error.to_string())?
            .await
            .map_err(|error| error.to_string())
    })
    .await;
    stage.ready_pod("nats-0", before).await;

    let info = complete(&stream).await;
    assert!(info.state.messages >= 2, "{info:?}");
    let first = stream.get_raw_message(1).await.unwrap();
    assert_eq!(first.payload, "hello");
}
