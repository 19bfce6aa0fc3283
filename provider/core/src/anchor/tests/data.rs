use std::collections::BTreeMap;

use super::*;

fn written(head: &Head) -> BTreeMap<String, String> {
    let data = head.to_data().into_iter();
    data.map(|(key, text)| (key.to_owned(), text)).collect()
}

fn eventful() -> Head {
    let left = Head::lost(instance(1), &inventory(&["a"])).deleting();
    let left = left.retaining(&removal(&left, &anchor(), true));
    let now = inventory(&["a", "b"]);
    claim(Some(&left), &instance(2), &now, true, None).unwrap()
}

#[test]
fn a_head_is_read_as_it_was_written() {
    let head = eventful();
    insta::assert_yaml_snapshot!(head.to_data());
    assert_eq!(Head::parse(&written(&head)).unwrap(), head);
}

#[test]
fn a_head_is_read_whatever_else_is_beside_it() {
    let mut data = written(&eventful());
    data.insert("format".to_owned(), "7".to_owned());
    assert_eq!(Head::parse(&data).unwrap(), eventful());
}

#[test]
fn a_head_that_says_ready_has_been_ready_whatever_its_progress() {
    let mut data = written(&Head::lost(instance(1), &inventory(&["a"])));
    data.insert("progress".to_owned(), "{}".to_owned());
    let head = Head::parse(&data).unwrap();
    assert_eq!(removal(&head, &anchor(), true).keep, component("a")[..1]);
}

#[test]
fn each_key_that_is_missing_or_broken_is_named() {
    for key in ["status", "instance", "progress", "inventory"] {
        let mut data = written(&eventful());
        data.remove(key);
        let message = Head::parse(&data).unwrap_err().to_string();
        assert!(message.starts_with(&format!("anchor has no key `{key}`")));
    }
    for key in ["status", "progress", "inventory"] {
        let mut data = written(&eventful());
        data.insert(key.to_owned(), "{".to_owned());
        let message = Head::parse(&data).unwrap_err().to_string();
        assert!(message.ends_with(&format!("key `{key}`")), "{message}");
    }
}
