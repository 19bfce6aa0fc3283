//! What others learn of a runtime, all of it known from its specification.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    facts::Holder,
    names::{self, Component},
    spec::{Engine, Images, RuntimeSpec},
};
use crate::{
    name::RuntimeId,
    text::{DomainName, NamespaceName, ObjectName},
};

/// What versions, workflows and publications refer to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// The id of the runtime.
    pub id: RuntimeId,
    /// The namespace that it is in.
    pub namespace: NamespaceName,
    /// Whose runners run on it.
    pub engine: Engine,
    /// The domain below which its host is; null if the world does not reach it.
    pub domain: Option<DomainName>,
    /// Whether the way to its host is encrypted.
    pub tls: bool,
    /// Changes with what pods of nodes and entrypoints contain of the runtime: images, addresses,
    /// names of Secrets.
    pub revision: String,
}

/// Where the services of a runtime are reached from within the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Endpoints {
    /// NATS, as host and port.
    pub nats: String,
    /// What NATS tells of itself over HTTP, as host and port.
    pub nats_monitor: String,
    /// MongoDB, as host and port.
    pub mongodb: String,
}

/// What pods of nodes and entrypoints contain of a runtime, and nothing else: a change of it
/// rolls them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Services {
    /// NATS, as host and port.
    pub nats: String,
    /// The Secret whose key `uri` is the address of MongoDB, with user and password.
    pub mongodb_secret: String,
    /// The database of archives and logs.
    pub database: String,
    /// The subject of what nodes save.
    pub data_subject: String,
    /// The subject of logs.
    pub logs_subject: String,
    /// Where measurements go.
    pub influxdb: String,
    /// Images beside those of the version.
    pub images: Images,
    /// Secrets with credentials of registries.
    pub image_pull_secrets: Vec<ObjectName>,
}

/// Where nothing listens: clients are refused at once.
const NO_INFLUXDB: &str = "http://127.0.0.1:8086";

impl RuntimeSpec {
    /// What versions, workflows and publications refer to.
    pub fn reference(&self) -> Reference {
        let entrypoint = self.entrypoint.as_ref();
        Reference {
            id: self.id.clone(),
            namespace: self.namespace(),
            engine: self.engine,
            domain: entrypoint.map(|it| it.base_domain.clone()),
            tls: entrypoint.is_some_and(|it| it.tls.is_some()),
            revision: self.services().revision(),
        }
    }

    /// Where the services are reached from within the cluster.
    pub fn endpoints(&self) -> Endpoints {
        let at = |component: Component, port: u16| {
            let (name, namespace) = (component.name(&self.id), self.namespace());
            format!("{name}.{namespace}.svc:{port}")
        };
        Endpoints {
            nats: at(Component::Nats, 4222),
            nats_monitor: at(Component::Nats, 8222),
            mongodb: at(Component::MongoDb, 27017),
        }
    }

    /// What pods of nodes and entrypoints contain of the runtime.
    pub fn services(&self) -> Services {
        Services {
            nats: self.endpoints().nats,
            mongodb_secret: Holder::Client.secret(&self.id),
            database: names::database(&self.id),
            data_subject: format!("mongo_writer_data.{}", self.id),
            logs_subject: format!("mongo_writer_logs.{}", self.id),
            influxdb: NO_INFLUXDB.to_owned(),
            images: self.images.clone(),
            image_pull_secrets: self.image_pull_secrets.clone(),
        }
    }
}

impl Services {
    /// Sixteen hex digits that change with any of it.
    pub fn revision(&self) -> String {
        // Texts alone: nothing in them can fail to be written.
        digits(&serde_json::to_string(self).unwrap_or_default())
    }
}

/// Sixteen hex digits that change with anything in a specification.
pub fn digest(spec: &RuntimeSpec) -> String {
    // Texts, numbers and maps with texts as keys: nothing can fail to be written.
    digits(&serde_json::to_string(spec).unwrap_or_default())
}

/// The first sixteen hex digits of a text's SHA-256.
pub(super) fn digits(text: &str) -> String {
    let mut digits = String::with_capacity(16);
    for byte in Sha256::digest(text).iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
