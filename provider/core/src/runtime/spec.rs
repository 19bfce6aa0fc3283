//! What a user writes.

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::component::{MongoDb, MongoWriter, Nats};
use crate::{
    name::RuntimeId,
    text::{
        AnnotationKey, Description, DisplayName, DomainName, GoDuration, ImageReference, LabelKey,
        LabelValue, NamespaceName, ObjectName,
    },
};

/// A runtime: a namespace, and in it what versions and their workflows need: NATS with JetStream
/// for messages, streams, configuration and objects, MongoDB for archives and documents, and the
/// writer that stores what nodes save.
///
/// Data is kept unless the configuration says otherwise in so many words: see `on_destroy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuntimeSpec {
    /// The id, from which the names of objects, databases and subjects are made: 3 to 15
    /// lower-case letters and digits in groups separated by single hyphens, beginning with a
    /// letter. A change replaces the runtime.
    #[schemars(extend("x-terraform" = {"replace": true, "identity": "required"}))]
    pub id: RuntimeId,

    /// A name for people.
    pub name: DisplayName,

    /// What the runtime is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,

    /// Whose runners run on it. A change replaces the runtime.
    #[serde(default)]
    #[schemars(extend("x-terraform" = {"replace": true}))]
    pub engine: Engine,

    /// The namespace that everything is in, by default `kre-` and the id. A change replaces the
    /// runtime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-terraform" = {"computed": true, "replace": true, "identity": "optional"}))]
    pub namespace: Option<NamespaceName>,

    /// Whether the namespace belongs to the runtime. Otherwise it has to exist; it may hold other
    /// runtimes too, which are not isolated from each other. It can be given up later, but not
    /// taken over.
    #[serde(default = "yes")]
    pub create_namespace: bool,

    /// NATS with JetStream.
    pub nats: Nats,

    /// MongoDB.
    pub mongodb: MongoDb,

    /// The writer of the original engine, which stores in MongoDB what nodes save, predict and
    /// log.
    #[serde(default)]
    pub mongo_writer: MongoWriter,

    /// How the world reaches published versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Entrypoint>,

    /// Images that versions use beside their own.
    #[serde(default)]
    pub images: Images,

    /// Names of existing Secrets in the namespace with credentials of image registries, for the
    /// pods of the runtime and of its versions.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub image_pull_secrets: Vec<ObjectName>,

    /// Labels that every object and pod of the runtime gets besides its own.
    #[serde(default)]
    #[schemars(extend("propertyNames" = LabelKey::keys()))]
    pub labels: BTreeMap<LabelKey, LabelValue>,

    /// Annotations that every object and pod of the runtime gets besides its own.
    #[serde(default)]
    #[schemars(extend("propertyNames" = AnnotationKey::keys()))]
    pub annotations: BTreeMap<AnnotationKey, String>,

    /// Who may reach the data services.
    #[serde(default)]
    pub network_policy: NetworkPolicy,

    /// What becomes of data when the runtime is destroyed. The value that was applied last
    /// counts. A runtime that has never been ready holds nobody's data: what it created itself is
    /// deleted with it.
    #[serde(default)]
    pub on_destroy: OnDestroy,

    /// Whether a new runtime may take over data that a destroyed one of the same id has left
    /// behind. Otherwise such data is an error.
    #[serde(default)]
    pub adopt_retained: bool,

    /// How long hopeless waiting goes on, in case it heals; by default what the provider's block
    /// says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_fast: Option<GoDuration>,

    /// How long operations may take.
    #[serde(default)]
    pub timeouts: Timeouts,
}

/// Whose runners run on a runtime.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Those of KRE 8.
    #[default]
    Kre,
}

/// Who may reach the data services.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkPolicy {
    /// Pods of the same namespace, where the cluster enforces policies.
    #[default]
    Isolated,
    /// Every pod of the cluster.
    None,
}

/// What becomes of data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDestroy {
    /// Volumes, their credentials and a namespace of the runtime's own stay, and a warning names
    /// them.
    #[default]
    Retain,
    /// They are deleted.
    Delete,
}

/// How the world reaches published versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entrypoint {
    /// The domain below which each runtime has a host, `<id>-entrypoint.<base_domain>`.
    pub base_domain: DomainName,
    /// The class of the Ingress, by default the cluster's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["nginx"]))]
    pub ingress_class: Option<ObjectName>,
    /// Annotations of the Ingress, besides those that gRPC needs.
    #[serde(default)]
    #[schemars(extend("propertyNames" = AnnotationKey::keys()))]
    pub annotations: BTreeMap<AnnotationKey, String>,
    /// Encryption on the way to the Ingress; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

/// Encryption on the way to an Ingress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tls {
    /// The Secret with certificate and key, by default the host's name and `-tls`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["wildcard-tls"]))]
    pub secret_name: Option<ObjectName>,
}

/// Images that versions use beside their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Images {
    /// Fetches the files of a version before a node starts.
    pub krt_files_downloader: ImageReference,
    /// Sends the logs of nodes to the writer.
    pub fluent_bit: ImageReference,
    /// Serves the definition of the entrypoint.
    pub web: ImageReference,
}

/// How long operations may take.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timeouts {
    /// A creation, by default `10m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<GoDuration>,
    /// A look at what is there, by default `2m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<GoDuration>,
    /// An update, by default `10m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<GoDuration>,
    /// A destruction, by default `10m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<GoDuration>,
}

impl Timeouts {
    /// What a creation may take where nothing is said.
    pub const CREATE: Duration = Duration::from_mins(10);

    /// What a look may take where nothing is said.
    pub const READ: Duration = Duration::from_mins(2);

    /// What an update may take where nothing is said.
    pub const UPDATE: Duration = Duration::from_mins(10);

    /// What a destruction may take where nothing is said.
    pub const DELETE: Duration = Duration::from_mins(10);

    /// How long a creation may take.
    pub fn create(&self) -> Duration {
        self.create.as_ref().map_or(Self::CREATE, GoDuration::span)
    }

    /// How long a look at what is there may take.
    pub fn read(&self) -> Duration {
        self.read.as_ref().map_or(Self::READ, GoDuration::span)
    }

    /// How long an update may take.
    pub fn update(&self) -> Duration {
        self.update.as_ref().map_or(Self::UPDATE, GoDuration::span)
    }

    /// How long a destruction may take.
    pub fn delete(&self) -> Duration {
        self.delete.as_ref().map_or(Self::DELETE, GoDuration::span)
    }
}

impl RuntimeSpec {
    /// The namespace that everything is in.
    pub fn namespace(&self) -> NamespaceName {
        let default = || Self::default_namespace(&self.id);
        self.namespace.clone().unwrap_or_else(default)
    }

    /// The namespace of a runtime whose specification names none.
    pub fn default_namespace(id: &RuntimeId) -> NamespaceName {
        NamespaceName::known(format!("kre-{id}"))
    }
}

impl Default for Images {
    fn default() -> Self {
        let image = |text: &str| ImageReference::known(text);
        Self {
            krt_files_downloader: image("konstellation/krt-files-downloader:2.3.0"),
            fluent_bit: image("fluent/fluent-bit:1.3"),
            web: image("nginxinc/nginx-unprivileged:1.28-alpine"),
        }
    }
}

fn yes() -> bool {
    true
}
