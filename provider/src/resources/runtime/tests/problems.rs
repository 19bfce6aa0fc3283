//! What is wrong with a configuration is said as soon as it is known, and not before.

use harness::drive::{Managed, texts};

use super::*;

/// Configurations that break a rule which types cannot say.
fn wrong() -> Vec<Json> {
    vec![
        with("namespace", json!("kube-system")),
        with("namespace", json!("default")),
        with("nats.replicas", json!(3)),
        with("nats.storage.size", json!("5")),
        with(
            "nats.limits",
            json!({ "max_payload": "8Mi", "max_pending": "1Mi" }),
        ),
        with("nats.limits", json!({ "max_memory": "2Gi" })),
        with(
            "mongodb.resources",
            json!({ "requests": { "cpu": "2", "memory": "4Gi" }, "limits": { "cpu": "1", "memory": "2Gi" } }),
        ),
        with("nats.tolerations", json!([{ "operator": "Equal" }])),
        with("labels", json!({ "kre.konstellation.io/runtime": "demo" })),
        with("image_pull_secrets", json!(["a", "a"])),
    ]
}

/// Configurations that are right, and would be wrong with one value less.
fn right() -> Vec<Json> {
    let limited = set(
        with("nats.limits", json!({ "max_memory": "2Gi" })),
        "nats.resources",
        json!({ "limits": { "memory": "4Gi" } }),
    );
    let requested = json!({ "requests": { "memory": "4Gi" }, "limits": { "memory": "8Gi" } });
    vec![
        minimal(),
        set(
            with("namespace", json!("default")),
            "create_namespace",
            json!(false),
        ),
        with(
            "nats.limits",
            json!({ "max_payload": "8Mi", "max_pending": "16Mi" }),
        ),
        limited,
        with("mongodb.resources", requested.clone()),
        with("mongo_writer.resources", requested),
    ]
}

/// What may be unknown.
const PLACES: [&str; 22] = [
    "id",
    "name",
    "namespace",
    "create_namespace",
    "nats",
    "nats.replicas",
    "nats.storage",
    "nats.storage.size",
    "nats.limits",
    "nats.limits.max_payload",
    "nats.limits.max_pending",
    "nats.limits.max_memory",
    "nats.resources",
    "nats.tolerations",
    "mongodb",
    "mongodb.resources",
    "mongodb.resources.limits",
    "mongo_writer",
    "mongo_writer.resources",
    "mongo_writer.resources.limits",
    "labels",
    "image_pull_secrets",
];

async fn told(runtimes: &Managed, config: &Value) -> Vec<String> {
    match runtimes.validate(config).await {
        Ok(warnings) => texts(&warnings),
        Err(refused) => texts(refused.refusal().unwrap()),
    }
}

#[tokio::test]
async fn a_rule_that_is_broken_is_told_with_its_place() {
    let runtimes = runtimes().await;
    let config = value(&with("nats.storage.size", json!("5")));
    let refused = runtimes.validate(&config).await.unwrap_err();
    let told = refused.refusal().unwrap().iter().next().unwrap();
    assert_eq!(told.path, Some(Path::from("nats")));
    assert_eq!(
        told.detail,
        "`nats.storage.size` is `5`, but must be at least `64Mi`. Set it to a size such as `5Gi`."
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let runtimes = runtimes().await;
    let config = set(
        with("nats.storage.size", json!("5")),
        "image_pull_secrets",
        json!(["a", "a"]),
    );
    assert_eq!(told(&runtimes, &value(&config)).await.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_values_that_are_unknown() {
    let runtimes = runtimes().await;
    for config in wrong() {
        let known = told(&runtimes, &value(&config)).await;
        assert!(!known.is_empty(), "{config}");
        assert_eq!(told(&runtimes, &without(&config, "name")).await, known);
    }
}

#[tokio::test]
async fn what_may_turn_out_to_be_right_is_not_called_wrong() {
    let runtimes = runtimes().await;
    for config in right() {
        assert_eq!(told(&runtimes, &value(&config)).await, [""; 0]);
        for place in PLACES {
            let told = told(&runtimes, &without(&config, place)).await;
            assert_eq!(told, [""; 0], "{config} without {place}");
        }
    }
    let mut config = value(&with("nats.tolerations", json!([{ "key": "a" }])));
    let key = Path::from("nats").attribute("tolerations").index(0);
    config.set_at(&key.attribute("key"), Value::unknown());
    assert_eq!(told(&runtimes, &config).await, [""; 0]);
}

#[tokio::test]
async fn nothing_else_is_wrong_because_a_value_is_unknown() {
    let runtimes = runtimes().await;
    for config in wrong() {
        let known = told(&runtimes, &value(&config)).await;
        for place in PLACES {
            // What is wrong by itself stays so.
            for message in told(&runtimes, &without(&config, place)).await {
                let place_of = |it: &str| it.split('`').nth(1).map(str::to_owned);
                let places: Vec<_> = known.iter().map(|it| place_of(it)).collect();
                assert!(
                    places.contains(&place_of(&message)),
                    "{config} without {place}: {message}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_turns_out_to_be_wrong_is_refused_by_the_plan() {
    let runtimes = runtimes().await;
    for config in wrong() {
        let told = texts(
            &match runtimes.plan(&Object::default(), &value(&config)).await {
                Ok(planned) => panic!("{config}: {planned:?}"),
                Err(refused) => refused.refusal().unwrap().clone(),
            },
        );
        assert_eq!(told, self::told(&runtimes, &value(&config)).await);
    }
}
