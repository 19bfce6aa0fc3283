//! States that come from elsewhere: older versions, another type.

use harness::drive::Object;
use terraform_provider_conformance::resources::{LegacyThing, Secret, Thing};
use terraform_server::Resource;

use crate::host::{World, refusals};

const OURS: &str = "registry.terraform.io/kre/conformance";

#[tokio::test]
async fn states_of_all_versions_are_upgraded() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let stored: [(i64, &[u8]); 3] = [
        (0, br#"{"name": "a", "size": "7", "title": "Anna"}"#),
        (1, br#"{"name": "a", "size": "7", "label": "Anna"}"#),
        (2, br#"{"name": "a", "size": 7, "label": "Anna"}"#),
    ];
    for (version, json) in stored {
        let state = things.upgrade(version, json).await.unwrap();
        assert_eq!(state.attribute("size"), &7.into());
        assert_eq!(state.attribute("label"), &"Anna".into());
        assert!(state.attribute("tags").is_null());
    }
}

#[tokio::test]
async fn a_legacy_thing_becomes_a_thing() {
    let world = World::new().await;
    let legacy = world.managed::<LegacyThing>();
    let config = legacy.config([("name", "a".into()), ("note", "Anna".into())]);
    let object = legacy.change(&Object::default(), &config).await.unwrap();
    legacy.settled(&object, &config).await.unwrap();
    let things = world.managed::<Thing>();
    let stored = br#"{"name": "a", "note": "Anna"}"#;
    let moved = things.take_over(OURS, LegacyThing::TYPE_NAME, stored).await;
    let moved = moved.unwrap();
    assert_eq!(moved.identity.attribute("name"), &"a".into());
    let config = things.config([("name", "a".into()), ("label", "Anna".into())]);
    things.settled(&moved, &config).await.unwrap();
}

#[tokio::test]
async fn nothing_else_becomes_a_thing() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let stored = br#"{"name": "a"}"#;
    let sources = [
        (OURS, Secret::TYPE_NAME),
        (OURS, ""),
        (
            "registry.terraform.io/somebody/else",
            LegacyThing::TYPE_NAME,
        ),
    ];
    for (provider, source) in sources {
        let refused = things.take_over(provider, source, stored).await;
        assert_eq!(refusals(refused).len(), 1);
    }
    let refused = things.take_over(OURS, LegacyThing::TYPE_NAME, b"[").await;
    assert_eq!(refusals(refused).len(), 1);
}
