//! The provider `kre`: AI runtimes on Kubernetes.
//!
//! Translates between Terraform's terms and KRE's, and decides nothing.

pub mod command;
mod data_sources;
mod functions;
mod krt;

use terraform::{Diagnostics, Schema, declare::DeclareError};
use terraform_server::{Configuration, Provider, Registry, data_source, function};

/// The provider, configured.
#[derive(Debug)]
pub struct Kre;

impl Provider for Kre {
    const NAME: &'static str = "kre";
    const REGISTRY: Registry<Self> = Registry {
        resources: &[],
        data_sources: &[data_source::<data_sources::KrtSource>()],
        ephemeral_resources: &[],
        functions: &[
            function::<functions::KrtDecode>(),
            function::<functions::KrtValidate>(),
        ],
    };

    fn schema() -> Result<Schema, DeclareError> {
        let mut schema = Schema::default();
        "Runs AI workloads on Kubernetes: runtimes, versions, workflows, publications."
            .clone_into(&mut schema.block.description);
        Ok(schema)
    }

    fn configure(_: Configuration) -> Result<Self, Diagnostics> {
        Ok(Self)
    }
}
