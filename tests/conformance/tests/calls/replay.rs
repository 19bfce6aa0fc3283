//! What hosts of protocol 6.11 add: the first plan's notes in the repeated plan, and blocks that
//! the provider fills.

use harness::drive::{Object, everything};
use terraform::Value;
use terraform_provider_conformance::resources::{Everything, Thing};
use tfplugin::tfplugin6::ClientCapabilities;

use crate::host::World;

#[tokio::test]
async fn the_same_plan_is_made_with_and_without_the_notes_of_the_first() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("fail", "create-half".into())]);
    let planned = things.plan(&Object::default(), &config).await.unwrap();
    let half = things
        .apply(&Object::default(), &config, &planned)
        .await
        .unwrap();
    let config = config.with("fail", Value::Null);
    let first = things.plan_once(&half.object, &config, &[]).await.unwrap();
    assert!(!first.private.is_empty());
    for notes in [first.private.as_slice(), b"{}", b"not JSON"] {
        let again = things
            .plan_once(&half.object, &config, notes)
            .await
            .unwrap();
        assert_eq!(
            (&again.state, &again.private),
            (&first.state, &first.private)
        );
    }
}

#[tokio::test]
async fn notes_that_cannot_be_read_are_an_error() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let mut thing = things.change(&Object::default(), &config).await.unwrap();
    thing.private = b"not JSON".to_vec();
    let config = config.with("size", 2);
    let refused = things.plan(&thing, &config).await.unwrap_err();
    assert_eq!(refused.refusal().unwrap().iter().count(), 1);
}

#[tokio::test]
async fn a_computed_block_is_filled_if_the_host_can_take_it() {
    let world = World::new().await;
    let all = world.managed::<Everything>();
    let config = all.config([("name", "a".into()), ("enabled", true.into())]);
    let object = all.change(&Object::default(), &config).await.unwrap();
    let filled = object.state.attribute("computed_block").as_elements();
    assert_eq!(filled.map(<[_]>::len), Some(1));
}

#[tokio::test]
async fn a_computed_block_stays_empty_if_the_host_cannot_take_it() {
    let world = World::new().await;
    let all = world
        .managed::<Everything>()
        .with_capabilities(ClientCapabilities {
            computed_blocks_allowed: false,
            ..everything()
        });
    // Hosts that do not know of computed blocks say that there are none.
    let config = all.config([("name", "a".into()), ("enabled", true.into())]);
    let config = config.with("computed_block", Value::list([]));
    let object = all.change(&Object::default(), &config).await.unwrap();
    let filled = object.state.attribute("computed_block").as_elements();
    assert_eq!(filled.map(<[_]>::len), Some(0));
    all.settled(&object, &config).await.unwrap();
}

#[tokio::test]
async fn a_computed_block_is_never_given_to_a_host_that_cannot_take_it() {
    let world = World::new().await;
    let all = world
        .managed::<Everything>()
        .with_capabilities(ClientCapabilities {
            computed_blocks_allowed: false,
            ..everything()
        });
    let config = all.config([("name", "a".into()), ("enabled", true.into())]);
    let refused = all.validate(&config).await.unwrap_err();
    let refusal = refused.refusal().unwrap().iter().next().unwrap();
    assert_eq!(refusal.path, Some("computed_block".into()));
}
