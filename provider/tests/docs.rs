//! The documentation is current, and the examples are right.

#![cfg(test)]

use std::path::{Path, PathBuf};

use terraform::{check, docs::Catalogue};
use terraform_provider_kre::Kre;

fn catalogue() -> Catalogue {
    terraform_server::describe::<Kre>().unwrap()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

#[test]
fn the_documentation_is_current() {
    harness::docs::assert_current(
        &catalogue(),
        &folder("examples/terraform"),
        &folder("docs"),
        &["schemas/"],
    );
}

#[test]
fn the_examples_fit() {
    harness::examples::assert_fit(&catalogue(), &folder("examples/terraform"), check::config);
}
