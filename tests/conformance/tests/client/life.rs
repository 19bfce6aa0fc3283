//! Objects from their creation to their end, as hosts make them, held to the contract throughout.

use std::time::{Duration, Instant};

use harness::drive::{DriveError, Object, Opened};
use terraform::Value;
use terraform_provider_conformance::{data_sources, ephemeral, resources::*};

use crate::host::Host;

#[tokio::test]
async fn a_thing_lives() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    things.settled(&thing, &config).await.unwrap();
    let config = config.with("size", 2).with("label", "Anna");
    let thing = things.change(&thing, &config).await.unwrap();
    things.settled(&thing, &config).await.unwrap();
    things.destroy(&thing).await.unwrap();
    let gone = things.refresh(&thing).await.unwrap();
    assert_eq!(gone.object.state, Value::Null);
    host.is_well().await;
}

#[tokio::test]
async fn a_thing_of_another_name_is_another_thing() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let config = config.with("name", "b");
    let thing = things.change(&thing, &config).await.unwrap();
    things.settled(&thing, &config).await.unwrap();
    assert_eq!(thing.identity.attribute("name"), &"b".into());
    let log = [
        "create conformance_thing a",
        "delete conformance_thing a",
        "create conformance_thing b",
    ];
    assert_eq!(host.log(), log);
}

#[tokio::test]
async fn what_was_unknown_while_planning_is_planned_again() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("label", Value::unknown())]);
    let planned = things.plan(&Object::default(), &config).await.unwrap();
    let known = config.with("label", "Anna");
    let applied = things
        .apply(&Object::default(), &known, &planned)
        .await
        .unwrap();
    assert!(applied.diagnostics.is_empty());
    things.settled(&applied.object, &known).await.unwrap();
}

#[tokio::test]
async fn everything_lives() {
    let host = Host::new().await;
    let all = host.managed::<Everything>();
    let config = all.config([("name", "a".into()), ("enabled", true.into())]);
    let object = all.change(&Object::default(), &config).await.unwrap();
    all.settled(&object, &config).await.unwrap();
    let config = config.with("amount", 5);
    let object = all.change(&object, &config).await.unwrap();
    all.settled(&object, &config).await.unwrap();
    all.destroy(&object).await.unwrap();
    host.is_well().await;
}

#[tokio::test]
async fn a_secret_and_a_counter_live() {
    let host = Host::new().await;
    let secrets = host.managed::<Secret>();
    let config = secrets.config([("name", "a".into()), ("value_wo_version", 1.into())]);
    let config = config.with("value_wo", "hush");
    let secret = secrets.change(&Object::default(), &config).await.unwrap();
    secrets.settled(&secret, &config).await.unwrap();
    secrets.destroy(&secret).await.unwrap();
    let counters = host.managed::<Counter>();
    let config = counters.config([("start", 1.into()), ("step", 1.into())]);
    let counter = counters.change(&Object::default(), &config).await.unwrap();
    counters.settled(&counter, &config).await.unwrap();
    let config = config.with("start", 2);
    let counter = counters.change(&counter, &config).await.unwrap();
    counters.settled(&counter, &config).await.unwrap();
    counters.destroy(&counter).await.unwrap();
    host.is_well().await;
}

#[tokio::test]
async fn things_are_found() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    things.change(&Object::default(), &config).await.unwrap();
    let lookup = host.lookup::<data_sources::Things>();
    let found = lookup.read(&lookup.config([])).await.unwrap();
    let found = found.attribute("things").as_elements().map(<[_]>::len);
    assert_eq!(found, Some(1));
}

#[tokio::test]
async fn a_lease_is_renewed_and_closed_with_what_was_opened() {
    let host = Host::new().await;
    let leases = host.lease::<ephemeral::Lease>();
    let config = leases.config([("name", "a".into()), ("renew", true.into())]);
    let mut lease = leases.open(&config).await.unwrap();
    assert!(lease.renews && lease.private.is_some());
    leases.renew(&mut lease).await.unwrap();
    assert!(lease.renews);
    leases.close(lease).await.unwrap();
    let log = ["open", "renew", "close"].map(|it| format!("{it} conformance_lease a-1"));
    assert_eq!(host.log(), log);
    host.is_well().await;
}

#[tokio::test]
async fn a_mistake_in_the_provider_is_an_error_and_the_object_is_kept() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("fail", "panic".into())]);
    let planned = things.plan(&Object::default(), &config).await.unwrap();
    let applied = things
        .apply(&Object::default(), &config, &planned)
        .await
        .unwrap();
    let detail = &applied.diagnostics.iter().next().unwrap().detail;
    assert!(detail.contains("panicked"), "{detail}");
    assert_eq!(applied.object.state.attribute("name"), &"a".into());
    let another = things.config([("name", "b".into())]);
    things.change(&Object::default(), &another).await.unwrap();
    assert_eq!(host.panics().len(), 1);
}

#[tokio::test]
async fn a_failure_half_way_keeps_the_state_and_the_notes() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let config = config.with("fail", "update-half");
    let planned = things.plan(&thing, &config).await.unwrap();
    let half = things.apply(&thing, &config, &planned).await.unwrap();
    assert!(half.diagnostics.has_errors());
    assert!(!half.object.private.is_empty());
    let status = half.object.state.attribute("status").clone();
    assert_eq!(status, "unfinished".into());
    let half = things.refresh(&half.object).await.unwrap().object;
    let thing = things.change(&half, &config).await.unwrap();
    things.settled(&thing, &config).await.unwrap();
}

#[tokio::test]
async fn ten_changes_at_once_take_as_long_as_one() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let names: Vec<_> = (0..10).map(|number| format!("thing-{number}")).collect();
    let begin = Instant::now();
    let mut changes = tokio::task::JoinSet::new();
    for name in names {
        let things = things.clone();
        let config = things.config([("name", name.into()), ("delay", 1.into())]);
        changes.spawn(async move { things.change(&Object::default(), &config).await });
    }
    let things: Result<Vec<_>, DriveError> = changes.join_all().await.into_iter().collect();
    assert_eq!(things.unwrap().len(), 10);
    assert!(
        begin.elapsed() < Duration::from_secs(8),
        "one after the other"
    );
    host.is_well().await;
}

#[tokio::test]
async fn another_configuration_takes_the_place_of_the_first() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let directory = elsewhere.path().to_str().unwrap();
    let block = Host::provider_block([("directory", directory.into())]);
    host.configure(&block).await.unwrap();
    let gone = things.refresh(&thing).await.unwrap();
    assert_eq!(gone.object.state, Value::Null);
    things.change(&Object::default(), &config).await.unwrap();
    assert!(elsewhere.path().join("log").exists());
}

#[tokio::test]
async fn a_lease_whose_notes_are_lost_is_an_error() {
    let host = Host::new().await;
    let leases = host.lease::<ephemeral::Lease>();
    let opened = leases
        .open(&leases.config([("name", "a".into())]))
        .await
        .unwrap();
    for private in [None, Some(Vec::new()), Some(b"not JSON".to_vec())] {
        let mut lost = Opened {
            private,
            ..opened.clone()
        };
        let refused = leases.renew(&mut lost).await.unwrap_err();
        assert!(refused.refusal().is_some());
        let refused = leases.close(lost).await.unwrap_err();
        assert!(refused.refusal().is_some());
    }
    host.is_well().await;
}

#[tokio::test]
async fn an_ephemeral_resource_fails_where_it_should() {
    let host = Host::new().await;
    let broken = host.lease::<ephemeral::Broken>();
    let at = |at: &str| broken.config([("at", at.into())]);
    let refused = broken.open(&at("open")).await.unwrap_err();
    assert!(refused.refusal().is_some());
    let mut opened = broken.open(&at("renew")).await.unwrap();
    let refused = broken.renew(&mut opened).await.unwrap_err();
    assert!(refused.refusal().is_some());
    let opened = broken.open(&at("close")).await.unwrap();
    let refused = broken.close(opened).await.unwrap_err();
    assert!(refused.refusal().is_some());
    host.is_well().await;
}

#[tokio::test]
async fn a_state_that_leads_out_of_the_world_is_refused() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let mut thing = things.change(&Object::default(), &config).await.unwrap();
    thing.state.set_attribute("name", "../a".into());
    let refused = things.refresh(&thing).await.unwrap_err();
    assert!(refused.refusal().is_some());
    host.is_well().await;
}

#[tokio::test]
async fn what_is_left_to_do_and_what_has_drifted_is_noticed() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    let other = config.clone().with("size", 2);
    let unsettled = things.settled(&thing, &other).await.unwrap_err();
    assert!(matches!(
        unsettled,
        DriveError::Broken {
            what: "the plan",
            ..
        }
    ));
    let file = host.world().join("conformance_thing/a.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"size\":1", "\"size\":7")).unwrap();
    let unsettled = things.settled(&thing, &config).await.unwrap_err();
    assert!(matches!(
        unsettled,
        DriveError::Broken {
            what: "the state",
            ..
        }
    ));
}
