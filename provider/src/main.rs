//! The plugin binary: serves the provider to Terraform and OpenTofu.

use std::process::ExitCode;

use terraform_provider_kre::Kre;
use terraform_server::{Options, Provider, serve};

fn main() -> ExitCode {
    serve::<Kre>(Options {
        name: Kre::NAME,
        address: "registry.terraform.io/kre/kre",
        version: env!("CARGO_PKG_VERSION"),
    })
}
