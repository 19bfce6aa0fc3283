//! Finding many objects with few calls.

use futures_util::future::join_all;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kre_core::desired::{Object, ObjectKey};
use kre_engine::{
    kubernetes::ConnectError,
    objects::{Expected, Objects, Propagation},
};
use kube::{Api, api::PostParams};
use serde_json::json;

use super::{LABEL, MAP, client, create, edit, front::Front, map, namespace, object, objects};
use crate::support::{soon, token};

fn secret(namespace: &str, name: &str) -> Object {
    object(
        ("v1", "Secret"),
        namespace,
        name,
        json!({ "data": { "a": "MQ==" } }),
    )
}

async fn apply(ours: &Object) {
    let applied = objects()
        .apply(ours, &Expected::Absent, false, soon())
        .await
        .map(drop);
    applied.unwrap();
}

async fn find(objects: &Objects, keys: &[ObjectKey]) -> Vec<ObjectKey> {
    let found = objects.find(keys, LABEL, soon()).await.unwrap();
    found.into_keys().collect()
}

#[tokio::test]
async fn those_who_ask_at_once_share_one_list_per_kind() {
    let namespace = namespace("shared").await;
    let front = Front::start(true).await;
    let (map, secret) = (
        map(namespace.name(), "a", "1"),
        secret(namespace.name(), "b"),
    );
    apply(&map).await;
    apply(&secret).await;
    let objects = front.objects(None);
    let keys = [map.key().clone(), secret.key().clone()];
    let found = join_all((0..50).map(|_| find(&objects, &keys))).await;
    assert!(found.iter().all(|found| found.as_slice() == keys));
    assert_eq!(front.calls().len(), 2, "{:?}", front.calls());
}

#[tokio::test]
async fn what_is_found_is_what_is_there() {
    let namespace = namespace("whole").await;
    let ours = secret(namespace.name(), "a");
    apply(&ours).await;
    let objects = objects();
    let keys = [ours.key().clone()];
    let found = objects.find(&keys, LABEL, soon()).await.unwrap();
    let read = objects.get(ours.key(), soon()).await.unwrap().unwrap();
    assert_eq!(found[ours.key()], read);
}

#[tokio::test]
async fn what_this_process_writes_is_found_at_once() {
    let namespace = namespace("writes").await;
    let front = Front::start(true).await;
    let objects = front.objects(None);
    let ours = map(namespace.name(), "a", "1");
    let keys = [ours.key().clone()];
    assert!(find(&objects, &keys).await.is_empty());
    let live = objects
        .apply(&ours, &Expected::Absent, false, soon())
        .await
        .unwrap();
    assert_eq!(find(&objects, &keys).await, keys);
    front.forget();
    assert_eq!(find(&objects, &keys).await, keys);
    assert!(front.calls().is_empty());
    let deleted = objects.delete(ours.key(), live.uid(), Propagation::Background, soon());
    deleted.await.unwrap();
    assert!(find(&objects, &keys).await.is_empty());
}

#[tokio::test]
async fn an_object_without_its_label_is_not_gone() {
    let namespace = namespace("unlabelled").await;
    let ours = map(namespace.name(), "a", "1");
    apply(&ours).await;
    edit(
        ours.key(),
        json!({ "metadata": { "labels": { LABEL.0: null } } }),
    )
    .await;
    let keys = [ours.key().clone()];
    assert_eq!(find(&objects(), &keys).await, keys);
}

#[tokio::test]
async fn after_three_namespaces_all_are_listed_at_once() {
    // Of a kind of which other tests make few.
    let account = |namespace: &str| object(("v1", "ServiceAccount"), namespace, "a", json!({}));
    let front = Front::start(true).await;
    let mut namespaces = Vec::new();
    let mut keys = Vec::new();
    for _ in 0..6 {
        let namespace = namespace("wide").await;
        let ours = account(namespace.name());
        apply(&ours).await;
        keys.push(ours.key().clone());
        namespaces.push(namespace);
    }
    let objects = front.objects(None);
    for key in &keys {
        assert_eq!(
            find(&objects, std::slice::from_ref(key)).await,
            std::slice::from_ref(key)
        );
    }
    let calls = front.calls();
    assert_eq!(calls.len(), 4, "{calls:?}");
    assert_eq!(calls[3], "GET /api/v1/serviceaccounts");
    // What is written in one namespace is read there alone.
    let live = objects.get(&keys[5], soon()).await.unwrap().unwrap();
    front.forget();
    let ours = account(namespaces[5].name());
    let present = Expected::Present {
        uid: live.uid().to_owned(),
    };
    objects.apply(&ours, &present, false, soon()).await.unwrap();
    for key in &keys[3..] {
        assert_eq!(
            find(&objects, std::slice::from_ref(key)).await,
            std::slice::from_ref(key)
        );
    }
    let lists = front.calls();
    let lists: Vec<_> = lists
        .iter()
        .filter(|call| call.starts_with("GET"))
        .collect();
    assert_eq!(
        *lists,
        [&format!(
            "GET /api/v1/namespaces/{}/serviceaccounts",
            namespaces[5].name()
        )]
    );
}

/// Lets a service account do everything with the config maps of one namespace.
async fn grant(account: &str, namespace: &str) {
    let role = json!({
        "metadata": { "name": "maps" },
        "rules": [{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"] }],
    });
    let roles: Api<Role> = Api::namespaced(client().await, namespace);
    let role = serde_json::from_value(role).unwrap();
    roles.create(&PostParams::default(), &role).await.unwrap();
    let binding = json!({
        "metadata": { "name": "maps" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maps" },
        "subjects": [{ "kind": "ServiceAccount", "name": account, "namespace": "default" }],
    });
    let bindings: Api<RoleBinding> = Api::namespaced(client().await, namespace);
    let binding = serde_json::from_value(binding).unwrap();
    bindings
        .create(&PostParams::default(), &binding)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_may_not_list_everything_lists_each_namespace() {
    let token = token("narrow").await;
    let front = Front::start(false).await;
    let mut namespaces = Vec::new();
    let mut keys = Vec::new();
    for _ in 0..6 {
        let namespace = namespace("narrow").await;
        grant("narrow", namespace.name()).await;
        let ours = map(namespace.name(), "a", "1");
        apply(&ours).await;
        keys.push(ours.key().clone());
        namespaces.push(namespace);
    }
    // Rights are known a moment later.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let objects = front.objects(Some(token));
    assert_eq!(find(&objects, &keys).await.len(), 6);
    let calls = front.calls();
    let wide = calls
        .iter()
        .filter(|call| *call == "GET /api/v1/configmaps");
    assert_eq!(wide.count(), 1, "{calls:?}");
    assert_eq!(calls.len(), 7, "{calls:?}");
}

#[tokio::test]
async fn who_may_not_list_namespaces_reads_each() {
    let token = token("reader").await;
    let namespace = namespace("reader").await;
    let role = json!({
        "metadata": { "name": namespace.name() },
        "rules": [{
            "apiGroups": [""], "resources": ["namespaces"],
            "resourceNames": [namespace.name()], "verbs": ["get"],
        }],
    });
    create(("rbac.authorization.k8s.io/v1", "ClusterRole"), None, role).await;
    let binding = json!({
        "metadata": { "name": namespace.name() },
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": namespace.name(),
        },
        "subjects": [{ "kind": "ServiceAccount", "name": "reader", "namespace": "default" }],
    });
    create(
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        None,
        binding,
    )
    .await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let front = Front::start(false).await;
    let objects = front.objects(Some(token));
    let keys = [ObjectKey::global("v1", "Namespace", namespace.name())];
    assert_eq!(find(&objects, &keys).await, keys);
}

#[tokio::test]
async fn an_error_is_not_remembered() {
    let token = token("later").await;
    let namespace = namespace("later").await;
    let front = Front::start(false).await;
    let objects = front.objects(Some(token));
    let ours = map(namespace.name(), "a", "1");
    apply(&ours).await;
    let keys = [ours.key().clone()];
    let failures = join_all((0..20).map(|_| objects.find(&keys, LABEL, soon()))).await;
    for failure in failures {
        let failure = failure.unwrap_err();
        let ConnectError::Forbidden { rule } = &*failure else {
            panic!("{failure}")
        };
        let expected = format!("list `configmaps` in namespace `{}`", namespace.name());
        assert_eq!(rule.to_string(), expected);
    }
    assert_eq!(front.calls().len(), 1, "{:?}", front.calls());
    grant("later", namespace.name()).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(find(&objects, &keys).await, keys);
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    let namespace = namespace("pages").await;
    let client = client().await;
    let maps: Api<k8s_openapi::api::core::v1::ConfigMap> =
        Api::namespaced(client, namespace.name());
    let made = (0..600).map(|number| {
        let map =
            json!({ "metadata": { "name": format!("a-{number}"), "labels": { "long": "yes" } } });
        let map = serde_json::from_value(map).unwrap();
        let maps = maps.clone();
        async move { maps.create(&PostParams::default(), &map).await.unwrap() }
    });
    join_all(made).await;
    let front = Front::start(true).await;
    let objects = front.objects(None);
    let keys = (0..600).map(|number| {
        ObjectKey::namespaced(MAP.0, MAP.1, namespace.name(), &format!("a-{number}"))
    });
    let keys: Vec<_> = keys.collect();
    let found = objects.find(&keys, ("long", "yes"), soon()).await.unwrap();
    assert_eq!(found.len(), 600);
    let path = format!("GET /api/v1/namespaces/{}/configmaps", namespace.name());
    let next = format!("{path} (goes on)");
    assert_eq!(front.calls(), [path, next.clone(), next]);
}

#[tokio::test]
async fn a_kind_that_is_not_known_is_named() {
    let key = ObjectKey::namespaced("example.com/v1", "Widget", "default", "a");
    let failure = objects().find(&[key], LABEL, soon()).await.unwrap_err();
    assert!(
        failure.to_string().contains("`Widget` of `example.com/v1`"),
        "{failure}"
    );
}

#[tokio::test]
async fn every_known_kind_is_served_where_it_is_looked_for() {
    let kinds = [
        ("v1", "ConfigMap"),
        ("v1", "Event"),
        ("v1", "PersistentVolumeClaim"),
        ("v1", "Pod"),
        ("v1", "Secret"),
        ("v1", "Service"),
        ("v1", "ServiceAccount"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "ReplicaSet"),
        ("apps/v1", "StatefulSet"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("policy/v1", "PodDisruptionBudget"),
    ];
    let keys = kinds.map(|(version, kind)| ObjectKey::namespaced(version, kind, "default", "none"));
    assert!(find(&objects(), &keys).await.is_empty());
    let kinds = [("v1", "Namespace"), ("storage.k8s.io/v1", "StorageClass")];
    let keys = kinds.map(|(version, kind)| ObjectKey::global(version, kind, "none"));
    assert!(find(&objects(), &keys).await.is_empty());
}
