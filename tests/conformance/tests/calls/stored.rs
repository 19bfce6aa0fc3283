//! States that come from elsewhere: older versions, another type, an import.

use terraform::{Type, Value};
use tfplugin::tfplugin6::{
    self as message, import_resource_state, move_resource_state, provider_server::Provider as _,
    upgrade_resource_identity, upgrade_resource_state,
};
use tonic::Request;

use crate::host::{Host, Object, check, decode, encode, errors};

const THING: &str = "conformance_thing";
const LEGACY: &str = "conformance_legacy_thing";

fn raw(json: &str) -> message::RawState {
    message::RawState {
        json: json.as_bytes().to_vec(),
        ..Default::default()
    }
}

async fn upgrade(version: i64, json: &str) -> Result<Value, Vec<String>> {
    let host = Host::new().await;
    let request = Request::new(upgrade_resource_state::Request {
        type_name: THING.to_owned(),
        version,
        raw_state: Some(raw(json)),
    });
    let answer = host.service().upgrade_resource_state(request).await;
    let answer = answer.unwrap().into_inner();
    let errors = errors(&answer.diagnostics);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(decode(answer.upgraded_state.as_ref(), &host.ty(THING)))
}

#[track_caller]
fn check_upgraded(upgraded: &Value) {
    assert_eq!(upgraded.attribute("name"), &"a".into());
    assert_eq!(upgraded.attribute("size"), &Value::integer(7));
    assert_eq!(upgraded.attribute("label"), &"Anna".into());
}

#[tokio::test]
async fn a_state_of_version_0_is_upgraded_twice() {
    let stored = r#"{"name": "a", "size": "7", "title": "Anna"}"#;
    check_upgraded(&upgrade(0, stored).await.unwrap());
}

#[tokio::test]
async fn a_state_of_version_1_is_upgraded_once() {
    let stored = r#"{"name": "a", "size": "7", "label": "Anna"}"#;
    check_upgraded(&upgrade(1, stored).await.unwrap());
}

#[tokio::test]
async fn a_state_of_today_stays_and_what_it_lacks_is_null() {
    let upgraded = upgrade(2, r#"{"name": "a", "size": 7, "label": "Anna"}"#).await;
    let upgraded = upgraded.unwrap();
    check_upgraded(&upgraded);
    assert!(upgraded.attribute("tags").is_null());
}

#[tokio::test]
async fn a_state_that_is_not_what_its_version_wrote_is_refused() {
    let errors = upgrade(1, r#"{"name": "a", "size": "much"}"#).await;
    assert_eq!(errors.unwrap_err().len(), 1);
}

#[tokio::test]
async fn an_identity_of_version_0_is_upgraded() {
    let host = Host::new().await;
    let request = Request::new(upgrade_resource_identity::Request {
        type_name: THING.to_owned(),
        version: 0,
        raw_identity: Some(raw(r#"{"id": "a"}"#)),
    });
    let answer = host.service().upgrade_resource_identity(request).await;
    let answer = answer.unwrap().into_inner();
    check(&answer.diagnostics);
    let identity = answer.upgraded_identity.unwrap().identity_data;
    let ty = Type::object([("name", Type::String)]);
    let upgraded = decode(identity.as_ref(), &ty);
    assert_eq!(upgraded.attribute("name"), &"a".into());
}

async fn moved(host: &Host, source: &str, json: &str) -> move_resource_state::Response {
    let request = Request::new(move_resource_state::Request {
        source_provider_address: "registry.terraform.io/kre/conformance".to_owned(),
        source_type_name: source.to_owned(),
        source_state: Some(raw(json)),
        target_type_name: THING.to_owned(),
        ..Default::default()
    });
    let answer = host.service().move_resource_state(request).await;
    answer.unwrap().into_inner()
}

#[tokio::test]
async fn a_legacy_thing_becomes_a_thing_without_a_change() {
    let host = Host::new().await;
    let legacy = host.config(LEGACY, [("name", "a".into()), ("note", "Anna".into())]);
    let object = host.change(LEGACY, &Object::default(), &legacy).await;
    host.assert_settled(LEGACY, &object, &legacy).await;
    let answer = moved(&host, LEGACY, r#"{"name": "a", "note": "Anna"}"#).await;
    check(&answer.diagnostics);
    let thing = Object {
        state: decode(answer.target_state.as_ref(), &host.ty(THING)),
        private: answer.target_private,
    };
    let config = host.config(THING, [("name", "a".into()), ("label", "Anna".into())]);
    host.assert_settled(THING, &thing, &config).await;
}

#[tokio::test]
async fn nothing_else_becomes_a_thing() {
    let host = Host::new().await;
    let answer = moved(&host, "conformance_secret", r#"{"name": "a"}"#).await;
    assert_eq!(errors(&answer.diagnostics).len(), 1);
}

fn by_id(id: &str) -> import_resource_state::Request {
    import_resource_state::Request {
        type_name: THING.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_import_by_id_and_one_by_identity_find_the_same() {
    let host = Host::new().await;
    let config = host.config(THING, [("name", "a".into())]);
    let thing = host.change(THING, &Object::default(), &config).await;
    let (by_id, identity) = host.import(by_id("a")).await;
    let ty = Type::object([("name", Type::String)]);
    let request = import_resource_state::Request {
        type_name: THING.to_owned(),
        identity: Some(message::ResourceIdentityData {
            identity_data: Some(encode(&identity, &ty)),
        }),
        ..Default::default()
    };
    let (by_identity, _) = host.import(request).await;
    assert_eq!(by_id, thing);
    assert_eq!(by_identity, thing);
    host.assert_settled(THING, &by_id, &config).await;
}

#[tokio::test]
async fn an_import_of_nothing_finds_nothing() {
    let host = Host::new().await;
    let (found, _) = host.import(by_id("a")).await;
    assert_eq!(found.state, Value::Null);
}

#[tokio::test]
async fn the_configuration_of_an_imported_thing_plans_no_change() {
    let host = Host::new().await;
    let config = host.config(THING, [("name", "a".into()), ("size", 7.into())]);
    let thing = host.change(THING, &Object::default(), &config).await;
    let request = Request::new(message::generate_resource_config::Request {
        type_name: THING.to_owned(),
        state: Some(encode(&thing.state, &host.ty(THING))),
    });
    let answer = host.service().generate_resource_config(request).await;
    let answer = answer.unwrap().into_inner();
    check(&answer.diagnostics);
    let generated = decode(answer.config.as_ref(), &host.ty(THING));
    assert_eq!(generated, config);
    host.assert_settled(THING, &thing, &generated).await;
}
