//! The names of everything that belongs to a runtime.

use crate::name::RuntimeId;

/// Who manages our objects, and owns the fields that we set.
pub const MANAGER: &str = "terraform-provider-kre";

/// The label that says who manages an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The label that says which part of a runtime an object is.
pub const COMPONENT: &str = "app.kubernetes.io/component";

/// The domain of labels and annotations of our own, with the slash.
pub(super) const DOMAIN: &str = "kre.konstellation.io/";

/// The label that says which runtime an object belongs to.
pub const RUNTIME: &str = "kre.konstellation.io/runtime";

/// The label that says which version an object belongs to.
pub const VERSION: &str = "kre.konstellation.io/version";

/// The annotation that says which instance of a runtime made an object.
pub const INSTANCE: &str = "kre.konstellation.io/instance";

/// The annotation of pods that changes with what they read at their start alone.
pub(super) const CONFIGURATION: &str = "kre.konstellation.io/configuration";

/// A service of a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// NATS with JetStream.
    Nats,
    /// MongoDB.
    MongoDb,
    /// The writer of the original engine.
    MongoWriter,
}

impl Component {
    /// Every one, in the order in which they are applied.
    pub const ALL: [Self; 3] = [Self::Nats, Self::MongoDb, Self::MongoWriter];

    /// The attribute of a configuration that is about it.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Nats => "nats",
            Self::MongoDb => "mongodb",
            Self::MongoWriter => "mongo_writer",
        }
    }

    /// The ports of its Service, by name; none if it serves nobody.
    pub const fn ports(self) -> &'static [(&'static str, u16)] {
        match self {
            Self::Nats => &[("client", 4222), ("monitor", 8222)],
            Self::MongoDb => &[("mongodb", MONGODB_PORT)],
            Self::MongoWriter => &[],
        }
    }

    /// The value of the label [`COMPONENT`].
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nats => "nats",
            Self::MongoDb => "mongodb",
            Self::MongoWriter => "mongo-writer",
        }
    }

    /// The name of its workload, Service and Secret, where it has them.
    pub fn name(self, id: &RuntimeId) -> String {
        match self {
            Self::Nats => format!("{id}-nats"),
            Self::MongoDb => format!("{id}-mongo"),
            Self::MongoWriter => format!("{id}-mongo-writer"),
        }
    }

    /// The name of the claim of its only pod.
    pub fn claim(self, id: &RuntimeId) -> String {
        format!("{VOLUME}-{}", self.pod(id))
    }

    /// The name of its only pod, if it is a server.
    pub(super) fn pod(self, id: &RuntimeId) -> String {
        format!("{}-0", self.name(id))
    }
}

/// The variable that tells the writer how much to log.
pub(super) const LOG_LEVEL: &str = "MONGO_WRITER_LOG_LEVEL";

/// The port at which MongoDB answers.
pub const MONGODB_PORT: u16 = 27017;

/// The volume that data lies on, as pods call it.
pub(super) const VOLUME: &str = "data";

/// The ConfigMap that carries the identity, and is the contract with everybody else.
pub fn anchor(id: &RuntimeId) -> String {
    format!("kre-runtime-{id}")
}

/// The ConfigMap with the configuration of NATS.
pub(super) fn nats_configuration(id: &RuntimeId) -> String {
    format!("{id}-nats-config")
}

/// The Secret with which nodes and entrypoints log in to MongoDB.
pub(super) fn mongodb_client(id: &RuntimeId) -> String {
    format!("{id}-mongo-client")
}

/// The NetworkPolicy that keeps other namespaces out.
pub(super) fn network_policy(id: &RuntimeId) -> String {
    format!("{id}-isolated")
}

/// The database of archives and logs.
pub(super) fn database(id: &RuntimeId) -> String {
    id.to_string()
}

/// The database of what nodes save.
pub fn data_database(id: &RuntimeId) -> String {
    format!("{id}-data")
}
