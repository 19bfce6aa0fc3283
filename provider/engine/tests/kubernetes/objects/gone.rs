//! Removing objects, and seeing them gone.

use std::time::Duration;

use kre_core::desired::ObjectKey;
use kre_engine::objects::{Expected, GoneError, Objects, Propagation};
use kube::api::DeleteParams;
use serde_json::json;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    HEALTH, MAP, create, deployment, edit, front::Front, map, namespace, objects, read, theirs, uid,
};
use crate::support::{soon, token};

const BACKGROUND: Propagation = Propagation::Background;

async fn until_gone(
    objects: &Objects,
    items: &[(ObjectKey, String)],
    within: Duration,
) -> Result<(), GoneError> {
    let stop = CancellationToken::new();
    objects
        .until_gone(items, Instant::now() + within, &stop)
        .await
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let namespace = namespace("deleted").await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let live = objects
        .apply(&ours, &Expected::Absent, false, soon())
        .await
        .unwrap();
    let items = [(ours.key().clone(), uid(&live))];
    objects
        .delete(ours.key(), live.uid(), BACKGROUND, soon())
        .await
        .unwrap();
    until_gone(&objects, &items, Duration::from_secs(20))
        .await
        .unwrap();
    // Once more is fine.
    objects
        .delete(ours.key(), live.uid(), BACKGROUND, soon())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_object_with_another_uid_is_not_deleted() {
    let namespace = namespace("another").await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let live = objects
        .apply(&ours, &Expected::Absent, false, soon())
        .await
        .unwrap();
    let other = "00000000-0000-0000-0000-000000000000";
    objects
        .delete(ours.key(), other, BACKGROUND, soon())
        .await
        .unwrap();
    assert_eq!(read(ours.key()).await.unwrap(), live);
    let items = [(ours.key().clone(), other.to_owned())];
    until_gone(&objects, &items, Duration::from_secs(20))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_an_orphaning_object_owns_stays() {
    let namespace = namespace("orphan").await;
    let ours = deployment(namespace.name(), "a", "example.invalid/a");
    let objects = objects();
    let live = objects
        .apply(&ours, &Expected::Absent, false, soon())
        .await
        .unwrap();
    let sets = theirs(("apps/v1", "ReplicaSet"), Some(namespace.name())).await;
    let count = async || {
        sets.list(&kube::api::ListParams::default())
            .await
            .unwrap()
            .items
            .len()
    };
    while count().await == 0 {
        sleep(Duration::from_millis(100)).await;
    }
    objects
        .delete(ours.key(), live.uid(), Propagation::Orphan, soon())
        .await
        .unwrap();
    let items = [(ours.key().clone(), uid(&live))];
    until_gone(&objects, &items, Duration::from_secs(20))
        .await
        .unwrap();
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn the_end_is_seen_as_soon_as_it_comes() {
    let namespace = namespace("soon").await;
    let held = json!({ "metadata": { "name": "a", "finalizers": ["example.com/hold"] } });
    create(MAP, Some(namespace.name()), held).await;
    let key = ObjectKey::namespaced(MAP.0, MAP.1, namespace.name(), "a");
    let live = read(&key).await.unwrap();
    let objects = objects();
    objects
        .delete(&key, live.uid(), BACKGROUND, soon())
        .await
        .unwrap();
    let items = [(key.clone(), uid(&live))];
    let released = async {
        sleep(Duration::from_secs(3)).await;
        edit(&key, json!({ "metadata": { "finalizers": null } })).await;
        Instant::now()
    };
    let gone = async {
        until_gone(&objects, &items, Duration::from_secs(20))
            .await
            .unwrap();
        Instant::now()
    };
    let (released, gone) = tokio::join!(released, gone);
    let late = gone.saturating_duration_since(released);
    assert!(late < Duration::from_millis(500), "{late:?}");
}

#[tokio::test]
async fn a_finalizer_that_nobody_removes_is_named_at_the_deadline() {
    let namespace = namespace("finalizer").await;
    let held = json!({ "metadata": { "name": "a", "finalizers": ["example.com/hold"] } });
    create(MAP, Some(namespace.name()), held).await;
    let key = ObjectKey::namespaced(MAP.0, MAP.1, namespace.name(), "a");
    let live = read(&key).await.unwrap();
    let objects = objects();
    objects
        .delete(&key, live.uid(), BACKGROUND, soon())
        .await
        .unwrap();
    let items = [(key.clone(), uid(&live))];
    let since = Instant::now();
    let error = until_gone(&objects, &items, Duration::from_secs(2))
        .await
        .unwrap_err();
    assert!(since.elapsed() <= Duration::from_millis(2_100));
    let text = error.to_string();
    let expected = format!(
        "ConfigMap `a` in namespace `{}` (held by finalizer `example.com/hold`: whoever set it has to remove it); mend what holds them, or raise the timeout",
        namespace.name()
    );
    assert!(text.starts_with("still there after 2s: "), "{text}");
    assert!(text.ends_with(&expected), "{text}");
    edit(&key, json!({ "metadata": { "finalizers": null } })).await;
    until_gone(&objects, &items, Duration::from_secs(20))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_namespace_that_is_stuck_says_what_holds_it() {
    let _healthy = HEALTH.read().await;
    let namespace = namespace("stuck").await;
    let held = json!({ "metadata": { "name": "a", "finalizers": ["example.com/hold"] } });
    create(MAP, Some(namespace.name()), held).await;
    let key = ObjectKey::global("v1", "Namespace", namespace.name());
    let live = read(&key).await.unwrap();
    let objects = objects();
    objects
        .delete(&key, live.uid(), BACKGROUND, soon())
        .await
        .unwrap();
    // Twice is no conflict.
    objects
        .delete(&key, live.uid(), BACKGROUND, soon())
        .await
        .unwrap();
    let items = [(key, uid(&live))];
    let error = until_gone(&objects, &items, Duration::from_secs(12))
        .await
        .unwrap_err();
    let GoneError::Left { left, .. } = &error else {
        panic!("{error}")
    };
    let [left] = left.as_slice() else {
        panic!("{left:?}")
    };
    assert_eq!(
        left.reasons,
        [
            "it still holds 1 of configmaps",
            "what it holds waits for finalizers that nobody has removed: example.com/hold in 1 resource instances",
        ]
    );
    let held = ObjectKey::namespaced(MAP.0, MAP.1, namespace.name(), "a");
    edit(&held, json!({ "metadata": { "finalizers": null } })).await;
    until_gone(&objects, &items, Duration::from_mins(1))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_wait_can_be_stopped() {
    let namespace = namespace("stopped").await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let live = objects
        .apply(&ours, &Expected::Absent, false, soon())
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let items = [(ours.key().clone(), uid(&live))];
    let wait = objects.until_gone(&items, soon(), &stop);
    let stopped = async {
        sleep(Duration::from_millis(300)).await;
        stop.cancel();
    };
    let (waited, ()) = tokio::join!(wait, stopped);
    assert!(matches!(waited.unwrap_err(), GoneError::Stopped));
}

#[tokio::test]
async fn who_may_not_watch_asks_again() {
    let token = token("blind").await;
    let namespace = namespace("blind").await;
    let role = json!({
        "metadata": { "name": "a" },
        "rules": [{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "delete"] }],
    });
    let group = "rbac.authorization.k8s.io/v1";
    create((group, "Role"), Some(namespace.name()), role).await;
    let binding = json!({
        "metadata": { "name": "a" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a" },
        "subjects": [{ "kind": "ServiceAccount", "name": "blind", "namespace": "default" }],
    });
    create((group, "RoleBinding"), Some(namespace.name()), binding).await;
    create(
        MAP,
        Some(namespace.name()),
        json!({ "metadata": { "name": "a" } }),
    )
    .await;
    sleep(Duration::from_secs(2)).await;
    let key = ObjectKey::namespaced(MAP.0, MAP.1, namespace.name(), "a");
    let live = read(&key).await.unwrap();
    let objects = Front::start(false).await.objects(Some(token));
    let items = [(key.clone(), uid(&live))];
    let gone = until_gone(&objects, &items, Duration::from_secs(20));
    let deleted = async {
        sleep(Duration::from_secs(1)).await;
        let api = theirs(MAP, Some(namespace.name())).await;
        api.delete("a", &DeleteParams::default()).await.unwrap();
    };
    let (gone, ()) = tokio::join!(gone, deleted);
    gone.unwrap();
}
