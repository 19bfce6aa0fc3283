//! Data sources: what each has to say and do.

use std::{fmt, future::Future};

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use terraform::{Diagnostics, Schema, Value, declare::DeclareError};
use tokio_util::sync::CancellationToken;

use crate::{provider::Provider, spec::read};

/// A data source type.
pub trait DataSource: 'static {
    /// The provider that it belongs to.
    type Provider: Provider;
    /// Name in configurations.
    const TYPE_NAME: &'static str;

    /// Describes the data source.
    fn schema() -> Result<Schema, DeclareError>;

    /// Checks what the schema cannot say; values may be unknown.
    fn validate(_config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Looks up what the configuration, which is wholly known, asks for.
    fn read(
        provider: &Self::Provider,
        query: Query,
    ) -> impl Future<Output = Result<Answer, Diagnostics>> + Send;
}

/// What to look up.
#[derive(Debug)]
pub struct Query {
    /// The configuration with defaults filled in, otherwise with nulls where it says nothing.
    pub config: Value,
    /// Cancelled when the user wants to stop.
    pub stop: CancellationToken,
}

impl Query {
    /// Reads the configuration; what it does not say is absent.
    pub fn spec<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        read(&self.config)
    }
}

/// What was found.
#[derive(Debug)]
pub struct Answer {
    /// The configuration's values as they were, and the computed ones.
    pub value: Value,
    /// What the user should know.
    pub warnings: Diagnostics,
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self {
            value,
            warnings: Diagnostics::new(),
        }
    }
}

/// A row of the table of data sources. Made by [`data_source`].
pub struct DataSourceEntry<P> {
    pub(crate) type_name: &'static str,
    pub(crate) schema: fn() -> Result<Schema, DeclareError>,
    pub(crate) validate: fn(&Value) -> Diagnostics,
    pub(crate) read: for<'a> fn(&'a P, Query) -> BoxFuture<'a, Result<Answer, Diagnostics>>,
}

impl<P> fmt::Debug for DataSourceEntry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DataSourceEntry")
            .field(&self.type_name)
            .finish()
    }
}

/// The row of a data source type in its provider's table.
pub const fn data_source<D: DataSource>() -> DataSourceEntry<D::Provider> {
    DataSourceEntry {
        type_name: D::TYPE_NAME,
        schema: D::schema,
        validate: D::validate,
        read: |provider, query| Box::pin(D::read(provider, query)),
    }
}
