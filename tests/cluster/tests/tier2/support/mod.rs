//! What the tests stand on: a namespace in a cluster that runs containers, and pods in it.

pub(crate) mod door;
#[path = "../../tier1/support/machine.rs"]
pub(crate) mod machine;
pub(crate) mod pods;

use std::fmt::Debug;
use std::sync::OnceLock;

use harness::cluster::{Cluster, ClusterError, Executed, Namespace, Objects};
use harness::images::busybox;
use harness::patience::eventually;
use harness::report::OrFail;
use serde_json::Value;

use self::pods::{is_ready, status};

/// A namespace in a cluster that runs containers.
pub(crate) struct Stage {
    pub(crate) objects: Objects,
    namespace: Namespace,
}

impl Stage {
    /// Makes a namespace in the cluster that all tests share; `None` where there can be no such
    /// cluster, which has been said.
    pub(crate) async fn new(subject: &str) -> Option<Self> {
        static LOADED: OnceLock<Result<(), ClusterError>> = OnceLock::new();
        let cluster = Cluster::with_containers()?;
        let loaded = LOADED.get_or_init(|| load(cluster));
        loaded.as_ref().or_fail("no image to run");
        Some(Self::on(cluster, subject).await)
    }

    /// Makes a namespace in a cluster that has the image already.
    pub(crate) async fn on(cluster: &Cluster, subject: &str) -> Self {
        let stage = Self {
            objects: Objects::of(cluster.kubeconfig()),
            namespace: Namespace::create(cluster, subject).await,
        };
        // The account that pods run as by default comes a moment after the namespace.
        let account = stage.place("default");
        let is_there = |account: &Value| account.is_object().then_some(());
        stage.objects.until(
            "there is an account",
            ("ServiceAccount", &account),
            is_there,
        );
        stage
    }

    pub(crate) fn namespace(&self) -> &str {
        self.namespace.name()
    }

    /// Returns where an object of the namespace is.
    pub(crate) fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.namespace())
    }

    /// Returns the full name of a Service.
    pub(crate) fn service(&self, name: &str) -> String {
        format!("{name}.{}.svc.cluster.local", self.namespace())
    }

    /// Creates an object in the namespace.
    #[track_caller]
    pub(crate) fn create(&self, mut object: Value) -> Value {
        object["metadata"]["namespace"] = self.namespace().into();
        self.objects.create(&object)
    }

    /// Waits until a pod is as the test wants it; returns what the test found in it.
    #[track_caller]
    pub(crate) fn until<T>(&self, what: &str, pod: &str, find: impl Fn(&Value) -> Option<T>) -> T {
        self.objects.until(what, ("Pod", &self.place(pod)), find)
    }

    /// Waits until pods are ready.
    #[track_caller]
    pub(crate) fn ready(&self, pods: &[&str]) {
        for pod in pods {
            self.until(&format!("{pod} is ready"), pod, |pod| {
                is_ready(pod).then_some(())
            });
        }
    }

    /// Returns the address of a pod.
    #[track_caller]
    pub(crate) fn address(&self, pod: &str) -> String {
        self.until("it has an address", pod, |pod| {
            Some(status(pod)["podIP"].as_str()?.to_owned())
        })
    }

    /// Runs a script in a pod.
    #[track_caller]
    pub(crate) fn run(&self, pod: &str, script: &str) -> Executed {
        let command = ["sh", "-c", script];
        self.objects.execute(&self.place(pod), &command, "")
    }

    /// Runs a script in a pod again and again until it writes what is expected.
    #[track_caller]
    pub(crate) fn until_says(&self, pod: &str, script: &str, expected: &str) {
        eventually(&format!("{pod}: {script}: {expected}"), || {
            let executed = self.run(pod, script);
            if executed.stdout.trim_end() == expected {
                return Ok(());
            }
            Err(executed)
        });
    }
}

/// Brings the image of all pods to the nodes of a cluster.
pub(crate) fn load(cluster: &Cluster) -> Result<(), ClusterError> {
    let archive = busybox().or_fail("no image of busybox");
    cluster.load(&[&archive])
}

/// Fails unless a text contains a part.
#[track_caller]
pub(crate) fn assert_says(text: impl Debug + AsRef<str>, part: &str) {
    assert!(text.as_ref().contains(part), "no `{part}` in {text:?}");
}
