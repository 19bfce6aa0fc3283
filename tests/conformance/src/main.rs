//! The plugin binary: serves the provider to Terraform and OpenTofu.

use std::process::ExitCode;

use terraform_provider_conformance::Conformance;
use terraform_server::{Options, Provider, serve};

fn main() -> ExitCode {
    serve::<Conformance>(Options {
        name: Conformance::NAME,
        address: "registry.terraform.io/kre/conformance",
        version: env!("CARGO_PKG_VERSION"),
        tools: &[],
    })
}
