//! Where a test takes place that needs a cluster: a workspace, an id, and what stands between.

use std::{
    ops::{Deref, DerefMut},
    process::Command,
    time::Duration,
};

use harness::{
    cluster::{Cluster, ImagePolicy, Objects, Snapshot, fresh_id},
    host::{Feature, Host},
    matrix::Place,
    patience::{PATIENCE, eventually},
    process::{Output, Running},
    proxy::{Prey, Proxy},
    report::OrFail,
};
use serde_json::{Value, json};

use crate::stage::{Stage, binary};

/// How long a command of the host may take, when it waits for pods.
const DEADLINE: Duration = Duration::from_mins(4);

/// A workspace with the provider, whose cluster is behind a proxy of its own.
///
/// Tests of the process share the cluster. Whatever a test makes in it is to be named after
/// [`ClusterStage::id`], or to be in a namespace that is.
pub(crate) struct ClusterStage {
    stage: Stage,
    id: String,
    pub(crate) proxy: Proxy,
    pub(crate) objects: Objects,
    pub(crate) cluster: &'static Cluster,
    before: Snapshot,
}

/// Runs a test on the cluster with one host that has all features it needs: Terraform, mostly.
#[track_caller]
pub(crate) fn on_cluster(needs: &[Feature], test: impl Fn(&ClusterStage) + Sync) {
    Host::one(needs, |host| {
        ClusterStage::run(Cluster::shared(), host, &test)
    });
}

/// Runs a test on the cluster with each host that has all features it needs.
#[track_caller]
pub(crate) fn on_cluster_with_each(needs: &[Feature], test: impl Fn(&ClusterStage) + Sync) {
    Host::each(needs, |host| {
        ClusterStage::run(Cluster::shared(), host, &test)
    });
}

impl ClusterStage {
    /// Runs a test on a cluster with a host.
    pub(crate) fn run(cluster: &'static Cluster, host: &Host, test: impl Fn(&Self)) {
        let stage = Self::open_on(cluster, host);
        test(&stage);
        assert_eq!(stage.processes(), [0_u32; 0], "processes are left over");
    }

    /// Makes a workspace whose provider block leads through a proxy to the cluster of most tests.
    pub(crate) fn open(host: &Host) -> Self {
        Self::open_on(Cluster::shared(), host)
    }

    fn open_on(cluster: &'static Cluster, host: &Host) -> Self {
        let kubeconfig = cluster.kubeconfig();
        let objects = Objects::of(kubeconfig);
        let id = fresh_id("kre");
        let mut stage = Stage::new(host);
        stage.set_deadline(DEADLINE);
        let stage = Self {
            before: objects.snapshot(&id),
            proxy: Proxy::to(kubeconfig),
            objects,
            cluster,
            stage,
            id,
        };
        stage.connect_with("");
        stage
    }

    /// Writes a provider block that leads through the proxy, with more arguments.
    pub(crate) fn connect_with(&self, arguments: &str) {
        let path = self.proxy.kubeconfig();
        self.configure_provider(&format!("config_path = {path:?}\n{arguments}"));
    }

    /// Writes a provider block that leads to the cluster without a detour, with more arguments.
    pub(crate) fn connect_directly_with(&self, arguments: &str) {
        let path = self.cluster.kubeconfig();
        self.configure_provider(&format!("config_path = {path:?}\n{arguments}"));
    }

    /// Returns an id for a runtime, which no other test has.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the namespace that a runtime of this id has by default.
    pub(crate) fn namespace(&self) -> String {
        format!("kre-{}", self.id)
    }

    /// Returns how an object in that namespace is named.
    pub(crate) fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.namespace())
    }

    /// Runs kubectl as the administrator; without one on PATH, says so and returns nothing.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Option<Output> {
        let mut command = Command::new("kubectl");
        command
            .args(arguments)
            .current_dir(self.folder())
            .env("KUBECONFIG", self.cluster.kubeconfig());
        match Running::start(command, "", PATIENCE) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                harness::report::remark("skipped: kubectl, which is not on PATH");
                None
            }
            started => {
                let output = started.and_then(Running::wait).or_fail("no kubectl");
                assert!(output.succeeded(), "{output}");
                Some(output)
            }
        }
    }

    /// Lets the cluster put a registry in front of the images of workloads in a namespace.
    ///
    /// The namespace has to be there, because it is tried out there.
    pub(crate) fn rewrite_images(&self, namespace: &str, registry: &str) {
        let ImagePolicy { policy, binding } = ImagePolicy::new(namespace, registry);
        self.objects.create(&policy);
        self.objects.create(&binding);
        let image = json!([{ "name": "a", "image": "a" }]);
        let labels = json!({ "app": "trial" });
        let template = json!({ "metadata": { "labels": labels }, "spec": { "containers": image } });
        let trial = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "name": "trial", "namespace": namespace },
            "spec": { "selector": { "matchLabels": labels }, "template": template },
        });
        eventually("the policy holds", || {
            let tried = self.objects.try_out(&trial);
            let image = tried.pointer("/spec/template/spec/containers/0/image");
            let is_there =
                |image: &Value| image.as_str().is_some_and(|it| it.starts_with(registry));
            image
                .filter(|it| is_there(it))
                .map(drop)
                .ok_or(tried.clone())
        });
    }

    /// Takes the policy of a namespace away.
    pub(crate) fn leave_images(&self, namespace: &str) {
        for kind in ["MutatingAdmissionPolicyBinding", "MutatingAdmissionPolicy"] {
            self.objects.delete(kind, namespace);
        }
    }

    /// Waits until the cluster holds what it held before the test, and nothing else.
    #[track_caller]
    pub(crate) fn assert_as_before(&self) {
        self.objects.assert_as_before(&self.before);
    }

    /// Returns what the cluster holds now besides, or not any more, in sentences.
    pub(crate) fn differences(&self) -> Vec<String> {
        let now = self.objects.snapshot(&self.id);
        self.before.differences(&now)
    }
}

impl Place for ClusterStage {
    fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    fn prey(&self) -> Prey {
        Prey::new(&binary()).in_folder(&self.folder())
    }
}

impl Deref for ClusterStage {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl DerefMut for ClusterStage {
    fn deref_mut(&mut self) -> &mut Stage {
        &mut self.stage
    }
}
