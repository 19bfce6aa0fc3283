//! Compiles the contracts with protox, so that no `protoc` has to be installed.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let contracts = [
        "tfplugin6.proto",
        "goplugin/broker.proto",
        "goplugin/controller.proto",
        "goplugin/stdio.proto",
    ];
    for contract in contracts {
        println!("cargo:rerun-if-changed={contract}");
    }
    tonic_prost_build::configure()
        .generate_default_stubs(true)
        .compile_fds(protox::compile(contracts, ["."])?)?;
    Ok(())
}
