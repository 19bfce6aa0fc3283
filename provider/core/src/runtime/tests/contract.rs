use std::collections::BTreeMap;

use super::*;

fn data(spec: &RuntimeSpec) -> BTreeMap<String, String> {
    let data = Contract::of(spec, &facts()).to_data().into_iter();
    data.map(|(key, value)| (key.to_owned(), value)).collect()
}

#[track_caller]
fn refused(data: &BTreeMap<String, String>) -> String {
    Contract::parse(data).unwrap_err().to_string()
}

#[test]
fn a_contract_is_read_as_it_was_written() {
    for json in [minimal(), maximal()] {
        let spec = spec(json);
        let contract = Contract::of(&spec, &facts());
        assert_eq!(Contract::parse(&data(&spec)).unwrap(), contract);
    }
}

#[test]
fn a_specification_comes_back_in_the_spelling_it_was_written_in() {
    let written = with(minimal(), "/nats/storage/size", json!("1024Mi"));
    let read = Contract::parse(&data(&spec(written)))
        .unwrap()
        .specification;
    assert_eq!(read.nats.storage.size.as_str(), "1024Mi");
    assert_eq!(read.namespace, None);
}

#[test]
fn every_missing_key_is_named() {
    for key in data(&spec(minimal())).keys() {
        let mut data = data(&spec(minimal()));
        data.remove(key);
        let expected = format!(
            "contract has no key `{key}`: restore the ConfigMap from a backup, or import the runtime into the release that wrote it and apply again"
        );
        assert_eq!(refused(&data), expected);
    }
}

#[test]
fn every_broken_key_is_named() {
    for key in [
        "format",
        "inventory",
        "progress",
        "services",
        "specification",
        "status",
    ] {
        let mut data = data(&spec(minimal()));
        data.insert(key.to_owned(), "{".to_owned());
        let message = refused(&data);
        assert!(message.ends_with(&format!("key `{key}`")), "{message}");
    }
}

#[test]
fn a_contract_of_a_newer_release_is_refused() {
    let mut data = data(&spec(minimal()));
    data.insert("format".to_owned(), "2".to_owned());
    let expected =
        "contract was written by a newer release, which is needed to read it: format `2`";
    assert_eq!(refused(&data), expected);
}

#[test]
fn no_contract_holds_a_password() {
    let text = format!("{:?}", data(&spec(maximal())));
    assert!(!text.contains("-password"), "{text}");
}

#[test]
fn a_revision_changes_with_what_pods_contain_and_with_nothing_else() {
    let revision = |json| spec(json).reference().revision;
    let before = revision(maximal());
    assert_eq!(before.len(), 16);
    for (pointer, value) in [
        ("/images/web", json!("web")),
        ("/images/fluent_bit", json!("fluent")),
        ("/images/krt_files_downloader", json!("downloader")),
        ("/image_pull_secrets", json!([])),
        ("/namespace", json!("team-b")),
        ("/id", json!("other")),
    ] {
        assert_ne!(
            revision(with(maximal(), pointer, value)),
            before,
            "{pointer}"
        );
    }
    for (pointer, value) in [
        ("/entrypoint", json!(null)),
        ("/nats/image", json!("nats")),
        ("/mongodb/storage/size", json!("21Gi")),
        ("/labels", json!({})),
        ("/name", json!("Other")),
    ] {
        assert_eq!(
            revision(with(maximal(), pointer, value)),
            before,
            "{pointer}"
        );
    }
}

#[test]
fn what_others_learn_is_known_from_the_specification() {
    let spec = spec(minimal());
    insta::assert_yaml_snapshot!((spec.reference(), spec.endpoints(), spec.services()));
}

#[test]
fn a_digest_changes_with_the_specification_alone() {
    let minimal = spec(minimal());
    assert_eq!(digest(&minimal), digest(&minimal.clone()));
    let mut other = minimal.clone();
    other.adopt_retained = true;
    assert_ne!(digest(&minimal), digest(&other));
}
