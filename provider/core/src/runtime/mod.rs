//! Runtimes: what a user writes, what must exist for it, and what others learn of it.

mod changes;
mod check;
mod component;
mod contract;
mod digest;
mod facts;
mod keys;
pub mod live;
mod names;
mod parts;
mod reference;
mod render;
mod spec;
mod spelling;
#[cfg(test)]
mod tests;
mod trouble;

pub use changes::{Change, Effect, changes};
pub use check::Problem;
pub use component::{
    Amounts, LogLevel, MongoDb, MongoWriter, Nats, NatsLimits, Replicas, ReplicasError, Resources,
    Storage, TaintEffect, Toleration, TolerationOperator,
};
pub use contract::{Contract, ContractError};
pub use digest::digest;
pub use facts::{Credential, Credentials, Facts, Holder};
pub use names::{
    COMPONENT, Component, INSTANCE, MANAGED_BY, MANAGER, MONGODB_PORT, RUNTIME, VERSION, anchor,
    data_database,
};
pub use parts::Part;
pub use reference::{Endpoints, Reference, Services};
pub use render::{RENDERING, inventory, render};
pub use spec::{Engine, Entrypoint, Images, NetworkPolicy, OnDestroy, RuntimeSpec, Timeouts, Tls};
pub use spelling::respelled;
pub use trouble::{Trouble, attribute_of};
