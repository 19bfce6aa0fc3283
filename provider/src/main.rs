//! The plugin binary: serves the provider to Terraform and OpenTofu.

use std::process::ExitCode;

use terraform_provider_kre::Kre;

fn main() -> ExitCode {
    terraform_server::serve::<Kre>(terraform_server::Identity {
        address: "registry.terraform.io/kre/kre",
        version: env!("CARGO_PKG_VERSION"),
    })
}
