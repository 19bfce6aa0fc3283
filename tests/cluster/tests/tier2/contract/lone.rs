//! A node of the fixture as a pod of its own, with something about it that is wrong.

use harness::cluster::{Cluster, client_of};
use harness::patience::eventually;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::LogParams;
use serde_json::{Value, json};
use tokio::runtime::Builder;

use super::fixture::{Fixture, manifests};

/// The containers of a node, as its manifest calls them.
pub(super) const DOWNLOADER: &str = "krt-files-downloader";
pub(super) const RUNNER: &str = "demo-v1-greet-hello";

/// A pod that hears of nothing that the others hear of.
pub(super) struct Lone<'a> {
    fixture: &'a Fixture,
    name: String,
}

impl<'a> Lone<'a> {
    /// Creates it like node `hello`, with some variables that are other ones, or missing.
    pub(super) fn create(
        fixture: &'a Fixture,
        name: &str,
        variables: &[(&str, Option<&str>)],
    ) -> Self {
        Self::create_so(fixture, name, |pod| {
            for (name, value) in variables {
                set(pod, name, *value);
            }
        })
    }

    /// Creates it like node `hello`, changed.
    pub(super) fn create_so(
        fixture: &'a Fixture,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Self {
        Self::of("workflow-greet", fixture, name, |pod| {
            // Nobody sends anything there.
            let channel = format!("demo_v1_Greet.hello.{name}");
            set(pod, "KRT_NATS_INPUTS", Some(&channel));
            set(pod, "KRT_NODE_NAME", Some(name));
            change(pod);
        })
    }

    /// Creates it like the first Deployment of a file, changed.
    pub(super) fn of(
        file: &str,
        fixture: &'a Fixture,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Self {
        let deployment = manifests(file).swap_remove(0);
        let mut pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": name },
            "spec": deployment["spec"]["template"]["spec"],
        });
        change(&mut pod);
        fixture.stage.create(pod);
        let name = name.to_owned();
        Self { fixture, name }
    }

    /// Waits until the pod is as the test wants it; returns what the test found in it.
    #[track_caller]
    pub(super) fn until<T>(&self, what: &str, find: impl Fn(&Value) -> Option<T>) -> T {
        self.fixture.stage.until(what, &self.name, find)
    }

    /// Waits until a container has ended and been started again: phase of the pod, and how it
    /// ended.
    #[track_caller]
    pub(super) fn until_restarted(&self, container: &str) -> (String, Value) {
        self.until("a container was started again", |pod| {
            let state = state(pod, container)?;
            let ended = &state["lastState"]["terminated"];
            let has_ended = state["restartCount"].as_u64() >= Some(1) && ended.is_object();
            let phase = pod["status"]["phase"].as_str()?.to_owned();
            let ended = json!([ended["reason"], ended["exitCode"]]);
            has_ended.then_some((phase, ended))
        })
    }

    /// Waits until something is among what a container wrote before it ended; right after that
    /// there may be no log, or an answer that says so.
    #[track_caller]
    pub(super) fn until_said(&self, container: &str, words: &str) {
        let cluster = Cluster::with_containers().expect("the pod is in one");
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let parameters = LogParams {
            container: Some(container.to_owned()),
            previous: true,
            ..LogParams::default()
        };
        let client = runtime.block_on(client_of(cluster.kubeconfig()));
        let pods = Api::<Pod>::namespaced(client, self.fixture.stage.namespace());
        eventually(words, || {
            let log = runtime.block_on(pods.logs(&self.name, &parameters));
            match log {
                Ok(log) if log.contains(words) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
    }

    /// Returns the name of the consumer that it would make.
    pub(super) fn durable(&self) -> String {
        format!("demo_v1_Greet-hello-{0}-{0}", self.name)
    }

    /// Tells whether it has made its consumer.
    pub(super) fn listens(&self) -> bool {
        let durables = self.fixture.stores.durables("demo_v1_Greet");
        durables.contains(&self.durable())
    }
}

/// Returns what is known of a container, which may be one of those that come first.
pub(super) fn state<'a>(pod: &'a Value, container: &str) -> Option<&'a Value> {
    let lists = ["initContainerStatuses", "containerStatuses"].map(|key| &pod["status"][key]);
    let mut states = lists.into_iter().filter_map(Value::as_array).flatten();
    states.find(|state| state["name"] == container)
}

/// Sets a variable of all containers, or removes it.
pub(super) fn set(pod: &mut Value, name: &str, value: Option<&str>) {
    for list in ["initContainers", "containers"] {
        for container in pod["spec"][list].as_array_mut().into_iter().flatten() {
            let variables = container["env"].as_array_mut();
            let variables = variables.expect("every container has variables");
            variables.retain(|variable| variable["name"] != name);
            variables.extend(value.map(|value| json!({ "name": name, "value": value })));
        }
    }
}
