//! Objects of a real cluster: read, applied, removed.

mod applied;
mod counted;
mod denied;
mod exclusive;
mod found;
mod front;
mod gone;
mod strangers;

use harness::cluster::{Namespace, client_of};
use kre_core::{
    desired::{Object, ObjectKey},
    runtime::{INSTANCE, MANAGED_BY, MANAGER},
};
use kre_engine::objects::{Live, Objects};
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

use tokio::sync::RwLock;

use crate::support::{by_kubeconfig, cluster, machine, soon};

const MAP: (&str, &str) = ("v1", "ConfigMap");
const DEPLOYMENT: (&str, &str) = ("apps/v1", "Deployment");
const LABEL: (&str, &str) = (MANAGED_BY, MANAGER);
const STAMP: &str = "0011223344556677";

/// Held by whoever makes an API of the cluster sick, and shared by whoever would notice.
static HEALTH: RwLock<()> = RwLock::const_new(());

/// The objects of the shared cluster, as nobody else knows them.
fn objects() -> Objects {
    Objects::new(cluster(by_kubeconfig()))
}

async fn namespace(subject: &str) -> Namespace {
    Namespace::create(machine(), subject).await
}

async fn client() -> Client {
    client_of(machine().kubeconfig()).await
}

/// An object with our label and a stamp.
fn object(kind: (&str, &str), namespace: &str, name: &str, fields: Value) -> Object {
    stamped(STAMP, kind, namespace, name, fields)
}

fn stamped(stamp: &str, kind: (&str, &str), namespace: &str, name: &str, fields: Value) -> Object {
    let key = ObjectKey::namespaced(kind.0, kind.1, namespace, name);
    let metadata = json!({ "labels": { LABEL.0: LABEL.1 }, "annotations": { INSTANCE: stamp } });
    Object::new(key, metadata, fields)
}

/// A config map with one entry.
fn map(namespace: &str, name: &str, value: &str) -> Object {
    object(MAP, namespace, name, json!({ "data": { "a": value } }))
}

/// A deployment without pods.
fn deployment(namespace: &str, name: &str, image: &str) -> Object {
    let fields = json!({
        "spec": {
            "replicas": 0,
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": { "containers": [{ "name": "main", "image": image }] },
            },
        },
    });
    object(DEPLOYMENT, namespace, name, fields)
}

/// Another client's way to objects of a kind.
async fn theirs(kind: (&str, &str), namespace: Option<&str>) -> Api<DynamicObject> {
    let (group, version) = kind.0.split_once('/').unwrap_or(("", kind.0));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind.1));
    let client = client().await;
    match namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &resource),
        None => Api::all_with(client, &resource),
    }
}

/// Creates an object as somebody else.
async fn create(kind: (&str, &str), namespace: Option<&str>, manifest: Value) -> Value {
    let api = theirs(kind, namespace).await;
    let mut manifest = manifest;
    manifest["apiVersion"] = json!(kind.0);
    manifest["kind"] = json!(kind.1);
    let manifest: DynamicObject = serde_json::from_value(manifest).unwrap();
    let created = api.create(&PostParams::default(), &manifest).await.unwrap();
    serde_json::to_value(created).unwrap()
}

/// Changes an object as somebody else does.
async fn edit(key: &ObjectKey, change: Value) {
    let kind = (key.api_version.as_str(), key.kind.as_str());
    let api = theirs(kind, key.namespace.as_deref()).await;
    let params = PatchParams {
        field_manager: Some("kubectl-edit".to_owned()),
        ..PatchParams::default()
    };
    let change = Patch::Merge(change);
    api.patch(&key.name, &params, &change).await.unwrap();
}

async fn read(key: &ObjectKey) -> Option<Live> {
    objects().get(key, soon()).await.unwrap()
}

fn uid(live: &Live) -> String {
    live.uid().to_owned()
}
