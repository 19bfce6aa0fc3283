//! What a cluster can hold, asked of the cluster itself.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::future::try_join_all;
use http::{Request, header::ACCEPT};
use kube::{
    client::{APIGroupDiscovery, APIGroupDiscoveryList, APIResourceDiscovery},
    core::{discovery::v2::ACCEPT_AGGREGATED_DISCOVERY_V2, request},
};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout_at},
};

use super::{Objects, ask::Refused};
use crate::kubernetes::Failure;

/// How long an answer is believed: whoever removes a hundred namespaces asks once, and a kind
/// that was just defined is seen nevertheless.
const MEMORY: Duration = Duration::from_secs(30);

/// What is remembered of the last answer.
#[derive(Debug, Default)]
pub(super) struct Discovery(Mutex<Option<(Instant, Arc<Resources>)>>);

/// What a cluster can hold in a namespace.
#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) listable: Vec<Resource>,
    /// Groups and versions that do not answer at the moment.
    pub(super) silent: Vec<String>,
}

/// A resource whose objects are in namespaces and can be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) plural: String,
}

/// The older form, one per group and version.
#[derive(Deserialize)]
struct ResourceList {
    resources: Vec<OneResource>,
}

#[derive(Deserialize)]
struct OneResource {
    name: String,
    kind: String,
    namespaced: bool,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Deserialize)]
struct GroupList {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    versions: Vec<GroupVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupVersion {
    group_version: String,
}

impl Resource {
    /// The group; empty for the core group.
    pub(super) fn group(&self) -> &str {
        let group = self.api_version.split_once('/');
        group.map_or("", |(group, _)| group)
    }
}

impl Objects {
    /// What the cluster can hold in a namespace, each resource in one of its versions.
    pub(super) async fn resources(&self, until: Instant) -> Result<Arc<Resources>, Failure> {
        let Ok(mut remembered) = timeout_at(until, self.discovery().0.lock()).await else {
            // Time is up: the request says so.
            return self.discovered(until).await.map(Arc::new);
        };
        if let Some((since, resources)) = &*remembered
            && since.elapsed() < MEMORY
        {
            return Ok(resources.clone());
        }
        let since = Instant::now();
        let resources = Arc::new(self.discovered(until).await?);
        *remembered = Some((since, resources.clone()));
        Ok(resources)
    }

    async fn discovered(&self, until: Instant) -> Result<Resources, Failure> {
        let mut resources = Resources::default();
        for root in ["/api", "/apis"] {
            let answer: Value = match self.ask(of(root), until).await {
                Ok(answer) => answer,
                Err(refused) => return Err(self.failure(refused).await),
            };
            match serde_json::from_value::<APIGroupDiscoveryList>(answer.clone()) {
                Ok(list) if answer.get("items").is_some() => {
                    for group in &list.items {
                        resources.add(group);
                    }
                }
                _ => self.add_each(&mut resources, root, &answer, until).await?,
            }
        }
        resources.listable = once(resources.listable);
        Ok(resources)
    }

    /// Asks an older API server for each group and version.
    async fn add_each(
        &self,
        resources: &mut Resources,
        root: &str,
        answer: &Value,
        until: Instant,
    ) -> Result<(), Failure> {
        let lists = versions(answer).into_iter().map(async |version| {
            let path = format!("{root}/{version}");
            match self.ask::<ResourceList>(of(&path), until).await {
                Ok(list) => Ok((version, Some(list))),
                Err(Refused::Status(_)) => Ok((version, None)),
                Err(refused) => Err(self.failure(refused).await),
            }
        });
        for (version, list) in try_join_all(lists).await? {
            let Some(list) = list else {
                resources.silent.push(version);
                continue;
            };
            let kinds = list.resources.into_iter().filter(|it| {
                let is_whole = !it.name.contains('/');
                it.namespaced && is_whole && it.verbs.iter().any(|verb| verb == "list")
            });
            resources.listable.extend(kinds.map(|it| Resource {
                api_version: version.clone(),
                kind: it.kind,
                plural: it.name,
            }));
        }
        Ok(())
    }
}

impl Resources {
    fn add(&mut self, group: &APIGroupDiscovery) {
        let name = group.metadata.as_ref().and_then(|it| it.name.as_deref());
        let name = name.unwrap_or_default();
        for version in &group.versions {
            let number = version.version.as_deref().unwrap_or_default();
            let api_version = if name.is_empty() {
                number.to_owned()
            } else {
                format!("{name}/{number}")
            };
            if version.freshness.as_deref() == Some("Stale") {
                self.silent.push(api_version);
                continue;
            }
            let listable = version.resources.iter();
            let listable = listable.filter_map(|it| listable_of(&api_version, it));
            self.listable.extend(listable);
        }
    }
}

fn listable_of(api_version: &str, resource: &APIResourceDiscovery) -> Option<Resource> {
    let is_namespaced = resource.scope.as_deref() == Some("Namespaced");
    let is_listable = resource.verbs.iter().any(|verb| verb == "list");
    if !is_namespaced || !is_listable {
        return None;
    }
    Some(Resource {
        api_version: api_version.to_owned(),
        kind: resource.response_kind.as_ref()?.kind.clone()?,
        plural: resource.resource.clone()?,
    })
}

/// Each resource in the version that its group prefers, which is the first.
fn once(resources: Vec<Resource>) -> Vec<Resource> {
    let mut seen = BTreeSet::new();
    let mut resources = resources;
    resources.retain(|it| seen.insert((it.group().to_owned(), it.plural.clone())));
    resources
}

/// The versions that an older API server names: at the root of the core group, or at that of all
/// others.
fn versions(answer: &Value) -> Vec<String> {
    if let Ok(list) = serde_json::from_value::<GroupList>(answer.clone()) {
        let versions = list.groups.into_iter().flat_map(|group| group.versions);
        return versions.map(|version| version.group_version).collect();
    }
    let versions = answer.get("versions").and_then(Value::as_array);
    let versions = versions.into_iter().flatten().filter_map(Value::as_str);
    versions.map(str::to_owned).collect()
}

fn of(path: &str) -> Result<Request<Vec<u8>>, request::Error> {
    let request = Request::get(path).header(ACCEPT, ACCEPT_AGGREGATED_DISCOVERY_V2);
    request
        .body(Vec::new())
        .map_err(request::Error::BuildRequest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_group_that_does_not_answer_is_named() {
        let group = json!({
            "metadata": { "name": "sick.example.com" },
            "versions": [{ "version": "v1", "freshness": "Stale", "resources": [] }],
        });
        let mut resources = Resources::default();
        resources.add(&serde_json::from_value(group).unwrap());
        assert_eq!(resources.silent, ["sick.example.com/v1"]);
    }

    #[test]
    fn a_resource_is_taken_in_the_version_that_its_group_prefers() {
        let resource = |version: &str| Resource {
            api_version: format!("example.com/{version}"),
            kind: "Widget".to_owned(),
            plural: "widgets".to_owned(),
        };
        let resources = once(vec![resource("v1"), resource("v1beta1")]);
        assert_eq!(resources, [resource("v1")]);
    }

    #[test]
    fn an_older_server_names_its_versions() {
        let groups =
            json!({ "groups": [{ "versions": [{ "groupVersion": "apps/v1", "version": "v1" }] }] });
        assert_eq!(versions(&groups), ["apps/v1"]);
        assert_eq!(versions(&json!({ "versions": ["v1"] })), ["v1"]);
    }
}
