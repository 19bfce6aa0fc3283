//! Objects of many megabytes. The limits are those of the connection, the same for every call: the
//! largest object makes as few as show that both directions are wide enough.

use std::time::Duration;

use harness::drive::Object;
use terraform_provider_conformance::resources::Thing;
use tokio::time;

use crate::host::Host;

/// What a debug build on a busy machine needs at most.
const PATIENT: Duration = Duration::from_mins(5);

#[tokio::test]
async fn a_thing_of_5_megabytes_lives() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let label = "x".repeat(5_000_000);
    let config = things.config([("name", "a".into()), ("label", label.as_str().into())]);
    let life = async {
        let thing = things.change(&Object::default(), &config).await.unwrap();
        things.settled(&thing, &config).await.unwrap();
        let stored = format!(r#"{{"name": "a", "label": "{label}"}}"#);
        let state = things.upgrade(2, stored.as_bytes()).await.unwrap();
        assert_eq!(state.attribute("label"), thing.state.attribute("label"));
    };
    time::timeout(PATIENT, life).await.unwrap();
    host.is_well().await;
}

#[tokio::test]
async fn a_thing_of_70_megabytes_is_upgraded_and_planned() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let label = "x".repeat(70_000_000);
    let config = things.config([("name", "a".into()), ("label", label.as_str().into())]);
    let life = async {
        let stored = format!(r#"{{"name": "a", "label": "{label}"}}"#);
        let state = things.upgrade(2, stored.as_bytes()).await.unwrap();
        assert_eq!(
            state.attribute("label").as_str().map(str::len),
            Some(label.len())
        );
        let planned = things.plan(&Object::default(), &config).await.unwrap();
        assert!(planned.state.attribute("label") == state.attribute("label"));
    };
    time::timeout(PATIENT, life).await.unwrap();
    host.is_well().await;
}
