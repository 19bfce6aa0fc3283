//! Serves a provider to Terraform and OpenTofu.
//!
//! The crate knows the protocol and no provider. A provider says what it is by implementing
//! [`Provider`], lists what it offers in a [`Registry`], and calls [`serve`] in `main`.
//!
//! # Layout
//!
//! - `provider`, `resource`, `data_source`, `ephemeral`, `function`: what a provider implements.
//! - `serve`, `environment`, `handshake`, `tls`, `listener`, `goplugin`, `lifetime`, `logging`:
//!   the process, from its start to its end.
//! - `rpc`, `calls`, `wire`, `catalogue`, `service`: the protocol, from message to message.

mod calls;
mod catalogue;
mod data_source;
mod ephemeral;
mod function;
mod private;
mod provider;
mod resource;
mod rpc;
mod service;
mod wire;

pub use data_source::{Answer, DataSource, DataSourceEntry, Query, data_source};
pub use ephemeral::{EphemeralEntry, EphemeralResource, Opened, Renewed, ephemeral_resource};
pub use function::{Function, FunctionEntry, FunctionError, function};
pub use private::Private;
pub use provider::{Configuration, Host, Provider, Registry};
pub use resource::{
    Applied, Change, Current, Found, ImportBy, Imported, Plan, Resource, ResourceEntry, Source,
    Stored, resource,
};
pub use service::Service;
