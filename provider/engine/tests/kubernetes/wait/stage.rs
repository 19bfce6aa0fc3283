//! What these tests stand on: a namespace, workloads in it, and what waiting for them comes to.

use std::{fmt::Debug, time::Duration};

use harness::cluster::{Cluster as Machine, Namespace, client_of};
use k8s_openapi::{
    NamespaceResourceScope,
    api::{
        apps::v1::{Deployment, StatefulSet},
        core::v1::Event,
    },
};
use kre_core::desired::ObjectKey;
use kre_engine::{
    kubernetes::{Arguments, Cluster},
    wait::{Cause, Patience, Report, WaitError, Workload, until_ready},
};
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{ListParams, Patch, PatchParams, PostParams},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::support::{cluster, machine};

/// What annotations for the test cluster begin with.
pub(super) const PREFIX: &str = "devcluster.kre.konstellation.io";
/// How long a cause may last in these tests.
pub(super) const FAIL_FAST: Duration = Duration::from_secs(2);

pub(super) trait Kind:
    Resource<Scope = NamespaceResourceScope, DynamicType = ()>
    + Clone
    + Debug
    + DeserializeOwned
    + Serialize
{
}

impl<K> Kind for K where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + Debug
        + DeserializeOwned
        + Serialize
{
}

/// A namespace of a test's own.
pub(super) struct Stage {
    pub(super) cluster: Cluster,
    pub(super) client: Client,
    namespace: Namespace,
}

impl Stage {
    pub(super) async fn new(subject: &str) -> Self {
        Self::on(machine(), subject).await
    }

    pub(super) async fn on(machine: &Machine, subject: &str) -> Self {
        let arguments = Arguments {
            config_path: Some(machine.kubeconfig().to_owned()),
            ..Arguments::default()
        };
        Self {
            cluster: cluster(arguments),
            client: client_of(machine.kubeconfig()).await,
            namespace: Namespace::create(machine, &format!("wait-{subject}")).await,
        }
    }

    pub(super) fn namespace(&self) -> &str {
        self.namespace.name()
    }

    pub(super) fn all<K: Kind>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), self.namespace())
    }

    pub(super) async fn create<K: Kind>(&self, object: Value) -> K {
        let object = serde_json::from_value(object).unwrap();
        let created = self.all().create(&PostParams::default(), &object).await;
        created.unwrap()
    }

    pub(super) async fn change<K: Kind>(&self, name: &str, patch: Value) -> K {
        let params = PatchParams::default();
        let changed = self.all().patch(name, &params, &Patch::Merge(patch)).await;
        changed.unwrap()
    }

    /// Creates a StatefulSet, and returns what to wait for.
    pub(super) async fn stateful(&self, replicas: u32, pod: &Value) -> Workload {
        self.follow(&self.create::<StatefulSet>(workload(replicas, pod)).await)
    }

    /// Creates a Deployment, and returns what to wait for.
    pub(super) async fn deployment(&self, replicas: u32, pod: &Value) -> Workload {
        self.follow(&self.create::<Deployment>(workload(replicas, pod)).await)
    }

    /// What to wait for.
    pub(super) fn follow<K: Kind>(&self, object: &K) -> Workload {
        let name = object.name_any();
        Workload {
            key: ObjectKey::namespaced("apps/v1", &K::kind(&()), self.namespace(), &name),
            generation: object.meta().generation.unwrap(),
        }
    }

    pub(super) async fn wait(&self, workload: &Workload) -> Result<(), WaitError> {
        self.wait_for(workload, &patience(60)).await
    }

    pub(super) async fn wait_for(
        &self,
        workload: &Workload,
        patience: &Patience,
    ) -> Result<(), WaitError> {
        let stop = CancellationToken::new();
        let workloads = std::slice::from_ref(workload);
        until_ready(&self.cluster, workloads, patience, &stop).await
    }

    /// Waits for what has to be hopeless for one reason.
    pub(super) async fn hopeless(&self, workload: &Workload) -> Report {
        match self.wait(workload).await {
            Err(WaitError::Hopeless(reports)) => only(reports),
            other => panic!("not hopeless: {other:?}"),
        }
    }

    /// Waits for what has to take longer than there is time, for one reason.
    pub(super) async fn timed_out(&self, workload: &Workload, seconds: u64) -> Report {
        match self.wait_for(workload, &patience(seconds)).await {
            Err(WaitError::TimedOut { reports, .. }) => only(reports),
            other => panic!("not timed out: {other:?}"),
        }
    }

    /// Waits until an object is there and as the test wants it.
    pub(super) async fn until<K: Kind, T>(&self, name: &str, find: impl Fn(&K) -> Option<T>) -> T {
        let api = self.all::<K>();
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let object = api.get_opt(name).await.unwrap();
            if let Some(found) = object.as_ref().and_then(&find) {
                return found;
            }
            assert!(Instant::now() < end, "{object:#?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Tells whether there is an event of the reason.
    pub(super) async fn has_event(&self, reason: &str) -> bool {
        let events = self.all::<Event>().list(&ListParams::default()).await;
        let mut events = events.unwrap().into_iter();
        events.any(|event| event.reason.as_deref() == Some(reason))
    }
}

pub(super) fn patience(seconds: u64) -> Patience {
    Patience {
        until: Instant::now() + Duration::from_secs(seconds),
        fail_fast: FAIL_FAST,
        settle: Duration::ZERO,
    }
}

#[track_caller]
pub(super) fn only(reports: Vec<Report>) -> Report {
    let [report] = <[Report; 1]>::try_from(reports).unwrap();
    report
}

#[track_caller]
pub(super) fn check(report: &Report, cause: Cause, shown: &[&str]) {
    assert_eq!(report.cause, cause, "{report}");
    let text = report.to_string();
    for part in shown {
        assert!(text.contains(part), "no `{part}` in `{text}`");
    }
}

/// A pod with a container that is probed.
pub(super) fn pod() -> Value {
    json!({
        "metadata": { "labels": { "app": "greeter" } },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{
                "name": "app",
                "image": "registry.example/app:1",
                "readinessProbe": { "tcpSocket": { "port": 80 } },
            }],
        },
    })
}

/// A pod that meets a fate, and says something in its log.
pub(super) fn fated(fate: &str) -> Value {
    let mut pod = pod();
    pod["metadata"]["annotations"] = json!({
        format!("{PREFIX}/fate"): fate,
        format!("{PREFIX}/log"): "greeter cannot go on",
    });
    pod
}

/// A workload of such pods.
pub(super) fn workload(replicas: u32, pod: &Value) -> Value {
    json!({
        "metadata": {
            "name": "greeter",
            "labels": { "app.kubernetes.io/component": "greeting" },
        },
        "spec": {
            "replicas": replicas,
            "selector": { "matchLabels": pod["metadata"]["labels"] },
            "template": pod,
        },
    })
}

/// A workload whose pods each claim a volume of a class.
pub(super) fn claiming(class: &str) -> Value {
    let mut set = workload(1, &pod());
    set["spec"]["volumeClaimTemplates"] = json!([{
        "metadata": { "name": "data" },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": class,
            "resources": { "requests": { "storage": "1Gi" } },
        },
    }]);
    set
}
