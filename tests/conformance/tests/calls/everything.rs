//! `conformance_everything`: what each behaviour of an attribute does.

use std::collections::BTreeMap;

use harness::drive::{DriveError, ImportBy, Managed, Object, Planned};
use terraform::{Type, Value};
use terraform_provider_conformance::resources::Everything;

use crate::host::{World, refusals};

fn smallest(all: &Managed) -> Value {
    all.config([("name", "a".into()), ("enabled", true.into())])
}

/// A configuration with something everywhere, two levels deep.
fn full(all: &Managed) -> Value {
    let types = attributes(all.ty());
    let leaf = || nothing(&attributes(&types["single"])["single"]).with("on", true);
    let part = |label: &str| {
        let nothing = nothing(&types["single"]);
        let part = nothing.with("label", label).with("single", leaf());
        let part = part.with("list", Value::list([leaf(), leaf()]));
        let part = part.with("set", Value::set([leaf()]));
        part.with("map", Value::map([("k", leaf())]))
    };
    let inner = nothing(&types["group_block"]);
    let section = |title: &str| {
        let nothing = nothing(&types["single_block"]);
        let section = nothing.with("title", title).with("part", leaf());
        section.with("inner_block", Value::list([inner.clone()]))
    };
    smallest(all)
        .with(
            "anything",
            Value::Dynamic(Type::Bool, Box::new(true.into())),
        )
        .with("list", Value::list(["x".into(), "y".into()]))
        .with("set", Value::set([1.into(), 2.into()]))
        .with("map", Value::map([("k", true.into())]))
        .with("secret_wo", "hush")
        .with("single", part("single"))
        .with("list_of_parts", Value::list([part("one"), part("two")]))
        .with("set_of_parts", Value::set([part("one"), part("two")]))
        .with("map_of_parts", Value::map([("k", part("one"))]))
        .with("single_block", section("single"))
        .with("list_block", Value::list([section("one")]))
        .with("set_block", Value::set([section("one"), section("two")]))
        .with("map_block", Value::map([("k", section("one"))]))
}

fn attributes(ty: &Type) -> &BTreeMap<String, Type> {
    let Type::Object(attributes) = ty else {
        panic!("not an object: {ty}");
    };
    attributes
}

/// An object of a type, with nulls alone and no blocks.
fn nothing(ty: &Type) -> Value {
    let nothing = attributes(ty).keys().map(|name| match name.as_str() {
        "inner_block" => (name, Value::list([])),
        _ => (name, Value::Null),
    });
    Value::object(nothing)
}

async fn live(config: impl Fn(&Managed) -> Value) {
    let world = World::new().await;
    let all = world.managed::<Everything>();
    let config = config(&all);
    let object = all.change(&Object::default(), &config).await.unwrap();
    all.settled(&object, &config).await.unwrap();
    let config = config.with("enabled", false);
    let object = all.change(&object, &config).await.unwrap();
    all.settled(&object, &config).await.unwrap();
    all.destroy(&object).await.unwrap();
}

/// Creates, and plans with a change.
async fn replan(change: impl Fn(Value) -> Value) -> (Object, Result<Planned, DriveError>) {
    let world = World::new().await;
    let all = world.managed::<Everything>();
    let config = full(&all)
        .with("zone", "here")
        .with("frozen", "ice")
        .with("hostname", "Example")
        .with("document", "{\"a\": 1}");
    let object = all.change(&Object::default(), &config).await.unwrap();
    let planned = all.plan(&object, &change(config)).await;
    (object, planned)
}

#[tokio::test]
async fn the_smallest_one_lives_and_ends() {
    live(smallest).await;
}

#[tokio::test]
async fn the_fullest_one_lives_and_ends() {
    live(full).await;
}

#[tokio::test]
async fn a_write_only_value_is_in_no_state_and_in_no_file() {
    let world = World::new().await;
    let all = world.managed::<Everything>();
    let object = all.change(&Object::default(), &full(&all)).await.unwrap();
    assert!(object.state.attribute("secret_wo").is_null());
    let file = world.path().join("conformance_everything/a.json");
    assert!(!std::fs::read_to_string(file).unwrap().contains("hush"));
}

#[tokio::test]
async fn another_spelling_is_no_change() {
    let respell = |config: Value| {
        let config = config.with("hostname", "eXAMPLE");
        config.with("document", "{ \"a\":1 }")
    };
    let (object, planned) = replan(respell).await;
    assert_eq!(planned.unwrap().state, object.state);
}

#[tokio::test]
async fn another_zone_replaces_the_object_at_any_depth() {
    let (_, planned) = replan(|config| config.with("zone", "there")).await;
    assert_eq!(planned.unwrap().replace, ["zone".into()]);
    let deep = |config: Value| {
        let part = config.attribute("single").clone().with("zone", "there");
        config.with("single", part)
    };
    assert_eq!(replan(deep).await.1.unwrap().replace.len(), 1);
}

#[tokio::test]
async fn the_change_of_what_is_frozen_is_refused() {
    let (_, planned) = replan(|config| config.with("frozen", "water")).await;
    let refusal = "`frozen` cannot be changed: Create another object instead.";
    assert_eq!(refusals(planned), [refusal]);
}

#[tokio::test]
async fn what_was_chosen_once_is_kept_and_what_was_not_is_open_again() {
    let (object, planned) = replan(|config| config.with("amount", 5)).await;
    let planned = planned.unwrap().state;
    let address = object.state.attribute("address");
    assert_eq!(planned.attribute("address"), address);
    assert!(planned.attribute("choice").is_unknown());
}

#[tokio::test]
async fn every_broken_rule_is_reported() {
    let world = World::new().await;
    let all = world.managed::<Everything>();
    let config = smallest(&all)
        .with("name", "A B")
        .with("amount", 7)
        .with("percentage", 100)
        .with("level", "extreme")
        .with("list", Value::list(["".into()]));
    let errors = refusals(all.validate(&config).await);
    assert_eq!(errors.len(), 5, "{errors:#?}");
}

#[tokio::test]
async fn an_import_knows_what_the_world_knows() {
    let world = World::new().await;
    let all = world.managed::<Everything>();
    let object = all.change(&Object::default(), &full(&all)).await.unwrap();
    let imported = all.import(ImportBy::Id("a")).await.unwrap();
    assert_eq!(imported.state, object.state);
}
