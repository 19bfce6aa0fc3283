//! What a user writes about each service of a runtime.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{
    GoDuration, ImageReference, LabelKey, LabelValue, ObjectName, Quantity, TolerationKey,
};

/// NATS with JetStream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Nats {
    /// The image, of release 2.10 or later.
    #[serde(default = "nats_image")]
    pub image: ImageReference,
    /// The volume that streams, configuration and objects lie on. JetStream takes nine tenths of
    /// it.
    pub storage: Storage,
    /// How many servers there are. Only 1 yet: clusters of 3 and 5 come later, and a single
    /// server cannot become one of them.
    #[serde(default)]
    pub replicas: Replicas,
    /// What the server needs and may use.
    #[serde(default = "nats_resources")]
    pub resources: Resources,
    /// What the server accepts from its clients; what is left out is up to the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<NatsLimits>,
    /// Labels of the nodes that it may run on.
    #[serde(default)]
    #[schemars(extend("propertyNames" = LabelKey::keys()))]
    pub node_selector: BTreeMap<LabelKey, LabelValue>,
    /// Taints of nodes that do not keep it away.
    #[serde(default)]
    pub tolerations: Vec<Toleration>,
}

/// MongoDB: one member with authentication, no replica set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MongoDb {
    /// The image: the official one, or one that takes the same variables.
    #[serde(default = "mongodb_image")]
    pub image: ImageReference,
    /// The volume that archives and documents lie on.
    pub storage: Storage,
    /// What the server needs and may use.
    #[serde(default = "mongodb_resources")]
    pub resources: Resources,
    /// Labels of the nodes that it may run on.
    #[serde(default)]
    #[schemars(extend("propertyNames" = LabelKey::keys()))]
    pub node_selector: BTreeMap<LabelKey, LabelValue>,
    /// Taints of nodes that do not keep it away.
    #[serde(default)]
    pub tolerations: Vec<Toleration>,
}

/// The writer of the original engine. There is exactly one: two would write everything twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MongoWriter {
    /// Whether there is one. Without it whatever a node saves fails.
    pub enabled: bool,
    /// The image.
    pub image: ImageReference,
    /// What it needs and may use.
    pub resources: Resources,
    /// How much it logs.
    pub log_level: LogLevel,
    /// Labels of the nodes that it may run on.
    #[schemars(extend("propertyNames" = LabelKey::keys()))]
    pub node_selector: BTreeMap<LabelKey, LabelValue>,
    /// Taints of nodes that do not keep it away.
    pub tolerations: Vec<Toleration>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Storage {
    /// How large it is, such as `5Gi`; at least `64Mi`. It can grow if its class allows it, and
    /// never shrinks.
    pub size: Quantity,
    /// Its StorageClass, by default the cluster's. It cannot be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["standard"]))]
    pub class: Option<ObjectName>,
}

/// What a container needs and may use.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// What a node must have to spare for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<Amounts>,
    /// What it gets at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Amounts>,
}

/// Amounts of what nodes have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Amounts {
    /// Cores of processors: `500m` is half of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Quantity>,
    /// Memory, at least `16Mi`: `1Gi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Quantity>,
    /// Space on the node's own disk: `1Gi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<Quantity>,
}

/// A taint of nodes that does not keep pods away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Toleration {
    /// The key of the taint; without it, every taint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<TolerationKey>,
    /// How the value is compared.
    #[serde(default)]
    pub operator: TolerationOperator,
    /// The value of the taint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<LabelValue>,
    /// What the taint does; without it, whatever it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<TaintEffect>,
    /// How many seconds a pod stays on a node with such a taint; without it, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toleration_seconds: Option<u32>,
}

/// How the value of a taint is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TolerationOperator {
    /// It is the same.
    #[default]
    Equal,
    /// It does not matter.
    Exists,
}

/// What a taint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TaintEffect {
    /// New pods stay away.
    NoSchedule,
    /// New pods stay away if they can.
    PreferNoSchedule,
    /// Pods leave.
    NoExecute,
}

/// How many servers of NATS there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u32", into = "u32")]
#[schemars(with = "u32", extend("enum" = [1, 3, 5]))]
pub enum Replicas {
    /// One server.
    #[default]
    One,
    /// A cluster that survives the loss of one.
    Three,
    /// A cluster that survives the loss of two.
    Five,
}

/// What a server of NATS accepts from its clients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NatsLimits {
    /// Memory for streams and consumers that are not stored, such as `256Mi`; by default a quarter
    /// of the limit of memory, or `256Mi` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<Quantity>,
    /// The largest message, such as `1Mi`; at most `64Mi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_payload: Option<Quantity>,
    /// The longest line of the protocol, such as `4Ki`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_control_line: Option<Quantity>,
    /// What may wait for one connection, such as `64Mi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_pending: Option<Quantity>,
    /// How many connections there may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_connections: Option<u32>,
    /// How many subscriptions a connection may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_subscriptions: Option<u32>,
    /// How many pings may stay without answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_pings: Option<u32>,
    /// How often connections are pinged, such as `2m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ping_interval: Option<GoDuration>,
    /// How long a write to a connection may take, such as `10s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_deadline: Option<GoDuration>,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// Everything.
    Debug,
    /// What happens.
    #[default]
    Info,
    /// What is odd.
    Warn,
    /// What fails.
    Error,
}

/// Why a number is no number of servers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("number of NATS servers must be 1, 3 or 5: `{0}`")]
pub struct ReplicasError(u32);

impl TryFrom<u32> for Replicas {
    type Error = ReplicasError;

    fn try_from(count: u32) -> Result<Self, ReplicasError> {
        match count {
            1 => Ok(Self::One),
            3 => Ok(Self::Three),
            5 => Ok(Self::Five),
            _ => Err(ReplicasError(count)),
        }
    }
}

impl From<Replicas> for u32 {
    fn from(replicas: Replicas) -> Self {
        match replicas {
            Replicas::One => 1,
            Replicas::Three => 3,
            Replicas::Five => 5,
        }
    }
}

impl LogLevel {
    /// The name that the writer knows it by.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

impl Default for MongoWriter {
    fn default() -> Self {
        Self {
            enabled: true,
            image: ImageReference::known("konstellation/kre-mongo-writer:8.2.0"),
            resources: resources([50, 64], 256),
            log_level: LogLevel::Info,
            node_selector: BTreeMap::new(),
            tolerations: Vec::new(),
        }
    }
}

fn nats_image() -> ImageReference {
    ImageReference::known("nats:2.15.2")
}

fn nats_resources() -> Resources {
    resources([100, 256], 1024)
}

fn mongodb_image() -> ImageReference {
    ImageReference::known("mongo:7.0")
}

fn mongodb_resources() -> Resources {
    resources([250, 512], 2048)
}

/// Requests thousandths of a core and mebibytes of memory, and limits memory alone: a limit of
/// the processor slows down what could run.
fn resources([cpu, memory]: [u32; 2], most_memory: u32) -> Resources {
    Resources {
        requests: Some(Amounts {
            cpu: Some(Quantity::thousandths(cpu)),
            memory: Some(Quantity::mebibytes(memory)),
            ephemeral_storage: None,
        }),
        limits: Some(Amounts {
            memory: Some(Quantity::mebibytes(most_memory)),
            ..Amounts::default()
        }),
    }
}
