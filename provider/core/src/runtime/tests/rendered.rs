use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service},
    networking::v1::NetworkPolicy,
};
use serde::{Serialize, de::DeserializeOwned};

use super::*;
use crate::desired::{Desired, Object};

fn rendered(json: Value) -> Desired {
    render(&spec(json), &facts())
}

fn shown(desired: &Desired) -> Vec<Value> {
    desired
        .objects()
        .map(|object| object.content().clone())
        .collect()
}

/// Reads an object as Kubernetes does, and writes it again: what Kubernetes does not know is lost
/// on the way.
fn as_kubernetes_reads_it(object: &Object) -> Value {
    fn again<T: DeserializeOwned + Serialize>(content: &Value) -> Value {
        let typed: T = serde_json::from_value(content.clone()).unwrap();
        serde_json::to_value(typed).unwrap()
    }
    let content = object.content();
    match object.key().kind.as_str() {
        "ConfigMap" => again::<ConfigMap>(content),
        "Deployment" => again::<Deployment>(content),
        "Namespace" => again::<Namespace>(content),
        "NetworkPolicy" => again::<NetworkPolicy>(content),
        "PersistentVolumeClaim" => again::<PersistentVolumeClaim>(content),
        "Secret" => again::<Secret>(content),
        "Service" => again::<Service>(content),
        "StatefulSet" => again::<StatefulSet>(content),
        other => panic!("no type for {other}"),
    }
}

/// Lists what is empty or null inside, by the name of its field.
fn empties(name: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(name.to_owned()),
        Value::Object(fields) if fields.is_empty() => found.push(name.to_owned()),
        Value::Array(elements) if elements.is_empty() => found.push(name.to_owned()),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, it)| empties(name, it, found)),
        Value::Array(elements) => elements.iter().for_each(|it| empties(name, it, found)),
        _ => {}
    }
}

#[test]
fn renders_a_minimal_runtime() {
    insta::assert_yaml_snapshot!(shown(&rendered(minimal())));
}

#[test]
fn renders_a_maximal_runtime() {
    insta::assert_yaml_snapshot!(shown(&rendered(maximal())));
}

#[test]
fn kubernetes_knows_every_field() {
    for json in [minimal(), maximal()] {
        for object in rendered(json).objects() {
            assert_eq!(&as_kubernetes_reads_it(object), object.content());
        }
    }
}

#[test]
fn nothing_is_owned_but_what_is_set() {
    for json in [minimal(), maximal()] {
        let mut found = Vec::new();
        for object in rendered(json).objects() {
            assert!(object.content().get("status").is_none());
            empties("", object.content(), &mut found);
        }
        // Both of these mean something: every pod, and a folder of the node's choice.
        found.retain(|name| name != "podSelector" && name != "emptyDir");
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn everything_carries_the_stamp_and_the_labels() {
    for object in rendered(maximal()).objects() {
        let metadata = &object.content()["metadata"];
        assert_eq!(metadata["annotations"][INSTANCE], "0707070707070707");
        assert_eq!(metadata["labels"][RUNTIME], "demo");
        assert_eq!(metadata["labels"][MANAGED_BY], MANAGER);
        assert_eq!(metadata["labels"]["team"], "a");
    }
}

#[test]
fn what_holds_data_is_what_a_destroy_retains() {
    let items = inventory(&spec(minimal()));
    let kept = items.items().iter().filter(|item| item.holds_data);
    let kept: Vec<_> = kept
        .map(|item| match &item.id {
            crate::desired::EntryId::Object(key) => key.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kept,
        [
            "Namespace kre-demo",
            "ConfigMap kre-runtime-demo",
            "PersistentVolumeClaim data-demo-nats-0",
            "Secret demo-mongo",
            "PersistentVolumeClaim data-demo-mongo-0",
        ]
    );
}

#[test]
fn the_namespace_and_then_the_anchor_come_first() {
    let desired = rendered(minimal());
    let first: Vec<_> = desired
        .objects()
        .take(2)
        .map(|it| it.key().to_string())
        .collect();
    assert_eq!(first, ["Namespace kre-demo", "ConfigMap kre-runtime-demo"]);
    let shared = rendered(maximal());
    assert_eq!(
        shared.objects().next().unwrap().key().to_string(),
        "ConfigMap kre-runtime-demo"
    );
}

#[test]
fn a_changed_configuration_of_nats_rolls_its_pod() {
    let template = |json: Value| {
        let desired = rendered(json);
        let mut objects = desired.objects();
        let nats = objects
            .find(|it| it.key().to_string() == "StatefulSet demo-nats")
            .unwrap();
        nats.content()["spec"]["template"].clone()
    };
    let other = with(maximal(), "/nats/limits/max_pings", json!(4));
    assert_ne!(template(maximal()), template(other));
}

#[test]
fn another_password_rolls_the_pod_of_the_writer_and_is_not_shown_there() {
    let template = |password: &str| {
        let mut facts = facts();
        facts.credentials.writer.password = Password::existing(password);
        let desired = render(&spec(minimal()), &facts);
        let mut objects = desired.objects();
        let writer = objects.find(|it| it.key().kind == "Deployment").unwrap();
        writer.content()["spec"]["template"].clone()
    };
    let (first, second) = (template("canary-1"), template("canary-2"));
    assert_ne!(first, second);
    assert!(!first.to_string().contains("canary"), "{first}");
}

#[test]
fn labels_of_users_are_in_no_selector_and_no_template_of_claims() {
    let before = rendered(with(maximal(), "/labels", json!({})));
    for (before, after) in before.objects().zip(rendered(maximal()).objects()) {
        for pointer in ["/spec/selector", "/spec/volumeClaimTemplates"] {
            assert_eq!(
                before.content().pointer(pointer),
                after.content().pointer(pointer)
            );
        }
    }
}

#[test]
fn a_runtime_without_a_writer_has_nothing_of_it() {
    let desired = rendered(with(
        minimal(),
        "/mongo_writer",
        json!({ "enabled": false }),
    ));
    let text = format!("{:?}", desired.inventory());
    assert!(!text.contains("writer"), "{text}");
}
