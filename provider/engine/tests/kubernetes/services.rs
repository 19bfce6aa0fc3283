//! Services in pods, as the parts of the engine that talk to them need them.

use harness::cluster::{Namespace, client_of};
use k8s_openapi::api::core::v1::Pod;
use kre_engine::forward::{Forwards, Port};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, PostParams},
};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::support::{by_kubeconfig, cluster, machine};

/// How long a machine that does other things may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// When a pod that was created now is there for sure.
pub(crate) fn later() -> Instant {
    Instant::now() + PATIENCE
}

/// The name of the root user in [`mongo`].
pub(crate) const ROOT: &str = "root";

/// A namespace, and forwards into the cluster.
pub(crate) struct Place {
    namespace: Namespace,
    pub(crate) pods: Api<Pod>,
    pub(crate) forwards: Forwards,
}

impl Place {
    pub(crate) async fn new(subject: &str) -> Self {
        let client = client_of(machine().kubeconfig()).await;
        let namespace = Namespace::create(machine(), subject).await;
        Self {
            pods: Api::namespaced(client, namespace.name()),
            namespace,
            forwards: Forwards::new(cluster(by_kubeconfig())),
        }
    }

    pub(crate) fn namespace(&self) -> &str {
        self.namespace.name()
    }

    pub(crate) fn port(&self, pod: &str, port: u16) -> Port {
        Port {
            namespace: self.namespace().to_owned(),
            pod: pod.to_owned(),
            port,
        }
    }

    pub(crate) async fn create(&self, pod: Value) {
        let pod = serde_json::from_value(pod).unwrap();
        self.pods
            .create(&PostParams::default(), &pod)
            .await
            .unwrap();
    }

    /// Creates a pod, and waits until it is ready.
    pub(crate) async fn start(&self, pod: Value) {
        let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
        self.create(pod).await;
        self.until(&name, |pod| pod.is_some_and(is_ready)).await;
    }

    /// Deletes a pod, and waits until it is gone.
    pub(crate) async fn stop(&self, name: &str) {
        let deletion = DeleteParams::default().grace_period(1);
        let deleted = self.pods.delete(name, &deletion).await.unwrap();
        let uid = deleted.left().and_then(|pod| pod.uid());
        self.until(name, |pod| pod.is_none_or(|pod| pod.uid() != uid))
            .await;
    }

    /// Waits until a pod is as it should be.
    pub(crate) async fn until(&self, name: &str, is_right: impl Fn(Option<&Pod>) -> bool) {
        let end = later();
        loop {
            let pod = self.pods.get_opt(name).await.unwrap();
            if is_right(pod.as_ref()) {
                return;
            }
            assert!(Instant::now() < end, "{pod:#?}");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|it| it.conditions.as_ref());
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|it| it.type_ == "Ready" && it.status == "True")
}

/// A server of NATS, which greets whoever connects.
pub(crate) fn nats(name: &str) -> Value {
    pod(name, json!({ "image": "nats:2.10" }), 4222)
}

/// A server of MongoDB with a user of its own.
pub(crate) fn mongo(name: &str, password: &str) -> Value {
    let variables = json!([
        { "name": "MONGO_INITDB_ROOT_USERNAME", "value": ROOT },
        { "name": "MONGO_INITDB_ROOT_PASSWORD", "value": password },
    ]);
    pod(
        name,
        json!({ "image": "mongo:7.0", "env": variables }),
        27017,
    )
}

fn pod(name: &str, mut container: Value, port: u16) -> Value {
    container["name"] = json!("app");
    container["readinessProbe"] = json!({ "tcpSocket": { "port": port }, "periodSeconds": 1 });
    json!({
        "metadata": { "name": name },
        "spec": { "terminationGracePeriodSeconds": 1, "containers": [container] },
    })
}

/// A pod that meets a fate.
pub(crate) fn fated(name: &str, fate: &str) -> Value {
    let mut pod = pod(name, json!({ "image": "registry.example/app:1" }), 80);
    pod["metadata"]["annotations"] = json!({ "devcluster.kre.konstellation.io/fate": fate });
    pod
}

/// Waits until this runtime has no more tasks than before.
pub(crate) async fn tasks_are(before: usize) {
    let end = Instant::now() + Duration::from_secs(5);
    while tasks() > before {
        assert!(
            Instant::now() < end,
            "{} tasks instead of {before}",
            tasks()
        );
        sleep(Duration::from_millis(10)).await;
    }
}

/// Counts the tasks of this runtime.
pub(crate) fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}
