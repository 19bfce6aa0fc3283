use super::*;
use crate::desired::{Desired, EntryId, Object, ObjectKey};

fn rendered(spec: &RuntimeSpec) -> Desired {
    render(spec, &facts())
}

fn of_kinds(desired: &Desired, kinds: &[&str]) -> Vec<ObjectKey> {
    let keys = desired.objects().map(Object::key);
    keys.filter(|key| kinds.contains(&key.kind.as_str()))
        .cloned()
        .collect()
}

#[test]
fn workloads_and_claims_are_those_that_are_rendered() {
    let without = with(minimal(), "/mongo_writer", json!({ "enabled": false }));
    for json in [minimal(), maximal(), without] {
        let spec = spec(json);
        let keys = |named: Vec<(Component, ObjectKey)>| named.into_iter().map(|(_, key)| key);
        let workloads: Vec<_> = keys(spec.workloads()).collect();
        let desired = rendered(&spec);
        assert_eq!(
            workloads,
            of_kinds(&desired, &["StatefulSet", "Deployment"])
        );
        let claims: Vec<_> = keys(spec.claims()).collect();
        assert_eq!(claims, of_kinds(&desired, &["PersistentVolumeClaim"]));
    }
}

#[test]
fn each_workload_and_claim_is_labelled_with_its_component() {
    let spec = spec(maximal());
    let desired = rendered(&spec);
    for (component, key) in spec.workloads().into_iter().chain(spec.claims()) {
        let mut objects = desired.objects();
        let object = objects.find(|object| *object.key() == key).unwrap();
        let label = &object.content()["metadata"]["labels"][COMPONENT];
        assert_eq!(label, component.label());
    }
}

#[test]
fn anchor_namespace_and_secrets_are_those_that_are_rendered() {
    let spec = spec(minimal());
    let desired = rendered(&spec);
    assert_eq!(desired.anchor.key(), &spec.anchor_key());
    assert_eq!(
        desired.ground.as_ref().unwrap().key(),
        &spec.namespace_key()
    );
    let secrets: Vec<_> = Holder::ALL.map(|holder| spec.secret_key(holder)).into();
    assert_eq!(secrets, of_kinds(&desired, &["Secret"]));
}

#[test]
fn mongodb_answers_in_the_pod_of_its_workload_at_the_port_of_its_service() {
    let spec = spec(minimal());
    assert_eq!(spec.mongodb_pod(), "demo-mongo-0");
    let desired = rendered(&spec);
    let mut objects = desired.objects();
    let service = objects.find(|object| object.key().to_string() == "Service demo-mongo");
    let port = &service.unwrap().content()["spec"]["ports"][0]["port"];
    assert_eq!(port, MONGODB_PORT);
    let (_, claim) = &spec.claims()[1];
    assert_eq!(claim.name, format!("data-{}", spec.mongodb_pod()));
}

#[test]
fn a_digest_changes_with_whatever_is_written() {
    let before = digest(&spec(maximal()));
    assert_eq!(before.len(), 16);
    assert_eq!(digest(&spec(maximal())), before);
    for (pointer, value) in [
        ("/name", json!("Other")),
        ("/nats/image", json!("nats")),
        ("/labels", json!({})),
        ("/timeouts/read", json!("3m")),
        ("/nats/storage/size", json!("10240Mi")),
        ("/on_destroy", json!("retain")),
    ] {
        assert_ne!(
            digest(&spec(with(maximal(), pointer, value))),
            before,
            "{pointer}"
        );
    }
}

#[test]
fn a_head_of_a_runtime_ends_with_its_anchor_and_its_namespace() {
    let spec = spec(minimal());
    let head = Contract::of(&spec, &facts()).head;
    for retains in [false, true] {
        let removal = crate::anchor::removal(&head, &spec.anchor_key(), retains);
        let mut both = removal.delete.iter().chain(&removal.keep);
        assert!(both.all(|item| {
            item.id != EntryId::Object(spec.anchor_key())
                && item.id != EntryId::Object(spec.namespace_key())
        }));
        let count = removal.delete.len() + removal.keep.len();
        assert_eq!(count, head.inventory.items().len() - 2);
    }
}
