//! The documentation is current, and the examples are right.

#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use terraform::{check, docs::Catalogue};
use terraform_provider_kre::{Kre, resources::runtime};

/// What the first page says before the arguments.
const INDEX: &str = include_str!("index.md");

fn catalogue() -> Catalogue {
    Catalogue {
        provider_description: Some(INDEX.to_owned()),
        ..terraform_server::describe::<Kre>().unwrap()
    }
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

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test compares files, and writes them when it is told to"
)]
fn the_page_about_runtimes_is_current() {
    let path = folder("docs").join("guides/runtime.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, runtime::guide()).unwrap();
    }
    let current = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        current == runtime::guide(),
        "{} is not current: run `make docs`",
        path.display()
    );
}
