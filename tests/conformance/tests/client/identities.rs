//! States and identities that come from elsewhere: imports, moves, older versions.

use harness::drive::{ImportBy, Object, decode};
use terraform::{Schema, Value};
use terraform_provider_conformance::resources::{Everything, LegacyThing, Secret, Thing};
use terraform_server::Resource;
use tfplugin::tfplugin6::{RawState, upgrade_resource_identity};

use crate::host::{Host, errors};

const OURS: &str = "registry.terraform.io/kre/conformance";

#[tokio::test]
async fn plan_apply_and_read_agree_on_the_identity() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
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
    let host = Host::new().await;
    let things = host.managed::<Thing>();
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
    let host = Host::new().await;
    let things = host.managed::<Thing>();
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
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let nothing = things.import(ImportBy::Id("a")).await.unwrap();
    assert_eq!(nothing.state, Value::Null);
    for id in ["", "../../etc/passwd", "A B", "a\0b"] {
        let strange = things.import(ImportBy::Id(id)).await;
        assert!(strange.unwrap_err().refusal().is_some(), "{id:?}");
    }
    host.is_well().await;
}

#[tokio::test]
async fn what_cannot_be_imported_says_so() {
    let host = Host::new().await;
    let refused = host
        .managed::<LegacyThing>()
        .import(ImportBy::Id("a"))
        .await;
    assert!(refused.unwrap_err().refusal().is_some());
}

#[tokio::test]
async fn a_generated_configuration_is_valid_and_changes_nothing() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("label", "Anna".into())]);
    things.change(&Object::default(), &config).await.unwrap();
    let thing = things.import(ImportBy::Id("a")).await.unwrap();
    let generated = things.generate(&thing).await.unwrap();
    things.validate(&generated).await.unwrap();
    things.settled(&thing, &generated).await.unwrap();
    let all = host.managed::<Everything>();
    let config = all.config([("name", "a".into()), ("enabled", true.into())]);
    all.change(&Object::default(), &config).await.unwrap();
    let object = all.import(ImportBy::Id("a")).await.unwrap();
    let generated = all.generate(&object).await.unwrap();
    all.validate(&generated).await.unwrap();
    all.settled(&object, &generated).await.unwrap();
}

#[tokio::test]
async fn a_legacy_thing_becomes_a_thing() {
    let host = Host::new().await;
    let legacy = host.managed::<LegacyThing>();
    let config = legacy.config([("name", "a".into()), ("note", "Anna".into())]);
    legacy.change(&Object::default(), &config).await.unwrap();
    let things = host.managed::<Thing>();
    let stored = br#"{"name": "a", "note": "Anna"}"#;
    let moved = things.take_over(OURS, LegacyThing::TYPE_NAME, stored).await;
    let moved = moved.unwrap();
    assert_eq!(moved.identity.attribute("name"), &"a".into());
    let config = things.config([("name", "a".into()), ("label", "Anna".into())]);
    things.settled(&moved, &config).await.unwrap();
}

#[tokio::test]
async fn nothing_else_becomes_a_thing() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
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
        let refused = things
            .take_over(provider, source, stored)
            .await
            .unwrap_err();
        assert!(refused.refusal().is_some());
    }
    let refused = things
        .take_over(OURS, LegacyThing::TYPE_NAME, b"[")
        .await
        .unwrap_err();
    assert!(refused.refusal().is_some());
    host.is_well().await;
}

#[tokio::test]
async fn states_of_all_versions_are_upgraded() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let stored: [(i64, &[u8]); 3] = [
        (0, br#"{"name": "a", "size": "7", "title": "Anna"}"#),
        (1, br#"{"name": "a", "size": "7", "label": "Anna"}"#),
        (2, br#"{"name": "a", "size": 7, "label": "Anna"}"#),
    ];
    for (version, json) in stored {
        let state = things.upgrade(version, json).await.unwrap();
        assert_eq!(state.attribute("size"), &7.into());
        assert_eq!(state.attribute("label"), &"Anna".into());
    }
}

async fn upgraded_identity(host: &Host, version: i64, json: &str) -> Result<Value, Vec<String>> {
    let request = upgrade_resource_identity::Request {
        type_name: Thing::TYPE_NAME.to_owned(),
        version,
        raw_identity: Some(RawState {
            json: json.into(),
            ..RawState::default()
        }),
    };
    let answer = host
        .client()
        .upgrade_resource_identity(request)
        .await
        .unwrap();
    let answer = answer.into_inner();
    let errors = errors(&answer.diagnostics);
    if !errors.is_empty() {
        return Err(errors);
    }
    let ty = Thing::schema().as_ref().ok().and_then(Schema::identity);
    let identity = answer.upgraded_identity.unwrap().identity_data;
    Ok(decode(identity.as_ref(), &ty.unwrap().implied_type()).unwrap())
}

#[tokio::test]
async fn identities_of_all_versions_are_upgraded() {
    let host = Host::new().await;
    let identity = Ok(Value::object([("name", "a".into())]));
    assert_eq!(
        upgraded_identity(&host, 0, r#"{"id": "a"}"#).await,
        identity
    );
    assert_eq!(
        upgraded_identity(&host, 1, r#"{"name": "a"}"#).await,
        identity
    );
    for (version, json) in [(7, r#"{"name": "a"}"#), (-1, "{}"), (0, "["), (1, "7")] {
        let errors = upgraded_identity(&host, version, json).await.unwrap_err();
        assert_eq!(errors.len(), 1);
    }
    host.is_well().await;
}
