//! `conformance_everything`: what each behaviour of an attribute does.

use terraform::{Type, Value};

use crate::host::{Host, Object, differences};

const EVERYTHING: &str = "conformance_everything";

fn smallest(host: &Host) -> Value {
    host.config(EVERYTHING, [("name", "a".into()), ("enabled", true.into())])
}

/// A configuration with something everywhere, two levels deep.
fn full(host: &Host) -> Value {
    let ty = host.ty(EVERYTHING);
    let Type::Object(types) = &ty else {
        panic!("not an object: {ty}");
    };
    let leaf = || inside(&types["single"], "single", [("on", true.into())]);
    let part = |label: &str| {
        let nothing = inside_of(&types["single"]);
        let part = nothing.with("label", label).with("single", leaf());
        let part = part.with("list", Value::list([leaf(), leaf()]));
        let part = part.with("set", Value::set([leaf()]));
        part.with("map", Value::map([("k", leaf())]))
    };
    let inner = inside_of(&types["group_block"]);
    let section = |title: &str| {
        let nothing = inside_of(&types["single_block"]);
        let section = nothing.with("title", title).with("part", leaf());
        section.with("inner_block", Value::list([inner.clone()]))
    };
    smallest(host)
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
        .with("computed_block", Value::Null)
}

/// An object of a type, with nulls alone.
fn inside_of(ty: &Type) -> Value {
    let Type::Object(attributes) = ty else {
        panic!("not an object: {ty}");
    };
    let nothing = attributes
        .iter()
        .map(|(name, ty)| match (name.as_str(), ty) {
            ("inner_block", _) => (name, Value::list([])),
            _ => (name, Value::Null),
        });
    Value::object(nothing)
}

fn inside<const N: usize>(ty: &Type, attribute: &str, says: [(&str, Value); N]) -> Value {
    let Type::Object(attributes) = ty else {
        panic!("not an object: {ty}");
    };
    crate::host::object(&attributes[attribute], says)
}

async fn check_life(host: &Host, config: Value) {
    let object = host.change(EVERYTHING, &Object::default(), &config).await;
    host.assert_settled(EVERYTHING, &object, &config).await;
    let config = config.with("enabled", false);
    let object = host.change(EVERYTHING, &object, &config).await;
    host.assert_settled(EVERYTHING, &object, &config).await;
    host.destroy(EVERYTHING, &object).await;
}

/// Creates, and plans with a change.
async fn replan(change: impl Fn(Value) -> Value) -> (Object, Result<(Value, usize), Vec<String>>) {
    let host = Host::new().await;
    let config = full(&host)
        .with("zone", "here")
        .with("frozen", "ice")
        .with("hostname", "Example")
        .with("document", "{\"a\": 1}");
    let object = host.change(EVERYTHING, &Object::default(), &config).await;
    let planned = host.plan(EVERYTHING, &object, &change(config)).await;
    (
        object,
        planned.map(|planned| (planned.state, planned.replace)),
    )
}

#[tokio::test]
async fn the_smallest_one_lives_and_ends() {
    let host = Host::new().await;
    check_life(&host, smallest(&host)).await;
}

#[tokio::test]
async fn the_fullest_one_lives_and_ends() {
    let host = Host::new().await;
    check_life(&host, full(&host)).await;
}

#[tokio::test]
async fn a_computed_block_is_filled_in_where_there_is_none() {
    let host = Host::new().await;
    let object = host
        .change(EVERYTHING, &Object::default(), &full(&host))
        .await;
    let blocks = object.state.attribute("computed_block").as_elements();
    assert_eq!(blocks.map(<[_]>::len), Some(1));
}

#[tokio::test]
async fn a_write_only_value_is_in_no_state_and_in_no_file() {
    let host = Host::new().await;
    let object = host
        .change(EVERYTHING, &Object::default(), &full(&host))
        .await;
    assert!(object.state.attribute("secret_wo").is_null());
    let file = host.world().join(EVERYTHING).join("a.json");
    assert!(!std::fs::read_to_string(file).unwrap().contains("hush"));
}

#[tokio::test]
async fn another_spelling_is_no_change() {
    let respell = |config: Value| {
        let config = config.with("hostname", "eXAMPLE");
        config.with("document", "{ \"a\":1 }")
    };
    let (object, planned) = replan(respell).await;
    let (planned, _) = planned.unwrap();
    assert_eq!(differences(&object.state, &planned), [""; 0]);
}

#[tokio::test]
async fn another_zone_replaces_the_object_at_any_depth() {
    let (_, planned) = replan(|config| config.with("zone", "there")).await;
    assert_eq!(planned.unwrap().1, 1);
    let deep = |config: Value| {
        let part = config.attribute("single").clone().with("zone", "there");
        config.with("single", part)
    };
    assert_eq!(replan(deep).await.1.unwrap().1, 1);
}

#[tokio::test]
async fn the_change_of_what_is_frozen_is_refused() {
    let (_, planned) = replan(|config| config.with("frozen", "water")).await;
    let refusal = "`frozen` cannot be changed: Create another object instead.";
    assert_eq!(planned.unwrap_err(), [refusal]);
}

#[tokio::test]
async fn what_was_chosen_once_is_kept_and_what_was_not_is_open_again() {
    let (object, planned) = replan(|config| config.with("amount", 5)).await;
    let (planned, _) = planned.unwrap();
    let address = object.state.attribute("address");
    assert_eq!(planned.attribute("address"), address);
    assert!(planned.attribute("choice").is_unknown());
}

#[tokio::test]
async fn every_broken_rule_is_reported() {
    let host = Host::new().await;
    let config = smallest(&host)
        .with("name", "A B")
        .with("amount", 7)
        .with("percentage", 100)
        .with("level", "extreme")
        .with("list", Value::list(["".into()]));
    let errors = host.validate(EVERYTHING, &config).await;
    assert_eq!(errors.len(), 5, "{errors:#?}");
}

#[tokio::test]
async fn an_import_knows_what_the_world_knows() {
    let host = Host::new().await;
    let object = host
        .change(EVERYTHING, &Object::default(), &full(&host))
        .await;
    let (imported, _) = host
        .import(tfplugin::tfplugin6::import_resource_state::Request {
            type_name: EVERYTHING.to_owned(),
            id: "a".to_owned(),
            ..Default::default()
        })
        .await;
    assert_eq!(imported.state, object.state);
}
