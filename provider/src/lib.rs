//! The provider `kre`: AI runtimes on Kubernetes.
//!
//! Translates between Terraform's terms and KRE's, and decides nothing.

pub mod command;
mod data_sources;
mod functions;
mod krt;
pub mod resources;
mod settings;

use std::time::Duration;

use kre_engine::{kubernetes::Failure, work::World};
use terraform::{Diagnostics, Schema, Value, declare::DeclareError};
use terraform_server::{
    Configuration, Environment, Provider, Registry, data_source, function, resource,
};

use settings::Configured;

/// The provider, configured.
#[derive(Debug)]
pub struct Kre(Configured);

impl Provider for Kre {
    const NAME: &'static str = "kre";
    const REGISTRY: Registry<Self> = Registry {
        resources: &[resource::<resources::runtime::Runtime<Self>>()],
        data_sources: &[data_source::<data_sources::KrtSource>()],
        ephemeral_resources: &[],
        functions: &[
            function::<functions::KrtDecode>(),
            function::<functions::KrtValidate>(),
        ],
    };

    fn schema() -> Result<Schema, DeclareError> {
        settings::schema()
    }

    fn validate(config: &Value) -> Diagnostics {
        settings::validate(config)
    }

    fn configure(Configuration { config, .. }: Configuration) -> Result<Self, Diagnostics> {
        settings::configure(&config, &Environment::of_process()).map(Self)
    }
}

impl Kre {
    /// Returns the cluster and what is in it, not connected before the first call, or says which
    /// argument of the provider block has to be known first.
    pub fn world(&self) -> Result<&World, Diagnostics> {
        self.0.target.world()
    }

    /// Returns how long hopeless waits go on, unless a resource says otherwise.
    pub fn fail_fast(&self) -> Duration {
        self.0.fail_fast
    }

    /// Tells a user why a call to the cluster failed.
    pub fn report(failure: &Failure) -> Diagnostics {
        settings::report(failure)
    }
}
