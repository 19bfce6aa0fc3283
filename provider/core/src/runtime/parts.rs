//! The services of a runtime, as configurations refer to them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{facts::Holder, names::Component, spec::RuntimeSpec};

/// One service of a runtime: what it is made of, by the names that the cluster knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Its workload: `StatefulSet demo-nats`.
    pub workload: String,
    /// The image that it runs.
    pub image: String,
    /// The Service in front of it; null if it serves nobody.
    pub service: Option<String>,
    /// The ports of the Service, by name.
    pub ports: BTreeMap<String, u16>,
    /// The Secrets of those who may log in, by user: each with `username`, `password` and the whole
    /// address as `uri`.
    pub secrets: BTreeMap<String, String>,
    /// The `PersistentVolumeClaim` with its data; null if it has none.
    pub claim: Option<String>,
}

impl RuntimeSpec {
    /// Describes each service, by the attribute of the configuration that is about it.
    pub fn parts(&self) -> BTreeMap<String, Part> {
        let there = |component: &Component| {
            *component != Component::MongoWriter || self.mongo_writer.enabled
        };
        let parts = Component::ALL.into_iter().filter(there);
        parts
            .map(|component| (component.attribute().to_owned(), self.part(component)))
            .collect()
    }

    fn part(&self, component: Component) -> Part {
        let name = component.name(&self.id);
        let (kind, image) = match component {
            Component::Nats => ("StatefulSet", &self.nats.image),
            Component::MongoDb => ("StatefulSet", &self.mongodb.image),
            Component::MongoWriter => ("Deployment", &self.mongo_writer.image),
        };
        let ports = component.ports().iter();
        let holds_data = component != Component::MongoWriter;
        Part {
            workload: format!("{kind} {name}"),
            image: image.to_string(),
            service: holds_data.then_some(name),
            ports: ports
                .map(|(name, port)| ((*name).to_owned(), *port))
                .collect(),
            secrets: self.logins(component),
            claim: holds_data.then(|| component.claim(&self.id)),
        }
    }

    /// The Secrets of those who may log in to a component.
    fn logins(&self, component: Component) -> BTreeMap<String, String> {
        if component != Component::MongoDb {
            return BTreeMap::new();
        }
        let there = |holder: &Holder| *holder != Holder::Writer || self.mongo_writer.enabled;
        let holders = Holder::ALL.into_iter().filter(there);
        holders
            .map(|holder| (holder.username().to_owned(), holder.secret(&self.id)))
            .collect()
    }
}
