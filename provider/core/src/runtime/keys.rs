//! The objects of a runtime that have to be found one by one, known from its specification alone.

use super::{
    facts::Holder,
    names::{self, COMPONENT, Component, MANAGED_BY, MANAGER, RUNTIME},
    spec::RuntimeSpec,
};
use crate::desired::ObjectKey;

impl RuntimeSpec {
    /// The namespace that everything is in, whether or not it belongs to the runtime.
    pub fn namespace_key(&self) -> ObjectKey {
        ObjectKey::global("v1", "Namespace", self.namespace().as_str())
    }

    /// The ConfigMap that holds the contract.
    pub fn anchor_key(&self) -> ObjectKey {
        self.key(("v1", "ConfigMap"), &names::anchor(&self.id))
    }

    /// The Secret with somebody's credential; that of the writer exists only if the writer does.
    pub fn secret_key(&self, holder: Holder) -> ObjectKey {
        self.key(("v1", "Secret"), &holder.secret(&self.id))
    }

    /// What runs pods, in the order in which it is applied.
    pub fn workloads(&self) -> Vec<(Component, ObjectKey)> {
        let servers = ("apps/v1", "StatefulSet");
        let mut workloads = vec![(Component::Nats, servers), (Component::MongoDb, servers)];
        if self.mongo_writer.enabled {
            workloads.push((Component::MongoWriter, ("apps/v1", "Deployment")));
        }
        workloads
            .into_iter()
            .map(|(component, kind)| (component, self.key(kind, &component.name(&self.id))))
            .collect()
    }

    /// What holds the volumes that data lies on.
    pub fn claims(&self) -> Vec<(Component, ObjectKey)> {
        let kind = ("v1", "PersistentVolumeClaim");
        [Component::Nats, Component::MongoDb]
            .map(|component| (component, self.key(kind, &component.claim(&self.id))))
            .into()
    }

    /// The labels of all its pods, as a selector.
    pub fn pod_labels(&self) -> String {
        format!("{MANAGED_BY}={MANAGER},{RUNTIME}={},{COMPONENT}", self.id)
    }

    /// The pod in which MongoDB answers, at [`MONGODB_PORT`](names::MONGODB_PORT).
    pub fn mongodb_pod(&self) -> String {
        Component::MongoDb.pod(&self.id)
    }

    fn key(&self, (api_version, kind): (&str, &str), name: &str) -> ObjectKey {
        ObjectKey::namespaced(api_version, kind, self.namespace().as_str(), name)
    }
}
