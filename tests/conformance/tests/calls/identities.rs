//! Identities: planned, kept, imported by, upgraded.

use harness::drive::{ImportBy, Object};
use terraform::Value;
use terraform_provider_conformance::resources::{Everything, LegacyThing, Thing};

use crate::host::{World, refusals};

#[tokio::test]
async fn plan_apply_and_read_agree_on_the_identity() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let planned = things.plan(&Object::default(), &config).await.unwrap();
    let applied = things
        .apply(&Object::default(), &config, &planned)
        .await
        .unwrap();
    let found = things.refresh(&applied.object).await.unwrap();
    let identity = Value::object([("name", "a".into())]);
    let all = [
        planned.identity,
        applied.object.identity,
        found.object.identity,
    ];
    assert_eq!(all, [identity.clone(), identity.clone(), identity]);
}

#[tokio::test]
async fn a_planned_identity_may_be_unknown_and_is_known_once_applied() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = things.config([("name", Value::unknown())]);
    let planned = things.plan(&Object::default(), &config).await.unwrap();
    assert!(!planned.identity.is_wholly_known());
    let config = config.with("name", "a");
    let applied = things
        .apply(&Object::default(), &config, &planned)
        .await
        .unwrap();
    assert_eq!(applied.object.identity.attribute("name"), &"a".into());
}

#[tokio::test]
async fn imports_by_id_and_by_identity_find_the_same() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let by_id = things.import(ImportBy::Id("a")).await.unwrap();
    let by_identity = things
        .import(ImportBy::Identity(&thing.identity))
        .await
        .unwrap();
    assert_eq!((&by_id, &by_identity), (&thing, &thing));
    things.settled(&by_id, &config).await.unwrap();
}

#[tokio::test]
async fn an_import_of_nothing_is_nothing() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let nothing = things.import(ImportBy::Id("a")).await.unwrap();
    assert_eq!(nothing.state, Value::Null);
    for id in ["", "../../etc/passwd", "A B", "a\0b"] {
        let strange = things.import(ImportBy::Id(id)).await;
        assert_eq!(refusals(strange).len(), 1, "{id:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_imported_says_so() {
    let world = World::new().await;
    let refused = world
        .managed::<LegacyThing>()
        .import(ImportBy::Id("a"))
        .await;
    assert_eq!(refusals(refused).len(), 1);
}

#[tokio::test]
async fn a_generated_configuration_is_valid_and_changes_nothing() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("size", 7.into())]);
    things.change(&Object::default(), &config).await.unwrap();
    let thing = things.import(ImportBy::Id("a")).await.unwrap();
    let generated = things.generate(&thing).await.unwrap();
    assert_eq!(generated, config);
    things.validate(&generated).await.unwrap();
    things.settled(&thing, &generated).await.unwrap();
    let all = world.managed::<Everything>();
    let config = all.config([("name", "a".into()), ("enabled", true.into())]);
    all.change(&Object::default(), &config).await.unwrap();
    let object = all.import(ImportBy::Id("a")).await.unwrap();
    let generated = all.generate(&object).await.unwrap();
    all.validate(&generated).await.unwrap();
    all.settled(&object, &generated).await.unwrap();
}

#[tokio::test]
async fn identities_of_all_versions_are_upgraded() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let identity = Value::object([("name", "a".into())]);
    let stored: [(i64, &[u8]); 2] = [(0, br#"{"id": "a"}"#), (1, br#"{"name": "a"}"#)];
    for (version, json) in stored {
        let upgraded = things.upgrade_identity(version, json).await;
        assert_eq!(upgraded.unwrap(), identity);
    }
    let broken: [(i64, &[u8]); 4] = [(7, br#"{"name": "a"}"#), (-1, b"{}"), (0, b"["), (1, b"7")];
    for (version, json) in broken {
        let refused = things.upgrade_identity(version, json).await;
        assert_eq!(refusals(refused).len(), 1);
    }
}
