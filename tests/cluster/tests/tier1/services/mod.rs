//! Pods of service images are real servers, and their data is as safe as the volume it lies on.

mod forward;
mod influxdb;
mod minio;
mod mongodb;
mod nats;
mod nats_cluster;
mod objects;
mod versitygw;

use std::net::SocketAddr;

use harness::cluster::Forward;
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, Secret};
use kube::ResourceExt;
use serde_json::{Value, json};

use crate::support::pods::CONTAINER;
use crate::support::{Stage, eventually};
use crate::workloads::stateful;

/// How a service is run in a pod, as its users do it.
#[derive(Debug, Clone, Copy)]
struct Image {
    name: &'static str,
    arguments: &'static [&'static str],
    /// The variables that hold the name and the password of a user.
    credentials: [&'static str; 2],
    variables: &'static [(&'static str, &'static str)],
    /// Where the data lies.
    folder: &'static str,
    port: u16,
}

impl Image {
    fn pod(&self) -> Value {
        let from_secret = |name: &str, key: &str| {
            let reference = json!({ "name": "store", "key": key });
            json!({ "name": name, "valueFrom": { "secretKeyRef": reference } })
        };
        let [user, password] = self.credentials;
        let mut variables = vec![from_secret(user, "user"), from_secret(password, "password")];
        let plain = self.variables.iter();
        variables.extend(plain.map(|(name, value)| json!({ "name": name, "value": value })));
        let container = json!({
            "name": CONTAINER,
            "image": self.name,
            "args": self.arguments,
            "env": variables,
            "ports": [{ "containerPort": self.port }],
            "readinessProbe": { "tcpSocket": { "port": self.port }, "periodSeconds": 1 },
            "volumeMounts": [{ "name": "data", "mountPath": self.folder }],
        });
        json!({
            "metadata": { "labels": { "app": "store" } },
            "spec": { "terminationGracePeriodSeconds": 5, "containers": [container] },
        })
    }
}

/// A server in a pod, and the way to it.
#[derive(Debug)]
struct Server {
    forward: Forward,
    user: String,
    password: String,
}

impl Server {
    /// Starts a service with a Secret and a volume of its own.
    async fn start(stage: &Stage, image: &Image) -> Self {
        let text = json!({ "user": "owner", "password": format!("pw-{}", stage.namespace()) });
        let secret = json!({ "metadata": { "name": "store" }, "stringData": text });
        stage.create::<Secret>(secret).await;
        Self::start_again(stage, image).await
    }

    /// Starts a service whose Secret is there.
    async fn start_again(stage: &Stage, image: &Image) -> Self {
        stage
            .create::<StatefulSet>(stateful("store", 1, &image.pod()))
            .await;
        Self::connect(stage, image, None).await
    }

    /// Waits for the pod, and for another one than the one that is named.
    async fn connect(stage: &Stage, image: &Image, not: Option<String>) -> Self {
        stage.ready_pod("store-0", not).await;
        let secret = stage.all::<Secret>().get("store").await.unwrap();
        let data = secret.data.unwrap();
        let text = |key: &str| String::from_utf8(data[key].0.clone()).unwrap();
        Self {
            forward: Forward::to(stage.all(), "store-0", image.port).await,
            user: text("user"),
            password: text("password"),
        }
    }

    fn address(&self) -> SocketAddr {
        self.forward.address()
    }
}

/// Shows that data is there after the pod was deleted, and not after the volume was.
///
/// `reads` says whether the data is there; it fails the test if the server does not answer.
async fn outlives_its_pod_but_not_its_volume(
    subject: &str,
    image: &Image,
    writes: impl AsyncFn(&Server),
    reads: impl AsyncFn(&Server) -> bool,
) {
    let stage = Stage::new(subject).await;
    let server = Server::start(&stage, image).await;
    assert!(!reads(&server).await, "it was there before it was written");
    writes(&server).await;

    let pods = stage.all::<Pod>();
    let before = pods.get("store-0").await.unwrap().uid();
    pods.delete("store-0", &kube::api::DeleteParams::default())
        .await
        .unwrap();
    let server = Server::connect(&stage, image, before).await;
    assert!(reads(&server).await, "it went with the pod");

    stage.delete::<StatefulSet>("store").await;
    eventually("the pod is gone", async || {
        match pods.get_opt("store-0").await {
            Ok(None) => Ok(()),
            other => Err(other),
        }
    })
    .await;
    stage.delete::<PersistentVolumeClaim>("data-store-0").await;
    let server = Server::start_again(&stage, image).await;
    assert!(!reads(&server).await, "it outlived its volume");
}
