//! `conformance_secret` and `conformance_counter`.

use harness::drive::{Managed, Object, everything};
use terraform::{Number, Value};
use terraform_provider_conformance::resources::{Counter, Secret};
use tfplugin::tfplugin6::ClientCapabilities;

use crate::host::World;

fn secret(secrets: &Managed, value: &str, version: i64) -> Value {
    let config = [("name", "a".into()), ("value_wo_version", version.into())];
    secrets.config(config).with("value_wo", value)
}

fn number(object: &Object, attribute: &str) -> Option<i64> {
    let number = object.state.attribute(attribute).as_number();
    number.and_then(Number::as_i64)
}

#[tokio::test]
async fn a_secret_is_set_again_with_a_new_version_only() {
    let world = World::new().await;
    let secrets = world.managed::<Secret>();
    let config = secret(&secrets, "hush", 1);
    let created = secrets.change(&Object::default(), &config).await.unwrap();
    assert_eq!(number(&created, "length"), Some(4));
    let unchanged = secret(&secrets, "another", 1);
    secrets.settled(&created, &unchanged).await.unwrap();
    let config = secret(&secrets, "another", 2);
    let rotated = secrets.change(&created, &config).await.unwrap();
    assert_eq!(number(&rotated, "length"), Some(7));
    assert_eq!(number(&rotated, "rotations"), Some(2));
    secrets.destroy(&rotated).await.unwrap();
}

#[tokio::test]
async fn a_secret_is_in_no_state_and_in_no_file() {
    let world = World::new().await;
    let secrets = world.managed::<Secret>();
    let config = secret(&secrets, "hush", 1);
    let created = secrets.change(&Object::default(), &config).await.unwrap();
    assert!(created.state.attribute("value_wo").is_null());
    let file = world.path().join("conformance_secret/a.json");
    assert!(!std::fs::read_to_string(file).unwrap().contains("hush"));
}

#[tokio::test]
async fn a_secret_is_refused_if_the_host_would_keep_it() {
    let world = World::new().await;
    let capabilities = ClientCapabilities {
        write_only_attributes_allowed: false,
        ..everything()
    };
    let secrets = world.managed::<Secret>();
    let secrets = secrets.with_capabilities(capabilities);
    let config = secret(&secrets, "hush", 1);
    let without = config.clone().with("value_wo", Value::Null);
    secrets.validate(&without).await.unwrap();
    let refused = secrets.validate(&config).await.unwrap_err();
    let refusal = refused.refusal().unwrap();
    assert_eq!(refusal.iter().next().unwrap().path, Some("value_wo".into()));
    assert!(!format!("{refusal:?}").contains("hush"));
}

fn counter(counters: &Managed, start: i64) -> Value {
    counters.config([("start", start.into()), ("step", 1.into())])
}

#[tokio::test]
async fn a_counter_without_a_name_gets_a_free_one() {
    let world = World::new().await;
    let counters = world.managed::<Counter>();
    let config = counter(&counters, 1);
    let first = counters.change(&Object::default(), &config).await.unwrap();
    let second = counters.change(&Object::default(), &config).await.unwrap();
    assert_eq!(first.state.attribute("name"), &"conformance-1".into());
    assert_eq!(second.state.attribute("name"), &"conformance-2".into());
    counters.settled(&first, &config).await.unwrap();
    counters.destroy(&first).await.unwrap();
    counters.destroy(&second).await.unwrap();
}

#[tokio::test]
async fn a_counter_is_replaced_and_never_changed() {
    let world = World::new().await;
    let counters = world.managed::<Counter>();
    let config = counter(&counters, 1);
    let created = counters.change(&Object::default(), &config).await.unwrap();
    let config = counter(&counters, 2);
    let planned = counters.plan(&created, &config).await.unwrap();
    assert_eq!(planned.replace, ["start".into()]);
    let replaced = counters.apply(&created, &config, &planned).await.unwrap();
    counters.settled(&replaced.object, &config).await.unwrap();
}
