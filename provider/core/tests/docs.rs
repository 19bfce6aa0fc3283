//! The page of the rules and the JSON Schemas are current.

#![cfg(test)]

use std::path::Path;

use kre_core::krt::{Dialect, rules, schema};

/// Compares a file below docs/ with what it should hold; writes it where `UPDATE` is set.
#[expect(
    clippy::disallowed_methods,
    reason = "the test compares files, and writes them when it is told to"
)]
#[track_caller]
fn assert_current(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let current = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        current == expected,
        "{} is not current: run `make docs`",
        path.display()
    );
}

#[test]
fn the_page_of_the_rules_is_current() {
    assert_current("guides/krt.md", &rules::guide());
}

#[test]
fn the_schemas_are_current() {
    for dialect in Dialect::ALL {
        let schema = serde_json::to_string_pretty(&schema(*dialect)).unwrap();
        assert_current(
            &format!("schemas/krt-{dialect}.json"),
            &format!("{schema}\n"),
        );
    }
}
