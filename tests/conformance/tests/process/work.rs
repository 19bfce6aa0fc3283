//! Work under way: side by side, interrupted, and brought down by a mistake in the provider.

use std::time::{Duration, Instant};

use harness::drive::{DriveError, Object};
use terraform_provider_conformance::resources::Thing;
use tfplugin::tfplugin6::stop_provider;
use tokio::time;

use crate::{host::Host, support::prompt};

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
async fn an_apply_ends_early_and_keeps_what_is_done() {
    let host = Host::new().await;
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("delay", 3_600.into())]);
    let nothing = Object::default();
    let planned = things.plan(&nothing, &config).await.unwrap();
    let interrupt = async {
        while host.log().is_empty() {
            time::sleep(Duration::from_millis(20)).await;
        }
        let answer = host.client().stop_provider(stop_provider::Request {}).await;
        assert_eq!(answer.unwrap().into_inner().error, "");
    };
    let applied = async { tokio::join!(things.apply(&nothing, &config, &planned), interrupt).0 };
    let applied = prompt(applied).await.unwrap();
    assert!(applied.diagnostics.has_errors());
    assert_eq!(
        applied.object.state.attribute("status"),
        &"unfinished".into()
    );
    assert!(!applied.object.private.is_empty());
    let found = things.refresh(&applied.object).await.unwrap().object;
    assert_eq!(found.state, applied.object.state);
    host.is_well().await;
}

#[tokio::test]
async fn a_new_configuration_begins_a_new_walk() {
    let host = Host::new().await;
    let mut client = host.client();
    let stopped = client.stop_provider(stop_provider::Request {});
    stopped.await.unwrap();
    let directory = host.path().to_str().unwrap();
    host.configure(directory.into()).await.unwrap();
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("delay", 0.into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    assert_eq!(thing.state.attribute("status"), &"ready".into());
}
