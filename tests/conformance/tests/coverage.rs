//! No call of the protocol is without proof.
#![cfg(test)]

use std::{collections::BTreeSet, fs, path::Path};

const CONTRACT: &str = include_str!("../../../proto/tfplugin6.proto");
const COVERAGE: &str = include_str!("../COVERAGE.md");

/// The calls of the contract.
fn calls() -> BTreeSet<&'static str> {
    let lines = CONTRACT.lines().map(str::trim_start);
    let calls = lines.filter_map(|line| line.strip_prefix("rpc ")?.split_once('('));
    calls.map(|(name, _)| name).collect()
}

/// The rows of the table: a call, and what is said to prove it.
fn table() -> Vec<(&'static str, &'static str)> {
    let (_, section) = COVERAGE.split_once("| call | proved by |").unwrap();
    let rows = section
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = |row: &'static str| row.trim_matches(['|', ' ']).split_once(" | ");
    rows.map(|row| cells(row).unwrap()).collect()
}

/// The tests of a proof that are not there: `file.rs`: `name`, `name`; …
fn missing(proof: &str) -> Vec<String> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut missing = Vec::new();
    for part in proof.split("; ") {
        let (file, names) = part.split_once(": ").unwrap();
        let text = fs::read_to_string(tests.join(file.trim_matches('`'))).unwrap_or_default();
        for name in names.split(", ") {
            if !text.contains(&format!("fn {}(", name.trim_matches('`'))) {
                missing.push(format!("{file}: {name}"));
            }
        }
    }
    missing
}

#[test]
fn every_call_is_proved() {
    let calls = calls();
    assert_eq!(calls.len(), 36);
    let table = table();
    assert_eq!(
        table.iter().map(|row| row.0).collect::<BTreeSet<_>>(),
        calls
    );
    assert_eq!(table.len(), calls.len());
    let missing: Vec<_> = table.iter().flat_map(|row| missing(row.1)).collect();
    assert_eq!(missing, [""; 0]);
}
