//! The kinds that are known without asking the cluster, and where it serves them.

use std::sync::Arc;

use kre_core::{desired::ObjectKey, text::escaped};

use crate::kubernetes::{ConnectError, Failure};

/// A kind, and where it is served.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) api_version: &'static str,
    pub(super) name: &'static str,
    pub(super) plural: &'static str,
    pub(super) is_namespaced: bool,
}

/// Every kind that anything is done with by name.
pub(super) const KINDS: &[Kind] = &[
    global("v1", "Namespace", "namespaces"),
    global("storage.k8s.io/v1", "StorageClass", "storageclasses"),
    namespaced("v1", "ConfigMap", "configmaps"),
    namespaced("v1", "Event", "events"),
    namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    namespaced("v1", "Pod", "pods"),
    namespaced("v1", "Secret", "secrets"),
    namespaced("v1", "Service", "services"),
    namespaced("v1", "ServiceAccount", "serviceaccounts"),
    namespaced("apps/v1", "ControllerRevision", "controllerrevisions"),
    namespaced("apps/v1", "Deployment", "deployments"),
    namespaced("apps/v1", "ReplicaSet", "replicasets"),
    namespaced("apps/v1", "StatefulSet", "statefulsets"),
    namespaced(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
    ),
    namespaced("networking.k8s.io/v1", "Ingress", "ingresses"),
    namespaced("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
];

const fn global(api_version: &'static str, name: &'static str, plural: &'static str) -> Kind {
    Kind {
        api_version,
        name,
        plural,
        is_namespaced: false,
    }
}

const fn namespaced(api_version: &'static str, name: &'static str, plural: &'static str) -> Kind {
    Kind {
        api_version,
        name,
        plural,
        is_namespaced: true,
    }
}

impl Kind {
    /// The kind of an object.
    pub(super) fn of(key: &ObjectKey) -> Result<&'static Self, Failure> {
        let mut kinds = KINDS.iter();
        let kind = kinds.find(|kind| kind.api_version == key.api_version && kind.name == key.kind);
        kind.ok_or_else(|| {
            Arc::new(ConnectError::UnknownKind {
                api_version: key.api_version.clone(),
                kind: key.kind.clone(),
            })
        })
    }

    /// Where objects of this kind are listed; without a namespace, those of all namespaces.
    pub(super) fn collection(&self, namespace: Option<&str>) -> String {
        collection(self.api_version, self.plural, namespace)
    }
}

/// Where objects of a resource are listed.
pub(super) fn collection(api_version: &str, plural: &str, namespace: Option<&str>) -> String {
    let root = if api_version.contains('/') {
        "/apis"
    } else {
        "/api"
    };
    match namespace {
        Some(namespace) => {
            let namespace = segment(namespace);
            format!("{root}/{api_version}/namespaces/{namespace}/{plural}")
        }
        None => format!("{root}/{api_version}/{plural}"),
    }
}

/// A name as one segment of a path, whatever it contains.
pub(super) fn segment(name: &str) -> String {
    escaped(name, b":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_the_core_group_is_served_elsewhere_than_others() {
        let key = ObjectKey::namespaced("v1", "Secret", "a", "b");
        let kind = Kind::of(&key).unwrap();
        assert_eq!(kind.collection(Some("a")), "/api/v1/namespaces/a/secrets");
        let key = ObjectKey::namespaced("apps/v1", "Deployment", "a", "b");
        let kind = Kind::of(&key).unwrap();
        assert_eq!(kind.collection(None), "/apis/apps/v1/deployments");
    }

    #[test]
    fn a_kind_that_nobody_knows_is_named() {
        let key = ObjectKey::namespaced("example.com/v1", "Widget", "a", "b");
        assert_eq!(
            Kind::of(&key).unwrap_err().to_string(),
            "this release does not know the kind `Widget` of `example.com/v1`; use the newer release that wrote it"
        );
    }

    #[test]
    fn no_name_leads_to_another_object() {
        assert_eq!(segment("a/../b?c"), "a%2F..%2Fb%3Fc");
    }
}
