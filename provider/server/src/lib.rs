//! Serves a provider to Terraform and OpenTofu.
//!
//! The crate knows the protocol and no provider. A provider says what it is by implementing
//! [`Provider`], lists what it offers in a [`Registry`], and calls [`serve`] in `main`.
//!
//! # Layout
//!
//! - `provider`, `resource`, `data_source`, `ephemeral`, `function`: what a provider implements.
//! - `process`: the plugin's process, from its start to its end.
//! - `protocol`: the calls, from message to message.

mod data_source;
mod describe;
mod ephemeral;
mod function;
mod private;
mod process;
mod protocol;
mod provider;
mod resource;
mod spec;

pub use data_source::{Answer, DataSource, DataSourceEntry, Query, data_source};
pub use describe::describe;
pub use ephemeral::{EphemeralEntry, EphemeralResource, Opened, Renewed, ephemeral_resource};
pub use function::{Function, FunctionEntry, FunctionError, function};
pub use private::Private;
pub use process::{Environment, Options, Stop, run};
pub use protocol::Service;
pub use provider::{Configuration, Host, Provider, Registry, serve};
pub use resource::{
    Applied, Change, Current, Found, ImportBy, Imported, Plan, Resource, ResourceEntry, Source,
    Stored, resource,
};

/// The example that shows how to add a resource has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../../ARCHITECTURE.md")]
struct Architecture;
