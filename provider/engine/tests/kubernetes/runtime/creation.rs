//! Creations: what is written when, and what is answered where nobody knows whether it was.

use std::time::Duration;

use harness::proxy::{Moment, Prey, Proxy, Trap};
use kre_core::runtime::{MANAGED_BY, MANAGER, RUNTIME};
use kre_engine::{runtime::Condition, work::Terms};
use serde_json::json;
use tokio::time::Instant;

use super::stage::{Stage, ready, world, writes};
use crate::support::machine;

#[tokio::test]
async fn what_others_need_is_made_first() {
    let mut stage = Stage::new("order");
    let proxy = Proxy::to(machine().kubeconfig());
    let spec = stage.spec(json!({ "on_destroy": "delete" }));
    let seen = ready(stage.create_in(&world(&proxy.kubeconfig()), &spec).await);

    let made = writes(&proxy);
    let place = |sort: &str| made.iter().position(|it| it == sort).unwrap();
    assert_eq!(made[..2], ["apply namespaces", "create configmaps"]);
    assert_eq!(made.last().unwrap(), "update configmaps");
    let secrets = place("apply secrets");
    let claims = place("apply persistentvolumeclaims");
    let servers = place("apply statefulsets");
    let writer = place("apply deployments");
    assert!(
        secrets < claims && claims < servers && servers < writer,
        "{made:?}"
    );

    // The other way round, what others need goes last.
    proxy.forget();
    stage.terms.until = Instant::now() + Duration::from_mins(1);
    let removing = world(&proxy.kubeconfig());
    let removed = stage.delete_in(&removing, &spec, &seen.record.instance);
    assert!(removed.await.unwrap().kept.is_empty());
    let gone = writes(&proxy);
    let last = |sort: &str| gone.iter().rposition(|it| it == sort).unwrap();
    let first = |sort: &str| gone.iter().position(|it| it == sort).unwrap();
    assert_eq!(gone.first().unwrap(), "update configmaps");
    assert_eq!(gone.last().unwrap(), "delete namespaces");
    assert!(last("delete statefulsets") < first("delete persistentvolumeclaims"));
    assert!(last("delete persistentvolumeclaims") < first("delete secrets"));
    assert!(!stage.has("Namespace", &stage.namespace()));
}

#[tokio::test]
async fn a_first_write_without_an_answer_is_answered_as_done() {
    let mut stage = Stage::new("doubt");
    let proxy = Proxy::to(machine().kubeconfig());
    let nobody = Prey::new("/nobody".as_ref());
    let is_first = |call: &harness::proxy::Call| call.writes();
    let gone = Duration::from_secs(30);
    proxy.arm(Trap::when(is_first, Moment::After, nobody).refusing(gone));
    stage.terms.until = Instant::now() + Duration::from_secs(3);

    let spec = stage.spec(json!({}));
    let done = stage.create_in(&world(&proxy.kubeconfig()), &spec).await;

    assert!(done.error.is_some());
    let seen = done.seen.unwrap();
    assert_eq!(seen.condition, Condition::Error);
    assert!(seen.record.unfinished);
    // Nothing is forgotten that may exist.
    stage.terms.until = Instant::now() + Duration::from_mins(1);
    stage.delete(&spec, &seen.record.instance).await.unwrap();
    assert!(!stage.has("Namespace", &stage.namespace()));
}

#[tokio::test]
async fn where_the_namespace_is_there_the_anchor_decides_whose_it_is() {
    let stage = Stage::new("first");
    let labels = json!({ MANAGED_BY: MANAGER, RUNTIME: stage.id });
    stage.objects.create(&json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": stage.namespace(), "labels": labels },
    }));
    let proxy = Proxy::to(machine().kubeconfig());
    let hopeless = json!({ "image": "registry.invalid/nats:1", "storage": { "size": "1Gi" } });
    let spec = stage.spec(json!({ "nats": hopeless, "fail_fast": "1s" }));

    let done = stage.create_in(&world(&proxy.kubeconfig()), &spec).await;

    assert!(done.error.is_some());
    let made = writes(&proxy);
    assert_eq!(made[..2], ["create configmaps", "apply namespaces"]);
    // It has never been ready, so it leaves nothing.
    let instance = done.seen.unwrap().record.instance;
    stage.delete(&spec, &instance).await.unwrap();
    assert!(!stage.has("Namespace", &stage.namespace()));
}

#[tokio::test]
async fn who_wants_to_stop_is_not_kept_by_a_server_that_is_gone() {
    let mut stage = Stage::new("stop");
    let proxy = Proxy::to(machine().kubeconfig());
    let nobody = Prey::new("/nobody".as_ref());
    let is_claim = |call: &harness::proxy::Call| call.sort() == "apply persistentvolumeclaims";
    let gone = Duration::from_mins(2);
    proxy.arm(Trap::when(is_claim, Moment::Before, nobody).refusing(gone));
    stage.terms = Terms {
        until: Instant::now() + Duration::from_mins(2),
        ..stage.terms.clone()
    };
    let spec = stage.spec(json!({}));
    let world = world(&proxy.kubeconfig());
    let stop = stage.terms.stop.clone();
    let stopping = async {
        while proxy.sprung().is_none() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        stop.cancel();
        Instant::now()
    };

    let (done, stopped) = tokio::join!(stage.create_in(&world, &spec), stopping);

    assert!(stopped.elapsed() < Duration::from_secs(30));
    let seen = done.seen.unwrap();
    assert_eq!(seen.condition, Condition::Starting);
    assert!(seen.record.unfinished && !seen.record.objects.is_empty());
}
