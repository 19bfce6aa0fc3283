//! Which dialect a file is written in.

use super::{KAI, V1, V2, by_default, found};
use crate::krt::{Dialect, file_name};

#[test]
fn the_keys_say_which_dialect_it_is() {
    for (text, dialect) in [
        (V1, Dialect::KreV1),
        (V2, Dialect::KreV2),
        (KAI, Dialect::Kai),
    ] {
        assert_eq!(by_default(text).dialect, dialect);
    }
}

#[test]
fn keys_of_two_dialects_are_reported() {
    let text = "krtVersion: v2\nworkflows:\n- name: a\n  sequential: [a]\n";
    let verdict = by_default(text);
    assert_eq!(verdict.dialect, Dialect::KreV2);
    assert!(found(&verdict).contains(&"dialect-ambiguous:4".to_owned()));
}

#[test]
fn the_first_version_of_the_format_is_the_first_dialect() {
    let text = format!("krtVersion: v1\n{V1}");
    let verdict = by_default(&text);
    assert_eq!(verdict.dialect, Dialect::KreV1);
    assert_eq!(found(&verdict), ["key-unknown:1", "dialect-outdated:1"]);
}

#[test]
fn a_file_without_any_sign_is_said_to_be_unclear() {
    assert!(found(&by_default("version: v1\n")).contains(&"dialect-ambiguous:1".to_owned()));
}

#[test]
fn broken_files_are_recognised_by_their_words() {
    assert_eq!(
        by_default("workflows:\n  - processes: [\n").dialect,
        Dialect::Kai
    );
    assert_eq!(
        by_default("workflows:\n  - sequential: [\n").dialect,
        Dialect::KreV1
    );
}

#[test]
fn a_manifest_has_one_of_two_names() {
    let problem = file_name("kre.yaml", Dialect::KreV2).unwrap();
    assert_eq!(problem.rule.as_str(), "file-name");
    assert_eq!(problem.remedy, "call it `krt.yml`");
    assert_eq!(file_name("krt.yaml", Dialect::KreV1), None);
    assert_eq!(file_name("my-version.yaml", Dialect::Kai), None);
}

#[test]
fn dialects_have_names() {
    for dialect in Dialect::ALL {
        assert_eq!(dialect.as_str().parse::<Dialect>().unwrap(), *dialect);
    }
    assert!("kre".parse::<Dialect>().is_err());
}
