//! What the tests stand on: a namespace in the shared cluster, and patience.

pub(crate) mod http;
pub(crate) mod machine;
pub(crate) mod pods;

use std::fmt::{self, Debug};
use std::time::{Duration, Instant};

use harness::cluster::{Cluster, Namespace, client_of};
use harness::report::{OrFail, fail};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::core::Status;
use kube::{Api, Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time;

use self::pods::is_ready;

/// How long the cluster may take to do what it is asked to, on a machine that does other things.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is looked at meanwhile.
const INTERVAL: Duration = Duration::from_millis(50);

/// A kind of object that lives in a namespace, as a test handles it.
pub(crate) trait Kind:
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

/// A namespace in the cluster that all tests share.
pub(crate) struct Stage {
    pub(crate) client: Client,
    namespace: Namespace,
}

impl Stage {
    /// Makes a namespace named after what the test is about.
    pub(crate) async fn new(subject: &str) -> Self {
        let cluster = Cluster::shared();
        Self {
            client: client_of(cluster.kubeconfig()).await,
            namespace: Namespace::create(cluster, subject).await,
        }
    }

    /// Returns the name of the namespace.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.name()
    }

    /// Returns the objects of a kind in the namespace.
    pub(crate) fn all<K: Kind>(&self) -> Api<K> {
        Api::namespaced(self.client.clone(), self.namespace())
    }

    /// Creates an object.
    pub(crate) async fn create<K: Kind>(&self, object: Value) -> K {
        let created = self.try_create(object).await;
        created.or_fail(format!("no {}", K::kind(&())))
    }

    /// Tries to create an object that has to be refused, and returns the refusal.
    pub(crate) async fn refusal<K: Kind>(&self, object: Value) -> Status {
        refused(self.try_create::<K>(object).await)
    }

    async fn try_create<K: Kind>(&self, object: Value) -> kube::Result<K> {
        let object = serde_json::from_value(object).or_fail("the test's object is wrong");
        self.all().create(&PostParams::default(), &object).await
    }

    /// Changes an object by a merge patch.
    pub(crate) async fn change<K: Kind>(&self, name: &str, patch: Value) -> kube::Result<K> {
        let patch = Patch::Merge(patch);
        self.all()
            .patch(name, &PatchParams::default(), &patch)
            .await
    }

    /// Deletes an object and waits until it is gone.
    pub(crate) async fn delete<K: Kind>(&self, name: &str) {
        let objects = self.all::<K>();
        let deleted = objects.delete(name, &DeleteParams::default()).await;
        let Some(object) = deleted.or_fail("it is not deleted").left() else {
            return;
        };
        let uid = object.uid();
        eventually("it is gone", async || {
            let found = objects.get_opt(name).await.or_fail("no answer");
            match found {
                Some(object) if object.uid() == uid => Err(object),
                _ => Ok(()),
            }
        })
        .await;
    }

    /// Waits until an object is there and as the test wants it; returns what the test found in it.
    pub(crate) async fn until<K: Kind, T>(
        &self,
        name: &str,
        what: &str,
        find: impl Fn(&K) -> Option<T>,
    ) -> T {
        let objects = self.all::<K>();
        eventually(what, async || {
            let object = objects.get_opt(name).await.or_fail("no answer");
            let found = object.as_ref().and_then(&find);
            found.ok_or_else(|| object.as_ref().map(status))
        })
        .await
    }

    /// Waits until a pod is ready, and another one than the one with the uid.
    pub(crate) async fn ready_pod(&self, name: &str, not: Option<String>) {
        let find = |pod: &Pod| (is_ready(pod) && pod.uid() != not).then_some(());
        self.until(name, "it is ready", find).await;
    }

    /// Waits for an event about an object, and returns its message.
    pub(crate) async fn event(&self, name: &str, reason: &str) -> String {
        let about = ListParams::default().fields(&format!("involvedObject.name={name}"));
        let events = self.all::<Event>();
        eventually(&format!("event {reason}"), async || {
            let found = events.list(&about).await.or_fail("no events").items;
            let wanted = found
                .iter()
                .find(|event| event.reason.as_deref() == Some(reason));
            wanted
                .map(|event| event.message.clone().unwrap_or_default())
                .ok_or(found)
        })
        .await
    }
}

/// What a failed test shows of an object.
struct Seen(Value);

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

fn status<K: Kind>(object: &K) -> Seen {
    let mut object = serde_json::to_value(object).unwrap_or_default();
    Seen(object["status"].take())
}

/// Asks again and again until the answer is `Ok`; fails the test with the last one that was not.
pub(crate) async fn eventually<T, E: Debug>(
    what: &str,
    mut ask: impl AsyncFnMut() -> Result<T, E>,
) -> T {
    let since = Instant::now();
    loop {
        match time::timeout(PATIENCE, ask()).await {
            Ok(Ok(answer)) => return answer,
            Ok(Err(last)) if since.elapsed() > PATIENCE => {
                fail(format!("not within {PATIENCE:?}: {what}: {last:#?}"))
            }
            Ok(Err(_)) => time::sleep(INTERVAL).await,
            Err(_) => fail(format!("no answer within {PATIENCE:?}: {what}")),
        }
    }
}

/// Returns why the API server refused something.
#[track_caller]
pub(crate) fn refused<T: Debug>(answer: kube::Result<T>) -> Status {
    match answer {
        Err(kube::Error::Api(status)) => *status,
        other => fail(format!("it was not refused: {other:?}")),
    }
}
