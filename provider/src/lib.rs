//! The provider `kre`: AI runtimes on Kubernetes.
//!
//! Translates between Terraform's terms and KRE's, and decides nothing.

use terraform::{Diagnostics, Schema, declare::DeclareError};
use terraform_server::{Configuration, Provider, Registry};

/// The provider, configured.
#[derive(Debug)]
pub struct Kre;

impl Provider for Kre {
    const NAME: &'static str = "kre";
    const REGISTRY: Registry<Self> = Registry {
        resources: &[],
        data_sources: &[],
        ephemeral_resources: &[],
        functions: &[],
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
