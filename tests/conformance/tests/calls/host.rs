//! The provider within the test itself.

use harness::{
    drive::{DriveError, Lease, Lookup, texts},
    plugin::in_process,
};
use terraform::Value;
use terraform_provider_conformance::Conformance;
use terraform_server::{DataSource, EphemeralResource, Service, Stop};

pub(crate) use crate::support::World;

impl World {
    pub(crate) async fn new() -> Self {
        Self::of(in_process(service())).await
    }

    /// A world of which the provider has not been told.
    pub(crate) fn unconfigured() -> Self {
        Self::untold(in_process(service()))
    }

    /// A world that depends on something unknown.
    pub(crate) async fn offline() -> Self {
        let world = Self::unconfigured();
        world.configure(Value::unknown()).await.unwrap();
        world
    }

    pub(crate) fn lookup<D: DataSource>(&self) -> Lookup {
        Lookup::new(self.client(), D::TYPE_NAME, D::schema().unwrap())
    }

    pub(crate) fn lease<E: EphemeralResource>(&self) -> Lease {
        Lease::new(self.client(), E::TYPE_NAME, E::schema().unwrap())
    }
}

fn service() -> Service<Conformance> {
    Service::new(Stop::default())
}

/// What the provider refused for; anything else that went wrong is no refusal.
pub(crate) fn refusals<T: std::fmt::Debug>(refused: Result<T, DriveError>) -> Vec<String> {
    match refused.unwrap_err() {
        DriveError::Refused(diagnostics) => texts(&diagnostics),
        other => panic!("not refused: {other}"),
    }
}
