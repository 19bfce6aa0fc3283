//! Runtimes: what a user writes, what must exist for it, and what others learn of it.

mod changes;
mod check;
mod component;
mod contract;
mod facts;
mod names;
mod parts;
mod reference;
mod render;
mod spec;
mod spelling;
#[cfg(test)]
mod tests;

pub use changes::{Change, Effect, changes};
pub use check::Problem;
pub use component::{
    Amounts, LogLevel, MongoDb, MongoWriter, Nats, NatsLimits, Replicas, ReplicasError, Resources,
    Storage, TaintEffect, Toleration, TolerationOperator,
};
pub use contract::{Contract, ContractError, Progress, Status};
pub use facts::{Credential, Credentials, Facts, Holder, InstanceId};
pub use names::{
    COMPONENT, Component, INSTANCE, MANAGED_BY, MANAGER, RUNTIME, anchor, data_database,
};
pub use parts::Part;
pub use reference::{Endpoints, Reference, Services, digest};
pub use render::{RENDERING, inventory, render};
pub use spec::{Engine, Entrypoint, Images, NetworkPolicy, OnDestroy, RuntimeSpec, Timeouts, Tls};
pub use spelling::respelled;
