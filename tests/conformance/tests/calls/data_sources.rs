//! The data sources.

use harness::drive::Object;
use terraform::Value;
use terraform_provider_conformance::{
    data_sources::{Everything, Thing, Things},
    resources,
};

use crate::host::{World, refusals};

async fn with_things(names: &[&str]) -> World {
    let world = World::new().await;
    let things = world.managed::<resources::Thing>();
    for name in names {
        let config = things.config([("name", (*name).into())]);
        things.change(&Object::default(), &config).await.unwrap();
    }
    world
}

#[tokio::test]
async fn a_thing_is_found_by_its_name() {
    let world = with_things(&["a"]).await;
    let lookup = world.lookup::<Thing>();
    let found = lookup.read(&lookup.config([("name", "a".into())])).await;
    assert_eq!(found.unwrap().attribute("size"), &1.into());
}

#[tokio::test]
async fn a_thing_that_is_missing_is_an_error() {
    let world = World::new().await;
    let lookup = world.lookup::<Thing>();
    let missing = lookup.read(&lookup.config([("name", "a".into())])).await;
    let error = "No thing `a`: Create it first, or check the spelling of the name.";
    assert_eq!(refusals(missing), [error]);
}

#[tokio::test]
async fn things_are_listed_by_name() {
    let world = with_things(&["b", "a-2", "a-1"]).await;
    let lookup = world.lookup::<Things>();
    let found = lookup.read(&lookup.config([("prefix", "a".into())])).await;
    let found = found.unwrap();
    let things = found.attribute("things").as_elements().unwrap();
    let names: Vec<_> = things
        .iter()
        .map(|thing| thing.attribute("name").as_str())
        .collect();
    assert_eq!(names, [Some("a-1"), Some("a-2")]);
}

#[tokio::test]
async fn defaults_are_filled_into_a_query_at_any_depth() {
    let world = World::new().await;
    let filter = Value::object([("text", "x".into()), ("exact", Value::Null)]);
    let lookup = world.lookup::<Everything>();
    let found = lookup.read(&lookup.config([("filter", filter)])).await;
    let found = found.unwrap();
    assert_eq!(found.attribute("limit"), &10.into());
    assert_eq!(found.attribute("filter").attribute("exact"), &false.into());
}

#[tokio::test]
async fn without_a_world_nothing_can_be_found() {
    let world = World::offline().await;
    let lookup = world.lookup::<Things>();
    let error = refusals(lookup.read(&lookup.config([])).await);
    assert!(
        error[0].starts_with("The world is not known yet"),
        "{error:?}"
    );
}
