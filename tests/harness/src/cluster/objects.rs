//! Looking at the objects of a cluster, and doing to them what people do.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use kube::api::{
    ApiResource, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams,
};
use kube::discovery::{Discovery, Scope, verbs};
use kube::{Api, Client};
use serde_json::{Value, json};

use super::{Forward, client_of};
use crate::background::finish;
use crate::patience::eventually;
use crate::report::{OrFail, fail};

/// The objects of a cluster, as its administrator sees and changes them.
///
/// Kinds are named as in manifests, e.g. `Deployment`; where two groups have the same, the name
/// means the older one, and `Event.events.k8s.io` the other. An object is named `NAMESPACE/NAME`,
/// or `NAME` alone if it belongs to no namespace. Whatever fails fails the test. Works in tests
/// that are asynchronous and in those that are not.
#[derive(Clone)]
pub struct Objects {
    client: Client,
    kinds: Arc<Vec<Kind>>,
}

/// A kind of object that a cluster has.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) resource: ApiResource,
    pub(super) can_be_listed: bool,
    is_namespaced: bool,
}

impl Objects {
    /// Connects as the user of a kubeconfig, and learns which kinds there are.
    #[track_caller]
    pub fn of(kubeconfig: &Path) -> Self {
        let kubeconfig = kubeconfig.to_owned();
        let found = finish(async move {
            let client = client_of(&kubeconfig).await;
            kinds(&client).await.map(|kinds| Self {
                client,
                kinds: Arc::new(kinds),
            })
        });
        found.or_fail("the cluster does not say what it has")
    }

    /// Returns an object; `None` if it is not there.
    #[track_caller]
    pub fn get(&self, kind: &str, place: &str) -> Option<Value> {
        let (api, name) = self.api(kind, place);
        let found = finish(async move { api.get_opt(&name).await });
        found
            .or_fail(format!("no answer about {kind} {place}"))
            .map(value)
    }

    /// Returns all objects of a kind in a namespace.
    #[track_caller]
    pub fn list(&self, kind: &str, namespace: &str) -> Vec<Value> {
        let (api, _) = self.api(kind, &format!("{namespace}/"));
        let found = finish(async move { api.list(&ListParams::default()).await });
        let found = found.or_fail(format!("no answer about {kind} in {namespace}"));
        found.items.into_iter().map(value).collect()
    }

    /// Creates an object as the manifest says.
    #[track_caller]
    pub fn create(&self, manifest: &Value) -> Value {
        self.post(&PostParams::default(), manifest)
    }

    /// Returns what would be stored if the manifest were created, and stores nothing.
    #[track_caller]
    pub fn try_out(&self, manifest: &Value) -> Value {
        let parameters = PostParams {
            dry_run: true,
            ..PostParams::default()
        };
        self.post(&parameters, manifest)
    }

    /// Tells whether the rules of the cluster admit an object, and stores nothing.
    #[track_caller]
    pub fn is_admitted(&self, manifest: &Value) -> bool {
        let (kind, place) = named(manifest);
        let (api, _) = self.api(&kind, &place);
        let object = serde_json::from_value(manifest.clone()).or_fail("this is no manifest");
        let parameters = PostParams {
            dry_run: true,
            ..PostParams::default()
        };
        match finish(async move { api.create(&parameters, &object).await }) {
            Err(kube::Error::Api(status)) if matches!(status.code, 403 | 422) => false,
            tried => {
                tried.or_fail(format!("{kind} {place} cannot be tried out"));
                true
            }
        }
    }

    /// Changes an object by a merge patch in the name of a manager of fields, e.g. `kubectl-edit`.
    #[track_caller]
    pub fn change(&self, manager: &str, kind: &str, place: &str, patch: Value) -> Value {
        let parameters = PatchParams {
            field_manager: Some(manager.to_owned()),
            ..PatchParams::default()
        };
        self.patch(&parameters, kind, place, Patch::Merge(patch))
    }

    /// Applies a manifest in the name of a manager, who takes over what conflicts.
    #[track_caller]
    pub fn apply(&self, manager: &str, manifest: &Value) -> Value {
        let (kind, place) = named(manifest);
        let parameters = PatchParams::apply(manager).force();
        self.patch(&parameters, &kind, &place, Patch::Apply(manifest.clone()))
    }

    /// Sets the number of replicas as `kubectl scale` does.
    #[track_caller]
    pub fn scale(&self, kind: &str, place: &str, replicas: u32) {
        let (api, name) = self.api(kind, place);
        let patch = Patch::Merge(json!({ "spec": { "replicas": replicas } }));
        let parameters = PatchParams {
            field_manager: Some("kubectl".to_owned()),
            ..PatchParams::default()
        };
        let scaled = finish(async move { api.patch_scale(&name, &parameters, &patch).await });
        scaled.or_fail(format!("{kind} {place} is not scaled"));
    }

    /// Asks to delete an object, and does not wait until it is gone; it may be gone already.
    #[track_caller]
    pub fn delete(&self, kind: &str, place: &str) {
        self.delete_so(kind, place, DeleteParams::default());
    }

    /// Asks to delete an object and to leave what belongs to it, as `--cascade=orphan` does.
    #[track_caller]
    pub fn delete_alone(&self, kind: &str, place: &str) {
        self.delete_so(kind, place, DeleteParams::orphan());
    }

    #[track_caller]
    fn delete_so(&self, kind: &str, place: &str, parameters: DeleteParams) {
        let (api, name) = self.api(kind, place);
        let deleted = finish(async move { api.delete(&name, &parameters).await });
        match deleted {
            Err(kube::Error::Api(status)) if status.code == 404 => {}
            other => drop(other.or_fail(format!("{kind} {place} is not deleted"))),
        }
    }

    /// Waits until an object is as the test wants it; returns what the test found in it.
    #[track_caller]
    pub fn until<T>(
        &self,
        what: &str,
        (kind, place): (&str, &str),
        find: impl Fn(&Value) -> Option<T>,
    ) -> T {
        eventually(what, || {
            let object = self.get(kind, place).unwrap_or_default();
            find(&object).ok_or(object)
        })
    }

    /// Opens a port of this machine that leads to a port of a pod.
    #[track_caller]
    pub fn forward(&self, pod: &str, port: u16) -> Forward {
        let Some((namespace, name)) = pod.split_once('/') else {
            fail(format!("a pod belongs to a namespace: `{pod}`"))
        };
        let pods = Api::namespaced(self.client.clone(), namespace);
        let name = name.to_owned();
        finish(async move { Forward::to(pods, &name, port).await })
    }

    /// Waits until an object is gone.
    #[track_caller]
    pub fn until_gone(&self, kind: &str, place: &str) {
        let what = format!("{kind} {place} is gone");
        eventually(&what, || match self.get(kind, place) {
            None => Ok(()),
            Some(object) => Err(object),
        });
    }

    #[track_caller]
    fn post(&self, parameters: &PostParams, manifest: &Value) -> Value {
        let (kind, place) = named(manifest);
        let (api, _) = self.api(&kind, &place);
        let object = serde_json::from_value(manifest.clone()).or_fail("this is no manifest");
        let parameters = parameters.clone();
        let created = finish(async move { api.create(&parameters, &object).await });
        value(created.or_fail(format!("{kind} {place} is not created")))
    }

    #[track_caller]
    fn patch(
        &self,
        parameters: &PatchParams,
        kind: &str,
        place: &str,
        patch: Patch<Value>,
    ) -> Value {
        let (api, name) = self.api(kind, place);
        let parameters = parameters.clone();
        let patched = finish(async move { api.patch(&name, &parameters, &patch).await });
        value(patched.or_fail(format!("{kind} {place} is not changed")))
    }

    /// Returns the objects that an object is among, and its name.
    #[track_caller]
    fn api(&self, kind: &str, place: &str) -> (Api<DynamicObject>, String) {
        let is_it = |it: &&Kind| {
            let ApiResource {
                kind: name, group, ..
            } = &it.resource;
            name == kind || kind.split_once('.') == Some((name.as_str(), group.as_str()))
        };
        let Some(Kind {
            resource,
            is_namespaced,
            ..
        }) = self.kinds.iter().find(is_it)
        else {
            fail(format!("the cluster has no such kind: `{kind}`"))
        };
        match (is_namespaced, place.split_once('/')) {
            (true, Some((namespace, name))) => {
                let api = Api::namespaced_with(self.client.clone(), namespace, resource);
                (api, name.to_owned())
            }
            (false, None) => (
                Api::all_with(self.client.clone(), resource),
                place.to_owned(),
            ),
            (true, None) => fail(format!("{kind} belongs to a namespace: `{place}`")),
            (false, Some(_)) => fail(format!("{kind} belongs to no namespace: `{place}`")),
        }
    }

    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").finish_non_exhaustive()
    }
}

/// Returns every kind that a cluster has, in a fixed order: groups that are older first.
pub(super) async fn kinds(client: &Client) -> kube::Result<Vec<Kind>> {
    let found = Discovery::new(client.clone()).run_aggregated().await?;
    let mut all = Vec::new();
    // The group without a name comes first, and that of a kind's successor has a longer name.
    for group in found.groups_alphabetical() {
        for (resource, capabilities) in group.resources_by_stability() {
            all.push(Kind {
                resource,
                can_be_listed: capabilities.supports_operation(verbs::LIST),
                is_namespaced: capabilities.scope == Scope::Namespaced,
            });
        }
    }
    all.sort_by(|one, other| {
        let key = |it: &Kind| (it.resource.group.clone(), it.resource.kind.clone());
        key(one).cmp(&key(other))
    });
    Ok(all)
}

#[track_caller]
fn named(manifest: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let kind = manifest.get("kind").and_then(text);
    let at = |key: &str| manifest.pointer(&format!("/metadata/{key}")).and_then(text);
    match (kind, at("namespace"), at("name")) {
        (Some(kind), Some(namespace), Some(name)) => (kind, format!("{namespace}/{name}")),
        (Some(kind), None, Some(name)) => (kind, name),
        _ => fail(format!("a manifest without kind or name: {manifest}")),
    }
}

fn value(object: DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}
