//! Ephemeral resources: values that live for one run and are stored nowhere.

use std::{
    fmt,
    future::{Future, ready},
    time::SystemTime,
};

use futures_util::future::BoxFuture;
use terraform::{Diagnostics, Schema, Value, declare::DeclareError};

use crate::{data_source::Query, private::Private, provider::Provider};

/// An ephemeral resource type.
pub trait EphemeralResource: 'static {
    /// The provider that it belongs to.
    type Provider: Provider;
    /// Name in configurations.
    const TYPE_NAME: &'static str;

    /// Describes the ephemeral resource.
    fn schema() -> Result<Schema, DeclareError>;

    /// Checks what the schema cannot say; values may be unknown.
    fn validate(_config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the values. A run opens it twice: for its plan and for its apply.
    fn open(
        provider: &Self::Provider,
        query: Query,
    ) -> impl Future<Output = Result<Opened, Diagnostics>> + Send;

    /// Prolongs the lease of values that ask for it.
    fn renew(
        _provider: &Self::Provider,
        lease: Private,
    ) -> impl Future<Output = Result<Renewed, Diagnostics>> + Send {
        ready(Ok(Renewed {
            lease,
            renew_at: None,
        }))
    }

    /// Ends the lease. Hosts hand in the lease as *opened*, whatever renewals answered since.
    fn close(
        _provider: &Self::Provider,
        _lease: Private,
    ) -> impl Future<Output = Diagnostics> + Send {
        ready(Diagnostics::new())
    }
}

/// Values that were made.
#[derive(Debug)]
pub struct Opened {
    /// The configuration's values as they were, and the computed ones.
    pub value: Value,
    /// What identifies the lease; it should not change with renewals.
    pub lease: Private,
    /// When the host should renew the lease; `None` if it need not.
    pub renew_at: Option<SystemTime>,
    /// What the user should know.
    pub warnings: Diagnostics,
}

/// A lease that was prolonged.
#[derive(Debug)]
pub struct Renewed {
    /// What the next renewal is handed.
    pub lease: Private,
    /// When the host should renew again; `None` if it need not.
    pub renew_at: Option<SystemTime>,
}

/// A row of the table of ephemeral resources. Made by [`ephemeral_resource`].
pub struct EphemeralEntry<P> {
    pub(crate) type_name: &'static str,
    pub(crate) schema: fn() -> Result<Schema, DeclareError>,
    pub(crate) validate: fn(&Value) -> Diagnostics,
    pub(crate) open: for<'a> fn(&'a P, Query) -> BoxFuture<'a, Result<Opened, Diagnostics>>,
    pub(crate) renew: for<'a> fn(&'a P, Private) -> BoxFuture<'a, Result<Renewed, Diagnostics>>,
    pub(crate) close: for<'a> fn(&'a P, Private) -> BoxFuture<'a, Diagnostics>,
}

impl<P> fmt::Debug for EphemeralEntry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EphemeralEntry")
            .field(&self.type_name)
            .finish()
    }
}

/// The row of an ephemeral resource type in its provider's table.
pub const fn ephemeral_resource<E: EphemeralResource>() -> EphemeralEntry<E::Provider> {
    EphemeralEntry {
        type_name: E::TYPE_NAME,
        schema: E::schema,
        validate: E::validate,
        open: |provider, query| Box::pin(E::open(provider, query)),
        renew: |provider, lease| Box::pin(E::renew(provider, lease)),
        close: |provider, lease| Box::pin(E::close(provider, lease)),
    }
}
