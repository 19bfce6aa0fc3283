//! `conformance_thing` from its creation to its end, and whatever goes wrong between.

use std::fs;

use harness::drive::{Applied, DriveError, Managed, Object, texts};
use terraform::{Number, Value};
use terraform_provider_conformance::resources::Thing;

use crate::host::{World, refusals};

const ASKED: &str = "`fail` asks for it.";

fn named(things: &Managed) -> Value {
    things.config([("name", "a".into())])
}

fn failing(things: &Managed, fail: &str) -> Value {
    named(things).with("fail", fail)
}

/// Creates the thing `a`.
async fn created(things: &Managed) -> Object {
    let config = named(things);
    things.change(&Object::default(), &config).await.unwrap()
}

/// Plans, which has to succeed, and applies, which may not.
async fn attempt(things: &Managed, prior: &Object, config: &Value) -> Applied {
    let planned = things.plan(prior, config).await.unwrap();
    things.apply(prior, config, &planned).await.unwrap()
}

fn number(object: &Object, attribute: &str) -> Option<i64> {
    let number = object.state.attribute(attribute).as_number();
    number.and_then(Number::as_i64)
}

fn status(object: &Object) -> Option<&str> {
    object.state.attribute("status").as_str()
}

/// Changes what the world says of the thing `a`.
fn rewrite(world: &World, from: &str, to: &str) {
    let file = world.path().join("conformance_thing/a.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace(from, to)).unwrap();
}

#[tokio::test]
async fn a_life_ends_where_it_began() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let thing = created(&things).await;
    things.settled(&thing, &named(&things)).await.unwrap();
    let config = named(&things).with("size", 2).with("label", "Anna");
    let thing = things.change(&thing, &config).await.unwrap();
    things.settled(&thing, &config).await.unwrap();
    assert_eq!(number(&thing, "generation"), Some(2));
    things.destroy(&thing).await.unwrap();
    let gone = things.refresh(&thing).await.unwrap();
    assert_eq!(gone.object.state, Value::Null);
    let log = ["create", "update", "delete"].map(|it| format!("{it} conformance_thing a"));
    assert_eq!(world.log(), log);
}

#[tokio::test]
async fn the_id_is_known_while_planning() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let planned = things.plan(&Object::default(), &named(&things)).await;
    let planned = planned.unwrap().state;
    assert_eq!(planned.attribute("id"), &"a".into());
    assert!(planned.attribute("generation").is_unknown());
}

#[tokio::test]
async fn what_was_unknown_while_planning_is_planned_again() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let (nothing, config) = (Object::default(), named(&things));
    let unknown = config.clone().with("label", Value::unknown());
    let planned = things.plan(&nothing, &unknown).await.unwrap();
    let known = config.with("label", "Anna");
    let applied = things.apply(&nothing, &known, &planned).await.unwrap();
    assert!(applied.diagnostics.is_empty());
    things.settled(&applied.object, &known).await.unwrap();
}

#[tokio::test]
async fn a_thing_of_another_name_is_another_thing() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let thing = created(&things).await;
    let config = named(&things).with("name", "b");
    let thing = things.change(&thing, &config).await.unwrap();
    things.settled(&thing, &config).await.unwrap();
    assert_eq!(thing.identity.attribute("name"), &"b".into());
    let log = ["create conformance_thing a", "delete conformance_thing a"];
    assert_eq!(world.log()[..2], log);
    assert_eq!(world.log()[2..], ["create conformance_thing b"]);
}

#[tokio::test]
async fn a_creation_that_fails_before_it_begins_leaves_nothing() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = failing(&things, "create-before");
    let applied = attempt(&things, &Object::default(), &config).await;
    assert_eq!(applied.object, Object::default());
    let failure = format!("The operation failed: {ASKED}");
    assert_eq!(texts(&applied.diagnostics), [failure]);
    assert_eq!(world.log(), [""; 0]);
}

#[tokio::test]
async fn a_creation_that_fails_half_way_leaves_a_state_to_destroy() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = failing(&things, "create-half");
    let applied = attempt(&things, &Object::default(), &config).await;
    assert_eq!(status(&applied.object), Some("unfinished"));
    assert_eq!(texts(&applied.diagnostics).len(), 1);
    things.destroy(&applied.object).await.unwrap();
}

#[tokio::test]
async fn an_update_that_fails_before_it_begins_changes_nothing() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let thing = created(&things).await;
    let config = failing(&things, "update-before");
    let applied = attempt(&things, &thing, &config).await;
    assert_eq!(applied.object, thing);
    assert_eq!(texts(&applied.diagnostics).len(), 1);
}

#[tokio::test]
async fn an_update_that_fails_half_way_is_finished_by_the_next_one() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let thing = created(&things).await;
    let config = failing(&things, "update-half");
    let half = attempt(&things, &thing, &config).await;
    assert!(half.diagnostics.has_errors());
    assert!(!half.object.private.is_empty());
    assert_eq!(status(&half.object), Some("unfinished"));
    let half = things.refresh(&half.object).await.unwrap().object;
    let planned = things.plan(&half, &config).await.unwrap();
    assert!(planned.state.attribute("status").is_unknown());
    let thing = things.change(&half, &config).await.unwrap();
    assert_eq!(status(&thing), Some("ready"));
    things.settled(&thing, &config).await.unwrap();
}

#[tokio::test]
async fn a_removal_that_fails_keeps_the_state() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = failing(&things, "delete");
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let applied = attempt(&things, &thing, &Value::Null).await;
    assert_eq!(applied.object, thing);
    assert_eq!(texts(&applied.diagnostics).len(), 1);
}

#[tokio::test]
async fn a_plan_can_be_refused() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = failing(&things, "plan");
    let refused = things.plan(&Object::default(), &config).await;
    assert_eq!(refusals(refused), [format!("The plan failed: {ASKED}")]);
}

#[tokio::test]
async fn the_destruction_of_what_is_protected_is_refused() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = named(&things).with("protected", true);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let refused = things.plan(&thing, &Value::Null).await;
    let refusal = "The thing is protected: Apply `protected = false` first.";
    assert_eq!(refusals(refused), [refusal]);
}

#[tokio::test]
async fn a_look_can_have_something_to_say() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let config = failing(&things, "read-warning");
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let found = things.refresh(&thing).await.unwrap();
    assert_eq!(found.object, thing);
    assert_eq!(texts(&found.warnings).len(), 1);
}

#[tokio::test]
async fn what_is_left_to_do_and_what_has_drifted_is_noticed() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let thing = created(&things).await;
    let other = named(&things).with("size", 2);
    let unsettled = things.settled(&thing, &other).await.unwrap_err();
    let DriveError::Broken { what, violations } = unsettled else {
        panic!("not a plan: {unsettled}");
    };
    assert_eq!(what, "the plan");
    assert!(violations.iter().any(|it| it.starts_with("size: ")));
    rewrite(&world, "\"size\":1", "\"size\":7");
    let found = things.refresh(&thing).await.unwrap().object;
    assert_eq!(number(&found, "size"), Some(7));
    let unsettled = things.settled(&thing, &named(&things)).await.unwrap_err();
    let DriveError::Broken { what, .. } = unsettled else {
        panic!("not a state: {unsettled}");
    };
    assert_eq!(what, "the state");
}

#[tokio::test]
async fn a_state_that_leads_out_of_the_world_is_refused() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let mut thing = created(&things).await;
    thing.state.set_attribute("name", "../a".into());
    assert_eq!(refusals(things.refresh(&thing).await).len(), 1);
}

#[tokio::test]
async fn without_a_world_plans_work_and_states_are_believed() {
    let world = World::new().await;
    let thing = created(&world.managed::<Thing>()).await;
    let offline = World::offline().await;
    let things = offline.managed::<Thing>();
    let config = named(&things).with("size", 3);
    things.plan(&thing, &config).await.unwrap();
    let found = things.refresh(&thing).await.unwrap();
    assert_eq!(found.object, thing);
    assert_eq!(texts(&found.warnings).len(), 1);
}

#[tokio::test]
async fn another_configuration_takes_the_place_of_the_first() {
    let world = World::new().await;
    let things = world.managed::<Thing>();
    let thing = created(&things).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let directory = elsewhere.path().to_str().unwrap();
    world.configure(directory.into()).await.unwrap();
    let gone = things.refresh(&thing).await.unwrap();
    assert_eq!(gone.object.state, Value::Null);
    created(&things).await;
    assert!(elsewhere.path().join("log").exists());
}
