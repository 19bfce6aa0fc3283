//! What the API server itself does with objects.

use k8s_openapi::api::core::v1::{ConfigMap, Pod, ResourceQuota};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{ApiResource, DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

use crate::support::pods::pod;
use crate::support::{Stage, eventually, refused};

#[tokio::test]
async fn an_ingress_is_stored_with_defaults() {
    let stage = Stage::new("ingress").await;
    let service = json!({ "service": { "name": "entrypoint", "port": { "number": 9000 } } });
    let path = json!({ "path": "/", "pathType": "Prefix", "backend": service });
    let ingress = json!({
        "metadata": { "name": "entrypoint" },
        "spec": { "rules": [{ "host": "demo.example", "http": { "paths": [path] } }] },
    });

    let stored: Ingress = stage.create(ingress).await;

    assert!(stored.uid().is_some());
}

#[tokio::test]
async fn a_network_policy_is_stored_with_defaults() {
    let stage = Stage::new("policy").await;
    let policy = json!({ "metadata": { "name": "closed" }, "spec": { "podSelector": {} } });

    let stored: NetworkPolicy = stage.create(policy).await;

    let types = stored.spec.unwrap().policy_types.unwrap();
    assert_eq!(types, ["Ingress"]);
}

#[tokio::test]
async fn a_quota_refuses_what_goes_beyond_it() {
    let stage = Stage::new("quota").await;
    let quota = json!({ "metadata": { "name": "few" }, "spec": { "hard": { "pods": "1" } } });
    stage.create::<ResourceQuota>(quota).await;
    let counted = |quota: &ResourceQuota| quota.status.as_ref()?.used.as_ref().map(drop);
    stage.until("few", "pods are counted", counted).await;
    stage.create::<Pod>(pod("first")).await;

    let refusal = stage.refusal::<Pod>(pod("second")).await;

    assert_eq!(refusal.code, 403);
    assert!(
        refusal
            .message
            .contains("exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1"),
        "{}",
        refusal.message
    );
}

#[tokio::test]
async fn two_managers_of_a_field_are_told_of_each_other() {
    let stage = Stage::new("conflict").await;
    let maps = stage.all::<ConfigMap>();
    let map = |greeting: &str| {
        Patch::Apply(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": { "name": "settings" },
            "data": { "greeting": greeting },
        }))
    };
    let first = PatchParams::apply("first");
    maps.patch("settings", &first, &map("hello")).await.unwrap();

    let second = PatchParams::apply("second");
    let refusal = refused(maps.patch("settings", &second, &map("hi")).await);

    assert_eq!((refusal.code, &*refusal.reason), (409, "Conflict"));
    assert_eq!(
        refusal.message,
        r#"Apply failed with 1 conflict: conflict with "first": .data.greeting"#
    );
}

/// Writes a kind of object with a rule that its schema cannot express.
fn shelf(group: &str) -> Value {
    let weights = json!({ "type": "integer" });
    let spec = json!({
        "type": "object",
        "properties": { "least": weights, "most": weights },
        "x-kubernetes-validations": [{
            "rule": "self.least <= self.most",
            "message": "the least is more than the most",
        }],
    });
    let schema = json!({ "type": "object", "properties": { "spec": spec } });
    let version = json!({
        "name": "v1",
        "served": true,
        "storage": true,
        "schema": { "openAPIV3Schema": schema },
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("shelves.{group}") },
        "spec": {
            "group": group,
            "names": { "kind": "Shelf", "plural": "shelves" },
            "scope": "Namespaced",
            "versions": [version],
        },
    })
}

#[tokio::test]
async fn a_kind_of_our_own_is_served_and_its_rules_hold() {
    let stage = Stage::new("crd").await;
    // Definitions belong to no namespace: the group keeps this one apart from others.
    let group = format!("{}.example", stage.namespace());
    let definitions = Api::<CustomResourceDefinition>::all(stage.client.clone());
    let definition = serde_json::from_value(shelf(&group)).unwrap();
    definitions
        .create(&PostParams::default(), &definition)
        .await
        .unwrap();
    let resource = ApiResource {
        api_version: format!("{group}/v1"),
        group,
        version: "v1".to_owned(),
        kind: "Shelf".to_owned(),
        plural: "shelves".to_owned(),
    };
    let shelves: Api<DynamicObject> =
        Api::namespaced_with(stage.client.clone(), stage.namespace(), &resource);
    let shelf = |least: u32, most: u32| {
        DynamicObject::new("shelf", &resource)
            .data(json!({ "spec": { "least": least, "most": most } }))
    };

    eventually("the kind is served", async || {
        shelves.list(&kube::api::ListParams::default()).await
    })
    .await;
    let refusal = refused(shelves.create(&PostParams::default(), &shelf(3, 2)).await);
    let stored = shelves.create(&PostParams::default(), &shelf(1, 2)).await;
    definitions
        .delete(&definition.name_any(), &DeleteParams::default())
        .await
        .unwrap();

    assert_eq!(refusal.code, 422);
    assert!(
        refusal.message.ends_with("the least is more than the most"),
        "{}",
        refusal.message
    );
    assert_eq!(stored.unwrap().name_any(), "shelf");
}
