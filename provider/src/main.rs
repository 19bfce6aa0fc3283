//! The plugin binary: serves the provider to Terraform and OpenTofu, and is a tool for pipelines.

use std::{env, io, process::ExitCode};

use terraform_provider_kre::{Kre, command};
use terraform_server::{Options, Provider, serve};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().collect();
    if let Some(code) = command::run(&arguments, &mut io::stdout(), &mut io::stderr()) {
        return code;
    }
    serve::<Kre>(Options {
        name: Kre::NAME,
        address: "registry.terraform.io/kre/kre",
        version: env!("CARGO_PKG_VERSION"),
        tools: &[command::TOOL],
    })
}
