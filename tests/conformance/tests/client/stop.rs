//! The first interrupt: work ends early, what is done is kept, and the provider serves on.

use std::time::Duration;

use harness::drive::Object;
use terraform_provider_conformance::resources::Thing;
use tfplugin::tfplugin6::stop_provider;
use tokio::time;

use crate::host::{Host, prompt};

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
    client
        .stop_provider(stop_provider::Request {})
        .await
        .unwrap();
    let directory = host.world().to_str().unwrap();
    let block = Host::provider_block([("directory", directory.into())]);
    host.configure(&block).await.unwrap();
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into()), ("delay", 0.into())]);
    let thing = things.change(&Object::default(), &config).await.unwrap();
    assert_eq!(thing.state.attribute("status"), &"ready".into());
}
