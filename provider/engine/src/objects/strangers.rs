//! What else lives in a namespace.

use futures_util::future::join_all;
use kre_core::{anchor::InstanceId, desired::ObjectKey, runtime::INSTANCE};
use kube::api::ListParams;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use tokio::time::Instant;

use super::{
    Objects,
    ask::Refused,
    discovery::Resource,
    kinds::{KINDS, collection},
    pages::Extent,
};
use crate::kubernetes::{Failure, Rule};

/// Groups and resources that the cluster fills by itself; an empty name is all of a group.
const INCIDENTAL: [(&str, &str); 8] = [
    ("", "endpoints"),
    ("", "events"),
    ("coordination.k8s.io", ""),
    ("custom.metrics.k8s.io", ""),
    ("discovery.k8s.io", "endpointslices"),
    ("events.k8s.io", ""),
    ("external.metrics.k8s.io", ""),
    ("metrics.k8s.io", ""),
];
/// What every namespace gets from its cluster, or from what runs there for all.
const FURNITURE: [(&str, &str); 4] = [
    ("ConfigMap", "istio-ca-root-cert"),
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ServiceAccount", "default"),
];
/// Whose token a Secret is.
const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// What else lives in a namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strangers {
    /// Kind and name of each object, sorted; the kind with its group if that is not Kubernetes'
    /// own.
    pub objects: Vec<String>,
    /// Kinds that could not be listed, and why: there may be more of those.
    pub unseen: Vec<String>,
    /// The right to list all kinds, if it is missing for some.
    pub missing: Option<Rule>,
}

#[derive(Deserialize)]
struct Partial {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    #[serde(default)]
    annotations: Map<String, Value>,
    #[serde(default)]
    owner_references: Vec<Value>,
    deletion_timestamp: Option<String>,
}

impl Objects {
    /// Finds everything in a namespace that is not ours.
    ///
    /// Objects of all kinds count, but for what belongs to another object, what goes already, and
    /// what the cluster keeps there by itself. `is_ours` is asked about each with its stamp.
    pub async fn strangers(
        &self,
        namespace: &str,
        is_ours: impl Fn(&ObjectKey, Option<&InstanceId>) -> bool,
        until: Instant,
    ) -> Result<Strangers, Failure> {
        let resources = self.resources(until).await?;
        let counting = resources.listable.iter();
        let counting = counting.filter(|it| !is_incidental(it.group(), &it.plural));
        let listed = counting.map(async |resource| {
            let path = collection(&resource.api_version, &resource.plural, Some(namespace));
            let params = ListParams::default();
            let items = self.list(&path, &params, Extent::Metadata, until).await;
            (resource, items)
        });
        let listed = join_all(listed).await;
        let mut strangers = Strangers::default();
        let silent = resources.silent.iter();
        let silent = silent.filter(|version| !is_incidental(group_of(version), ""));
        strangers
            .unseen
            .extend(silent.map(|version| format!("{version} (does not answer)")));
        for (resource, items) in listed {
            match items {
                Ok(items) => {
                    let items = items
                        .iter()
                        .filter_map(|item| stranger(resource, namespace, item, &is_ours));
                    strangers.objects.extend(items);
                }
                Err(Refused::Status(status)) => {
                    let unseen = unseen(resource, status.code);
                    strangers.unseen.extend(unseen);
                    let missing = Rule::read(&status.message).map(Rule::of_all_kinds);
                    strangers.missing = strangers.missing.or(missing);
                }
                Err(refused) => return Err(self.failure(refused).await),
            }
        }
        strangers.objects.sort();
        strangers.unseen.sort();
        Ok(strangers)
    }
}

/// How an object is named if it is a stranger. What cannot be read is one.
fn stranger(
    resource: &Resource,
    namespace: &str,
    item: &RawValue,
    is_ours: impl Fn(&ObjectKey, Option<&InstanceId>) -> bool,
) -> Option<String> {
    let Ok(Partial { metadata }) = serde_json::from_str(item.get()) else {
        return Some(resource.kind.clone());
    };
    let is_furniture = FURNITURE.contains(&(&resource.kind, &metadata.name));
    let is_token = resource.kind == "Secret" && metadata.annotations.contains_key(ACCOUNT);
    let goes = metadata.deletion_timestamp.is_some();
    if is_furniture || is_token || goes || !metadata.owner_references.is_empty() {
        return None;
    }
    let stamp = metadata.annotations.get(INSTANCE).and_then(Value::as_str);
    let stamp = stamp.map(InstanceId::existing);
    let key = key(resource, namespace, &metadata.name);
    (!is_ours(&key, stamp.as_ref())).then(|| shown(resource, &metadata.name))
}

/// The key that an object has with us, whatever version the cluster prefers.
fn key(resource: &Resource, namespace: &str, name: &str) -> ObjectKey {
    let mut kinds = KINDS.iter();
    let known = kinds
        .find(|kind| kind.name == resource.kind && group_of(kind.api_version) == resource.group());
    let api_version = known.map_or(resource.api_version.as_str(), |kind| kind.api_version);
    ObjectKey::namespaced(api_version, &resource.kind, namespace, name)
}

fn shown(resource: &Resource, name: &str) -> String {
    let (kind, group) = (&resource.kind, resource.group());
    if !group.contains('.') || group.ends_with(".k8s.io") {
        return format!("{kind} {name}");
    }
    format!("{kind}.{group} {name}")
}

fn unseen(resource: &Resource, code: u16) -> Option<String> {
    let why = match code {
        // It cannot be listed, so it holds nothing that anybody could delete.
        404 | 405 => return None,
        401 | 403 => "may not be listed",
        _ => "does not answer",
    };
    let (plural, group) = (&resource.plural, resource.group());
    let dot = if group.is_empty() { "" } else { "." };
    Some(format!("{plural}{dot}{group} ({why})"))
}

fn is_incidental(group: &str, plural: &str) -> bool {
    INCIDENTAL.contains(&(group, plural)) || INCIDENTAL.contains(&(group, ""))
}

fn group_of(api_version: &str) -> &str {
    let group = api_version.split_once('/');
    group.map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(api_version: &str, kind: &str, plural: &str) -> Resource {
        Resource {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
        }
    }

    #[track_caller]
    fn check(resource: &Resource, metadata: &str, expected: Option<&str>) {
        let item = RawValue::from_string(format!(r#"{{"metadata":{metadata}}}"#)).unwrap();
        let found = stranger(resource, "a", &item, |_, stamp| stamp.is_some());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn what_somebody_made_is_a_stranger() {
        let map = resource("v1", "ConfigMap", "configmaps");
        check(&map, r#"{"name":"b"}"#, Some("ConfigMap b"));
        let widget = resource("example.com/v1", "Widget", "widgets");
        check(&widget, r#"{"name":"b"}"#, Some("Widget.example.com b"));
    }

    #[test]
    fn what_the_cluster_keeps_there_is_none() {
        let map = resource("v1", "ConfigMap", "configmaps");
        check(&map, r#"{"name":"kube-root-ca.crt"}"#, None);
        let account = resource("v1", "ServiceAccount", "serviceaccounts");
        check(&account, r#"{"name":"default"}"#, None);
        let token = r#"{"name":"b","annotations":{"kubernetes.io/service-account.name":"c"}}"#;
        check(&resource("v1", "Secret", "secrets"), token, None);
        assert!(is_incidental("metrics.k8s.io", "pods"));
        assert!(is_incidental("", "events"));
        assert!(!is_incidental("", "pods"));
        assert!(!is_incidental("discovery.k8s.io", "others"));
    }

    #[test]
    fn what_is_owned_or_going_or_ours_is_none() {
        let pod = resource("v1", "Pod", "pods");
        check(
            &pod,
            r#"{"name":"b","ownerReferences":[{"kind":"ReplicaSet"}]}"#,
            None,
        );
        check(
            &pod,
            r#"{"name":"b","deletionTimestamp":"2026-01-01T00:00:00Z"}"#,
            None,
        );
        let ours = format!(r#"{{"name":"b","annotations":{{"{INSTANCE}":"01"}}}}"#);
        check(&pod, &ours, None);
    }

    #[test]
    fn a_key_has_the_version_that_we_use() {
        let scaler = resource(
            "autoscaling/v1",
            "HorizontalPodAutoscaler",
            "horizontalpodautoscalers",
        );
        assert_eq!(key(&scaler, "a", "b").api_version, "autoscaling/v2");
        let widget = resource("example.com/v1", "Widget", "widgets");
        assert_eq!(key(&widget, "a", "b").api_version, "example.com/v1");
    }
}
