//! The way to a Kubernetes cluster: from what a user says about it to a client that can be used.
//!
//! Nothing is read, run or opened before the first call needs it, so that a plan that asks the
//! cluster nothing needs none, and a mistake is told where it matters.

mod answer;
mod arguments;
mod call;
mod cluster;
mod connection;
mod credentials;
mod error;
mod failure;
mod kubeconfig;
mod mask;
mod origin;
mod pem;
mod proxy;
mod rule;
mod session;
mod settings;
mod target;
#[cfg(test)]
mod tests;
mod transport;
mod who;

pub use arguments::{Arguments, Conflict, Exec};
pub use cluster::{Cluster, Failure};
pub use error::{ConnectError, Names};
pub use origin::{Given, Origin};
pub use rule::Rule;
pub(crate) use rule::together;
pub use settings::Settings;
pub use transport::Limits;
