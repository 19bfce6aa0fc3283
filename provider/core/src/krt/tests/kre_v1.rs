//! KRE's first dialect, rule by rule.

use super::{V1, by_default, found, strictly, with};
use crate::krt::Dialect;

#[track_caller]
fn original(from: &str, to: &str, expected: &[&str]) {
    let text = with(V1, from, to);
    assert_eq!(found(&strictly(Dialect::KreV1, &text)), expected, "{text}");
}

#[track_caller]
fn ours(from: &str, to: &str, expected: &str) {
    let text = with(V1, from, to);
    assert!(
        found(&by_default(&text)).contains(&expected.to_owned()),
        "{text}"
    );
    assert!(strictly(Dialect::KreV1, &text).is_accepted());
}

#[test]
fn fields_are_checked_before_sequences() {
    original(
        "[one, two]",
        "[one, three, four]",
        &["sequential-unknown:19"],
    );
    original(
        "[one, two]",
        "[one, three]\n    name: A",
        &["name-format:20"],
    );
}

#[test]
fn lists_may_be_empty_but_not_missing() {
    original("    sequential: [one, two]\n", "", &["field-required:17"]);
    original("[one, two]", "[]", &[]);
    original("[one, two]", "", &["field-required:17"]);
}

#[test]
fn a_sequence_becomes_a_chain() {
    let krt = by_default(V1).krt.unwrap();
    let heard = |index: usize| krt.workflows[0].nodes[index].subscriptions[0].written();
    assert_eq!(
        (heard(0).as_str(), heard(1).as_str()),
        ("entrypoint", "one")
    );
    assert_eq!(krt.workflows[0].exitpoint.as_ref().unwrap().as_str(), "two");
}

#[test]
fn what_the_original_lets_pass_is_ours_to_refuse() {
    ours("[one, two]", "[]", "workflow-without-nodes:19");
    ours("[one, two]", "[one, two, one]", "node-duplicate:19");
    ours(
        "name: two\n    image",
        "name: one\n    src: x\n    image: y\n  - name: two\n    image",
        "node-duplicate:13",
    );
    ours("[one, two]", "[two]", "node-unused:10");
    ours("version: greeter-v1", "version: active", "name-reserved:1");
    ours("kre-py:2.1.0", "kre-py:1.23.0", "image-incompatible:11");
    ours(
        "workflows:\n  - name: greet\n    entrypoint: Greet\n    sequential: [one, two]",
        "workflows: []",
        "workflows-empty:16",
    );
}
