use std::collections::BTreeMap;

use super::*;
use crate::{desired::ObjectKey, runtime::live::read_back};

type Found = BTreeMap<ObjectKey, Value>;

fn found(spec: &RuntimeSpec) -> Found {
    let desired = render(spec, &facts());
    let objects = desired.objects();
    objects
        .map(|object| (object.key().clone(), object.content().clone()))
        .collect()
}

/// Changes a field of a live object, and reads the attributes back that have changed.
fn seen(object: &str, pointer: &str, value: Value, field: &str) -> RuntimeSpec {
    let before = spec(maximal());
    let mut found = found(&before);
    let mut objects = found.iter_mut();
    let (_, live) = objects.find(|(key, _)| key.to_string() == object).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = live.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => parent.remove(name),
        value => parent.insert(name.to_owned(), value),
    };
    read_back(&before, &found, &|key, at| {
        key.to_string() == object && at == field
    })
}

const NATS: &str = "StatefulSet demo-nats";
const POD: &str = "/spec/template/spec";
const CONTAINER: &str = "/spec/template/spec/containers/0";

#[track_caller]
fn check((object, pointer, value, field): (&str, &str, Value, &str), expected: Value) {
    assert_eq!(seen(object, pointer, value, field), spec(expected));
}

#[test]
fn what_is_rendered_is_read_back() {
    for json in [minimal(), maximal()] {
        let spec = spec(json);
        assert_eq!(read_back(&spec, &found(&spec), &|_, _| true), spec);
    }
}

#[test]
fn another_specification_is_read_where_it_can_be_seen() {
    let (before, after) = (spec(minimal()), {
        let json = with(minimal(), "/nats/image", json!("nats:3"));
        let json = with(json, "/mongodb/image", json!("mongo:8.0"));
        let writer = json!({ "image": "writer", "log_level": "WARN" });
        let json = with(json, "/mongo_writer", writer);
        let json = with(json, "/nats/storage/size", json!("3Gi"));
        spec(with(json, "/mongodb/storage/size", json!("4Gi")))
    });
    assert_eq!(read_back(&before, &found(&after), &|_, _| true), after);
}

#[test]
fn what_has_not_changed_is_as_it_was_whatever_is_there() {
    let before = spec(minimal());
    let other = with(
        minimal(),
        "/nats/image",
        json!("mirror.example.com/nats:2.15.2"),
    );
    assert_eq!(
        read_back(&before, &found(&spec(other)), &|_, _| false),
        before
    );
}

#[test]
fn what_is_gone_is_as_it_was() {
    let before = spec(maximal());
    assert_eq!(read_back(&before, &Found::new(), &|_, _| true), before);
}

#[test]
fn each_attribute_is_read_where_its_field_is() {
    let image = format!("{CONTAINER}/image");
    let field = r#"spec.template.spec.containers[name="nats"].image"#;
    check(
        (NATS, &image, json!("nats:3"), field),
        with(maximal(), "/nats/image", json!("nats:3")),
    );
    let limit = format!("{CONTAINER}/resources/limits/memory");
    let field = r#"spec.template.spec.containers[name="nats"].resources.limits.memory"#;
    check(
        (NATS, &limit, json!("3Gi"), field),
        with(maximal(), "/nats/resources/limits/memory", json!("3Gi")),
    );
    let request = format!("{CONTAINER}/resources/requests/ephemeral-storage");
    let field =
        r#"spec.template.spec.containers[name="mongodb"].resources.requests.ephemeral-storage"#;
    check(
        ("StatefulSet demo-mongo", &request, Value::Null, field),
        with(
            maximal(),
            "/mongodb/resources/requests",
            json!({ "cpu": "1", "memory": "1Gi" }),
        ),
    );
    let variable = format!("{CONTAINER}/env");
    let field = r#"spec.template.spec.containers[name="mongo-writer"].env[name="MONGO_WRITER_LOG_LEVEL"].value"#;
    let value = json!([{ "name": "MONGO_WRITER_LOG_LEVEL", "value": "ERROR" }]);
    check(
        ("Deployment demo-mongo-writer", &variable, value, field),
        with(maximal(), "/mongo_writer/log_level", json!("ERROR")),
    );
    check(
        (
            "PersistentVolumeClaim data-demo-nats-0",
            "/spec/resources/requests/storage",
            json!("12Gi"),
            "spec.resources.requests.storage",
        ),
        with(maximal(), "/nats/storage/size", json!("12Gi")),
    );
}

#[test]
fn where_pods_may_run_is_read_as_a_whole() {
    let field = "spec.template.spec.nodeSelector";
    let selector = format!("{POD}/nodeSelector");
    check(
        (NATS, &selector, json!({ "zone": "b" }), field),
        with(maximal(), "/nats/node_selector", json!({ "zone": "b" })),
    );
    check(
        (NATS, &selector, Value::Null, field),
        with(maximal(), "/nats/node_selector", json!({})),
    );
    let field = "spec.template.spec.tolerations";
    let tolerations = format!("{POD}/tolerations");
    let live = json!([
        { "key": "a", "operator": "", "effect": "NoExecute", "tolerationSeconds": 5 },
        { "operator": "Exists" },
    ]);
    let expected = json!([
        { "key": "a", "effect": "NoExecute", "toleration_seconds": 5 },
        { "operator": "Exists" },
    ]);
    check(
        (NATS, &tolerations, live, field),
        with(maximal(), "/nats/tolerations", expected),
    );
    check(
        (NATS, &tolerations, Value::Null, field),
        with(maximal(), "/nats/tolerations", json!([])),
    );
}

#[test]
fn what_is_no_value_of_the_attribute_is_as_it_was() {
    for (pointer, value, field) in [
        (
            format!("{CONTAINER}/image"),
            json!("NATS"),
            r#"spec.template.spec.containers[name="nats"].image"#,
        ),
        (
            format!("{CONTAINER}/image"),
            Value::Null,
            r#"spec.template.spec.containers[name="nats"].image"#,
        ),
        (
            format!("{CONTAINER}/resources/limits/memory"),
            json!("-1"),
            r#"spec.template.spec.containers[name="nats"].resources.limits.memory"#,
        ),
        (
            format!("{POD}/tolerations"),
            json!([{ "operator": "Lt" }]),
            "spec.template.spec.tolerations",
        ),
        (
            format!("{POD}/nodeSelector"),
            json!(["a"]),
            "spec.template.spec.nodeSelector",
        ),
        (
            format!("{POD}/containers"),
            json!([]),
            r#"spec.template.spec.containers[name="nats"].resources.limits.memory"#,
        ),
    ] {
        check((NATS, &pointer, value, field), maximal());
    }
}

#[test]
fn the_same_in_another_spelling_is_as_it_was() {
    let limit = format!("{CONTAINER}/resources/limits/memory");
    let field = r#"spec.template.spec.containers[name="nats"].resources.limits.memory"#;
    let seen = seen(NATS, &limit, json!("2048Mi"), field);
    let limits = seen.nats.resources.limits.unwrap();
    assert_eq!(limits.memory.unwrap().as_str(), "2Gi");
}

#[test]
fn what_others_have_added_is_not_ours() {
    let limit = format!("{CONTAINER}/resources/limits");
    let before = spec(minimal());
    let mut found = found(&before);
    let nats = found.get_mut(&before.workloads()[0].1).unwrap();
    *nats.pointer_mut(&limit).unwrap() = json!({ "cpu": "1", "memory": "1Gi" });
    assert_eq!(read_back(&before, &found, &|_, _| true), before);
}
