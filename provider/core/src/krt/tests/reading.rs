//! What the originals' readers of YAML make of odd files. Found by comparing with them.

use super::{KAI, V1, V2, found, strictly, with};
use crate::krt::Dialect;

#[track_caller]
fn check(dialect: Dialect, text: &str, expected: &[&str]) {
    assert_eq!(found(&strictly(dialect, text)), expected, "{text}");
}

#[test]
fn spellings_of_yaml_1_1_are_known() {
    let gpu = |value: &str| with(V2, "        replicas: 2", &format!("        gpu: {value}"));
    check(Dialect::KreV2, &gpu("yes"), &[]);
    check(Dialect::KreV2, &gpu("'yes'"), &["yaml-type:22"]);
    let gpu = |value: &str| {
        with(
            KAI,
            "type: task",
            &format!("type: task\n        gpu: {value}"),
        )
    };
    check(Dialect::Kai, &gpu("Off"), &[]);
    check(Dialect::Kai, &gpu("'yes'"), &[]);
    check(Dialect::Kai, &gpu("'true'"), &["yaml-type:17"]);
}

#[test]
fn marks_and_line_ends_do_not_matter() {
    check(Dialect::KreV1, &format!("\u{feff}{V1}"), &[]);
    check(Dialect::KreV2, &V2.replace('\n', "\r\n"), &[]);
    check(Dialect::Kai, &format!("# only a comment\n---\n{KAI}"), &[]);
}

#[test]
fn a_second_document_is_ignored() {
    check(Dialect::KreV2, &format!("{V2}---\nfoo: [\n"), &[]);
    check(Dialect::KreV2, &format!("{V2}---\n@\n"), &[]);
    // KAI's reader looks two tokens further.
    check(Dialect::Kai, &format!("{KAI}---\n@\n"), &["yaml-syntax:28"]);
    let verdict = super::by_default(&format!("{V2}---\nfoo: bar\n"));
    assert_eq!(found(&verdict), ["document-ignored:25"]);
}

#[test]
fn what_follows_a_flow_collection_is_ignored() {
    let empty = found(&strictly(Dialect::KreV1, "{}"));
    check(
        Dialect::KreV1,
        "{} nobody reads this",
        &empty.iter().map(String::as_str).collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_at_all_lacks_everything() {
    for text in ["", "# only a comment\n", "---\n", "~\n"] {
        let problems = found(&strictly(Dialect::Kai, text));
        assert_eq!(problems.len(), 3, "{text:?}: {problems:?}");
    }
    check(Dialect::KreV2, "just text", &["yaml-type:1"]);
}

#[test]
fn tabs_are_no_indentation() {
    check(Dialect::KreV2, "a:\n\tb: c\n", &["yaml-syntax:2"]);
    check(
        Dialect::Kai,
        "# c\n\t# d\n",
        &["field-required:1", "field-required:1", "field-required:1"],
    );
    check(Dialect::KreV2, "# c\n\t# d\n", &["yaml-syntax:2"]);
}

#[test]
fn the_last_of_equal_keys_wins_in_kre() {
    let text = with(
        V2,
        "description: Says hello",
        "description: ''\ndescription: x",
    );
    check(Dialect::KreV2, &text, &[]);
}

#[test]
fn parts_of_equal_keys_add_up_in_kre() {
    let text = with(V1, "  image: konstellation/kre-entrypoint:1.8.0\n", "");
    check(
        Dialect::KreV1,
        &format!("{text}entrypoint: {{image: x}}\n"),
        &[],
    );
}

#[test]
fn merges_come_where_they_stand_in_kre_and_last_in_kai() {
    let text = with(V2, "        replicas: 2", "        <<: {name: Bad}");
    check(
        Dialect::KreV2,
        &text,
        &["exitpoint-unknown:13", "name-format:22"],
    );
    let text = with(KAI, "type: task", "type: task\n        <<: {name: Bad}");
    check(Dialect::Kai, &text, &[]);
}

#[test]
fn a_merge_needs_mappings() {
    check(Dialect::KreV2, "<<: [a]\n", &["yaml-merge:1"]);
    check(Dialect::Kai, "<<: ~\n", &["yaml-merge:1"]);
    check(Dialect::Kai, "x: &x [a]\n<<: *x\n", &["yaml-merge:2"]);
}

#[test]
fn null_in_a_list_is_nothing_in_kai_and_empty_in_kre() {
    check(Dialect::Kai, &with(KAI, "[door]", "[~, door]"), &[]);
    check(
        Dialect::KreV2,
        &with(V2, "[GREETING]", "[~]"),
        &["variable-format:8"],
    );
}

#[test]
fn kre_takes_one_spelling_of_null_for_a_value() {
    let store = "objectStore: {name: models, scope: workflow}";
    check(Dialect::KreV2, &with(V2, store, "objectStore: null"), &[]);
    check(
        Dialect::KreV2,
        &with(V2, store, "objectStore: Null"),
        &["object-store-scope:23"],
    );
    check(
        Dialect::KreV2,
        &with(V2, store, "objectStore: 'null'"),
        &["yaml-type:23"],
    );
}

#[test]
fn tags_are_obeyed() {
    check(
        Dialect::KreV2,
        &with(V2, "replicas: 2", "replicas: !!int two"),
        &["yaml-tag:22"],
    );
    check(
        Dialect::KreV2,
        &with(V2, "Says hello", "!!binary aGVsbG8="),
        &[],
    );
    check(
        Dialect::KreV2,
        &with(V2, "Says hello", "!!binary ???"),
        &["yaml-tag:3"],
    );
}

#[test]
fn aliases_do_not_multiply() {
    let mut bomb = String::from("a0: &a0 {b: c}\n");
    for level in 1..10 {
        let row = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push('a');
        bomb.extend([level.to_string(), format!(": &a{level} [{row}]\n")]);
    }
    // Nobody expands what nobody reads.
    assert_eq!(found(&strictly(Dialect::Kai, &bomb)).len(), 3);
    let row = vec!["*e"; 5000].join(", ");
    let text = format!("e: &e {{name: a, processes: [{{}}, {{}}, {{}}]}}\nworkflows: [{row}]\n");
    let rules = found(&strictly(Dialect::Kai, &text));
    assert!(rules.len() <= 1010, "{}", rules.len());
    check(Dialect::Kai, "version: &a [*a]\n", &["yaml-type:1"]);
    check(
        Dialect::Kai,
        "workflows: [&a {<<: *a}]\n",
        &["yaml-alias:1"],
    );
    check(Dialect::Kai, "version: *a\n", &["yaml-alias:1"]);
}

#[test]
fn depth_has_an_end() {
    let nested = |depth: usize| format!("x: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(found(&strictly(Dialect::Kai, &nested(10_000))).len(), 3);
    check(Dialect::Kai, &nested(10_001), &["yaml-syntax:1"]);
    let blocks = format!("x:\n  {}a\n", "- ".repeat(20_000));
    check(Dialect::KreV1, &blocks, &["yaml-syntax:2"]);
}

#[test]
fn keys_are_short() {
    let key = |length: usize| format!("{}: b\n", "k".repeat(length));
    assert_eq!(found(&strictly(Dialect::Kai, &key(1024))).len(), 3);
    check(Dialect::Kai, &key(1025), &["yaml-syntax:1"]);
}

#[test]
fn other_encodings_are_read() {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    let options = crate::krt::Options::default();
    assert!(crate::krt::judge(&utf16(V2), &options).is_accepted());
    assert!(!crate::krt::judge(b"version: \xff", &options).is_accepted());
}
