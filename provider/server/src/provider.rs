//! What a provider is: a configuration, and tables of what it offers.

use std::process::ExitCode;

use terraform::{Diagnostics, Schema, Value, declare::DeclareError};

use crate::{
    data_source::DataSourceEntry,
    ephemeral::EphemeralEntry,
    function::FunctionEntry,
    process::{Environment, Options, run},
    protocol::Service,
    resource::ResourceEntry,
};

/// A provider. A value of the type is a *configured* provider; everything else is said of the type.
pub trait Provider: Sized + Send + Sync + 'static {
    /// Name in configurations, which is also the prefix of all type names: `kre`.
    const NAME: &'static str;
    /// Everything that it offers.
    const REGISTRY: Registry<Self>;

    /// Describes the provider block.
    fn schema() -> Result<Schema, DeclareError>;

    /// Checks what the schema cannot say; values may be unknown.
    fn validate(_config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Takes the configuration of a provider block.
    ///
    /// Values may be unknown, then resources can still be planned; so this opens nothing and
    /// fails only on what will stay wrong. A server that outlives one run of a host is configured
    /// again and again.
    fn configure(configuration: Configuration) -> Result<Self, Diagnostics>;
}

/// What a host says when it configures a provider.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The provider block; values may be unknown.
    pub config: Value,
    /// Version of the host, such as `1.11.4`; Terraform's and OpenTofu's are not told apart.
    pub host_version: String,
}

/// The tables of everything that a provider offers. To add one, add a line.
#[derive(Debug)]
pub struct Registry<P: Provider> {
    /// Managed resources.
    pub resources: &'static [ResourceEntry<P>],
    /// Data sources.
    pub data_sources: &'static [DataSourceEntry<P>],
    /// Ephemeral resources.
    pub ephemeral_resources: &'static [EphemeralEntry<P>],
    /// Functions.
    pub functions: &'static [FunctionEntry],
}

/// What a host can do, as far as providers care.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Host {
    /// It keeps write-only values out of plans and states (Terraform and OpenTofu 1.11).
    pub write_only: bool,
    /// It fills computed blocks (Terraform 1.16).
    pub computed_blocks: bool,
}

/// Serves a provider to the host that started this process, until the host is done with it: all
/// that `main` has to do.
pub fn serve<P: Provider>(options: Options) -> ExitCode {
    let arguments = std::env::args_os().skip(1).collect();
    run(
        options,
        &Environment::of_process(),
        arguments,
        Service::<P>::new,
    )
}
