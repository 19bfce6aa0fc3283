//! `conformance_thing` from its creation to its end, and whatever goes wrong between.

use terraform::Value;

use crate::host::{Host, Object};

const THING: &str = "conformance_thing";

fn named(host: &Host) -> Value {
    host.config(THING, [("name", "a".into())])
}

fn failing(host: &Host, fail: &str) -> Value {
    named(host).with("fail", fail)
}

fn number(object: &Object, attribute: &str) -> Option<i64> {
    let number = object.state.attribute(attribute).as_number()?;
    number.as_i64()
}

fn status(object: &Object) -> Option<&str> {
    object.state.attribute("status").as_str()
}

#[tokio::test]
async fn a_life_ends_where_it_began() {
    let host = Host::new().await;
    let config = named(&host);
    let thing = host.change(THING, &Object::default(), &config).await;
    host.assert_settled(THING, &thing, &config).await;
    let config = config.with("size", 2);
    let thing = host.change(THING, &thing, &config).await;
    host.assert_settled(THING, &thing, &config).await;
    assert_eq!(number(&thing, "generation"), Some(2));
    host.destroy(THING, &thing).await;
    assert_eq!(host.read(THING, &thing).await.state, Value::Null);
    let log = ["create", "update", "delete"].map(|it| format!("{it} {THING} a"));
    assert_eq!(host.log(), log);
}

#[tokio::test]
async fn the_id_is_known_while_planning() {
    let host = Host::new().await;
    let planned = host.plan(THING, &Object::default(), &named(&host)).await;
    let planned = planned.unwrap().state;
    assert_eq!(planned.attribute("id"), &"a".into());
    assert!(planned.attribute("generation").is_unknown());
}

#[tokio::test]
async fn another_name_is_another_thing() {
    let host = Host::new().await;
    let thing = host.change(THING, &Object::default(), &named(&host)).await;
    let config = named(&host).with("name", "b");
    let planned = host.plan(THING, &thing, &config).await.unwrap();
    assert_eq!(planned.replace, 1);
}

#[tokio::test]
async fn a_creation_that_fails_before_it_begins_leaves_nothing() {
    let host = Host::new().await;
    let config = failing(&host, "create-before");
    let applied = host.try_change(THING, &Object::default(), &config).await;
    assert_eq!(applied.object, Object::default());
    assert_eq!(
        applied.errors,
        ["The operation failed: `fail` asks for it."]
    );
    assert_eq!(host.log(), [""; 0]);
}

#[tokio::test]
async fn a_creation_that_fails_half_way_leaves_a_state_to_destroy() {
    let host = Host::new().await;
    let config = failing(&host, "create-half");
    let applied = host.try_change(THING, &Object::default(), &config).await;
    assert_eq!(status(&applied.object), Some("unfinished"));
    assert_eq!(applied.errors.len(), 1);
    host.destroy(THING, &applied.object).await;
}

#[tokio::test]
async fn an_update_that_fails_before_it_begins_changes_nothing() {
    let host = Host::new().await;
    let thing = host.change(THING, &Object::default(), &named(&host)).await;
    let config = failing(&host, "update-before");
    let applied = host.try_change(THING, &thing, &config).await;
    assert_eq!(applied.object, thing);
    assert_eq!(applied.errors.len(), 1);
}

#[tokio::test]
async fn an_update_that_fails_half_way_is_finished_by_the_next_one() {
    let host = Host::new().await;
    let thing = host.change(THING, &Object::default(), &named(&host)).await;
    let config = failing(&host, "update-half");
    let half = host.try_change(THING, &thing, &config).await;
    assert_eq!(half.errors.len(), 1);
    let half = host.read(THING, &half.object).await;
    let planned = host.plan(THING, &half, &config).await.unwrap();
    assert!(planned.state.attribute("status").is_unknown());
    let thing = host.change(THING, &half, &config).await;
    assert_eq!(status(&thing), Some("ready"));
    host.assert_settled(THING, &thing, &config).await;
}

#[tokio::test]
async fn a_removal_that_fails_keeps_the_state() {
    let host = Host::new().await;
    let config = failing(&host, "delete");
    let thing = host.change(THING, &Object::default(), &config).await;
    let applied = host.try_change(THING, &thing, &Value::Null).await;
    assert_eq!(applied.object, thing);
    assert_eq!(applied.errors.len(), 1);
}

#[tokio::test]
async fn a_panic_costs_one_operation_and_not_the_process() {
    let host = Host::new().await;
    let config = failing(&host, "panic");
    let applied = host.try_change(THING, &Object::default(), &config).await;
    assert_eq!(applied.errors.len(), 1);
    assert!(
        applied.errors[0].contains("panicked"),
        "{:?}",
        applied.errors
    );
    assert_eq!(applied.object.state.attribute("name"), &"a".into());
    host.change(THING, &Object::default(), &named(&host)).await;
}

#[tokio::test]
async fn a_plan_can_be_refused() {
    let host = Host::new().await;
    let config = failing(&host, "plan");
    let refused = host.plan(THING, &Object::default(), &config).await;
    assert_eq!(
        refused.unwrap_err(),
        ["The plan failed: `fail` asks for it."]
    );
}

#[tokio::test]
async fn the_destruction_of_what_is_protected_is_refused() {
    let host = Host::new().await;
    let config = named(&host).with("protected", true);
    let thing = host.change(THING, &Object::default(), &config).await;
    let refused = host.plan(THING, &thing, &Value::Null).await;
    let refusal = "The thing is protected: Apply `protected = false` first.";
    assert_eq!(refused.unwrap_err(), [refusal]);
}

#[tokio::test]
async fn a_look_can_have_something_to_say() {
    let host = Host::new().await;
    let config = failing(&host, "read-warning");
    let thing = host.change(THING, &Object::default(), &config).await;
    let (found, warnings) = host.look(THING, &thing).await;
    assert_eq!(found, thing);
    assert_eq!(warnings.len(), 1);
}

#[tokio::test]
async fn a_stop_ends_the_work_and_keeps_what_is_done() {
    let host = Host::new().await;
    let config = named(&host).with("delay", 3_600);
    let nothing = Object::default();
    let interrupt = async {
        tokio::task::yield_now().await;
        host.stop().trigger();
    };
    let (applied, ()) = tokio::join!(host.try_change(THING, &nothing, &config), interrupt);
    assert!(
        applied.errors[0].starts_with("Stopped"),
        "{:?}",
        applied.errors
    );
    assert_eq!(status(&applied.object), Some("unfinished"));
}

#[tokio::test]
async fn what_changed_behind_the_scenes_is_seen() {
    let host = Host::new().await;
    let thing = host.change(THING, &Object::default(), &named(&host)).await;
    let file = host.world().join(THING).join("a.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"size\":1", "\"size\":7")).unwrap();
    let found = host.read(THING, &thing).await;
    assert_eq!(number(&found, "size"), Some(7));
}

#[tokio::test]
async fn without_a_world_plans_work_and_states_are_believed() {
    let host = Host::new().await;
    let thing = host.change(THING, &Object::default(), &named(&host)).await;
    let offline = Host::offline().await;
    offline
        .plan(THING, &thing, &named(&host).with("size", 3))
        .await
        .unwrap();
    let (found, warnings) = offline.look(THING, &thing).await;
    assert_eq!(found, thing);
    assert_eq!(warnings.len(), 1);
}
