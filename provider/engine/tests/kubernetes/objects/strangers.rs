//! What else lives in a namespace.

use std::time::Duration;

use kre_core::anchor::InstanceId;
use kre_engine::objects::{Expected, Objects};
use kube::api::{DeleteParams, ListParams};
use serde_json::json;
use tokio::time::sleep;

use super::{
    DEPLOYMENT, HEALTH, MAP, STAMP, create, front::Front, map, namespace, object, objects, theirs,
};
use crate::support::{soon, token};

async fn strangers(objects: &Objects, namespace: &str) -> Vec<String> {
    let _healthy = HEALTH.read().await;
    let is_ours = |_: &_, stamp: Option<&InstanceId>| stamp.is_some_and(|it| it.as_str() == STAMP);
    let found = objects.strangers(namespace, is_ours, soon()).await.unwrap();
    assert!(found.unseen.is_empty(), "{found:?}");
    found.objects
}

#[tokio::test]
async fn a_namespace_of_our_own_holds_no_strangers() {
    let namespace = namespace("alone").await;
    let objects = objects();
    let fields = json!({ "spec": {
        "replicas": 1,
        "selector": { "matchLabels": { "app": "a" } },
        "template": {
            "metadata": { "labels": { "app": "a" } },
            "spec": { "containers": [{ "name": "main", "image": "registry.example.invalid/a" }] },
        },
    } });
    for ours in [
        object(DEPLOYMENT, namespace.name(), "a", fields),
        map(namespace.name(), "a", "1"),
        object(
            ("v1", "Service"),
            namespace.name(),
            "a",
            json!({ "spec": { "selector": { "app": "a" }, "ports": [{ "port": 80 }] } }),
        ),
    ] {
        objects
            .apply(&ours, &Expected::Absent, false, soon())
            .await
            .unwrap();
    }
    let pods = theirs(("v1", "Pod"), Some(namespace.name())).await;
    while pods
        .list(&ListParams::default())
        .await
        .unwrap()
        .items
        .is_empty()
    {
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        strangers(&objects, namespace.name()).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn what_somebody_made_by_hand_is_a_stranger() {
    let namespace = namespace("guests").await;
    for (kind, name) in [
        (MAP, "theirs"),
        (("v1", "Secret"), "theirs"),
        (("v1", "ServiceAccount"), "robot"),
    ] {
        create(
            kind,
            Some(namespace.name()),
            json!({ "metadata": { "name": name } }),
        )
        .await;
    }
    let other = super::stamped("ff", MAP, namespace.name(), "others", json!({}));
    let objects = objects();
    objects
        .apply(&other, &Expected::Absent, false, soon())
        .await
        .unwrap();
    let expected = [
        "ConfigMap others",
        "ConfigMap theirs",
        "Secret theirs",
        "ServiceAccount robot",
    ];
    assert_eq!(strangers(&objects, namespace.name()).await, expected);
}

#[tokio::test]
async fn an_object_of_a_kind_that_somebody_defined_is_a_stranger() {
    let namespace = namespace("defined").await;
    let group = format!("{}.example.com", namespace.name());
    let definition = json!({
        "metadata": { "name": format!("widgets.{group}") },
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": { "plural": "widgets", "singular": "widget", "kind": "Widget" },
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": { "type": "object" } },
            }],
        },
    });
    let kind = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    create(kind, None, definition).await;
    let api_version = format!("{group}/v1");
    let widgets = theirs((&api_version, "Widget"), Some(namespace.name())).await;
    while widgets.list(&ListParams::default()).await.is_err() {
        sleep(Duration::from_millis(200)).await;
    }
    let widget = json!({ "metadata": { "name": "a" } });
    create((&api_version, "Widget"), Some(namespace.name()), widget).await;
    // The list of all kinds follows a moment later.
    let expected = format!("Widget.{group} a");
    let mut found = Vec::new();
    for _ in 0..50 {
        found = strangers(&objects(), namespace.name()).await;
        if !found.is_empty() {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(found, [expected]);
    let definitions = theirs(kind, None).await;
    let name = format!("widgets.{group}");
    definitions
        .delete(&name, &DeleteParams::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_api_that_does_not_answer_is_named() {
    let _sick = HEALTH.write().await;
    let namespace = namespace("sick").await;
    let group = format!("{}.example.com", namespace.name());
    let service = json!({
        "metadata": { "name": format!("v1.{group}") },
        "spec": {
            "group": group,
            "version": "v1",
            "groupPriorityMinimum": 100,
            "versionPriority": 10,
            "insecureSkipTLSVerify": true,
            "service": { "name": "nobody", "namespace": namespace.name() },
        },
    });
    let kind = ("apiregistration.k8s.io/v1", "APIService");
    create(kind, None, service).await;
    let mut unseen = Vec::new();
    for _ in 0..50 {
        let found = objects()
            .strangers(namespace.name(), |_, _| false, soon())
            .await;
        unseen = found.unwrap().unseen;
        if !unseen.is_empty() {
            break;
        }
        sleep(Duration::from_millis(200)).await;
    }
    let services = theirs(kind, None).await;
    services
        .delete(&format!("v1.{group}"), &DeleteParams::default())
        .await
        .unwrap();
    assert_eq!(unseen, [format!("{group}/v1 (does not answer)")]);
}

#[tokio::test]
async fn what_may_not_be_listed_is_named() {
    let token = token("lister").await;
    let namespace = namespace("lister").await;
    let objects = Front::start(false).await.objects(Some(token));
    let found = objects
        .strangers(namespace.name(), |_, _| false, soon())
        .await;
    let unseen = found.unwrap().unseen;
    assert!(
        unseen.contains(&"configmaps (may not be listed)".to_owned()),
        "{unseen:?}"
    );
}
