//! `conformance_secret` and `conformance_counter`.

use terraform::{Number, Value};

use crate::host::{Host, Object};

const SECRET: &str = "conformance_secret";
const COUNTER: &str = "conformance_counter";

fn secret(host: &Host, value: &str, version: i64) -> Value {
    host.config(
        SECRET,
        [("name", "a".into()), ("value_wo_version", version.into())],
    )
    .with("value_wo", value)
}

fn number(object: &Object, attribute: &str) -> Option<i64> {
    let number = object.state.attribute(attribute).as_number();
    number.and_then(Number::as_i64)
}

#[tokio::test]
async fn a_secret_is_set_again_with_a_new_version_only() {
    let host = Host::new().await;
    let created = host
        .change(SECRET, &Object::default(), &secret(&host, "hush", 1))
        .await;
    assert_eq!(number(&created, "length"), Some(4));
    host.assert_settled(SECRET, &created, &secret(&host, "another", 1))
        .await;
    let rotated = host
        .change(SECRET, &created, &secret(&host, "another", 2))
        .await;
    assert_eq!(number(&rotated, "length"), Some(7));
    assert_eq!(number(&rotated, "rotations"), Some(2));
    host.destroy(SECRET, &rotated).await;
}

#[tokio::test]
async fn a_secret_is_in_no_state_and_in_no_file() {
    let host = Host::new().await;
    let created = host
        .change(SECRET, &Object::default(), &secret(&host, "hush", 1))
        .await;
    assert!(created.state.attribute("value_wo").is_null());
    let file = host.world().join(SECRET).join("a.json");
    assert!(!std::fs::read_to_string(file).unwrap().contains("hush"));
}

fn counter(host: &Host, start: i64) -> Value {
    host.config(COUNTER, [("start", start.into()), ("step", 1.into())])
}

#[tokio::test]
async fn a_counter_without_a_name_gets_a_free_one() {
    let host = Host::new().await;
    let config = counter(&host, 1);
    let first = host.change(COUNTER, &Object::default(), &config).await;
    let second = host.change(COUNTER, &Object::default(), &config).await;
    assert_eq!(first.state.attribute("name"), &"conformance-1".into());
    assert_eq!(second.state.attribute("name"), &"conformance-2".into());
    host.assert_settled(COUNTER, &first, &config).await;
    host.destroy(COUNTER, &first).await;
    host.destroy(COUNTER, &second).await;
}

#[tokio::test]
async fn a_counter_is_replaced_and_never_changed() {
    let host = Host::new().await;
    let created = host
        .change(COUNTER, &Object::default(), &counter(&host, 1))
        .await;
    let planned = host.plan(COUNTER, &created, &counter(&host, 2)).await;
    assert_eq!(planned.unwrap().replace, 1);
}
