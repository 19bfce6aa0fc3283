//! Runtimes: what a user writes, what must exist for it, and what others learn of it.

mod component;
mod spec;

pub use component::{
    Amounts, LogLevel, MongoDb, MongoWriter, Nats, NatsLimits, Replicas, ReplicasError, Resources,
    Storage, TaintEffect, Toleration, TolerationOperator,
};
pub use spec::{Engine, Entrypoint, Images, NetworkPolicy, OnDestroy, RuntimeSpec, Timeouts, Tls};
