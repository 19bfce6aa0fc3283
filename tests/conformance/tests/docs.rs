//! The documentation is current, and the examples are right.

#![cfg(test)]

use std::path::Path;

use terraform::{check, docs::Catalogue};
use terraform_provider_conformance::Conformance;

fn catalogue() -> Catalogue {
    terraform_server::describe::<Conformance>().unwrap()
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_documentation_is_current() {
    harness::docs::assert_current(&catalogue(), &folder("examples"), &folder("docs"), &[]);
}

#[test]
fn the_examples_fit() {
    harness::examples::assert_fit(&catalogue(), &folder("examples"), check::config);
}
