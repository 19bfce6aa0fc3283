//! What a plan knows, and that it keeps its word.

use harness::drive::Managed;
use terraform::codec::json;

use super::*;

/// Places that are unknown in the plan of a creation with an unknown value at a place, besides
/// those that are unknown in every one.
async fn open(runtimes: &Managed, config: &Value) -> BTreeSet<String> {
    let planned = runtimes.plan(&Object::default(), config).await.unwrap();
    let mut unknown = unknown(&planned.state);
    assert!(unknown.remove("status") && unknown.remove("cluster_uid"));
    unknown
}

const BY_ID: &[&str] = &[
    "components",
    "endpoints",
    "id",
    "namespace",
    "objects",
    "ref.id",
    "ref.namespace",
    "ref.revision",
];

const BY_NAMESPACE: &[&str] = &[
    "endpoints",
    "namespace",
    "objects",
    "ref.namespace",
    "ref.revision",
];

/// Attributes, what else is unknown if they are, and two values that they may turn out to have.
#[expect(clippy::too_many_lines, reason = "a table")]
fn sources() -> Vec<(&'static str, &'static [&'static str], [Json; 2])> {
    let image = || [json!("example.com/a:1"), json!("example.com/b:2")];
    let truth = || [json!(true), json!(false)];
    vec![
        ("name", &["name"], [json!("A"), json!("B")]),
        ("id", BY_ID, [json!("abc"), json!("xyz")]),
        ("namespace", BY_NAMESPACE, [json!("abc"), Json::Null]),
        (
            "engine",
            &["engine", "ref.engine"],
            [json!("kre"), Json::Null],
        ),
        (
            "create_namespace",
            &["create_namespace", "objects"],
            truth(),
        ),
        (
            "network_policy",
            &["network_policy", "objects"],
            [json!("isolated"), json!("none")],
        ),
        (
            "mongo_writer",
            &["components", "mongo_writer", "objects"],
            [Json::Null, json!({ "enabled": false })],
        ),
        (
            "mongo_writer.enabled",
            &["components", "mongo_writer.enabled", "objects"],
            truth(),
        ),
        (
            "mongo_writer.image",
            &["components[\"mongo_writer\"].image", "mongo_writer.image"],
            image(),
        ),
        (
            "nats",
            &["components[\"nats\"].image", "nats"],
            [
                json!({ "storage": { "size": "3Gi" } }),
                json!({ "storage": { "size": "1Gi" }, "image": "example.com/nats:1" }),
            ],
        ),
        (
            "nats.image",
            &["components[\"nats\"].image", "nats.image"],
            image(),
        ),
        (
            "nats.storage.size",
            &["nats.storage.size"],
            [json!("64Mi"), json!("1Ti")],
        ),
        (
            "nats.resources",
            &["nats.resources"],
            [Json::Null, json!({ "limits": { "memory": "64Mi" } })],
        ),
        (
            "mongodb.image",
            &["components[\"mongodb\"].image", "mongodb.image"],
            image(),
        ),
        (
            "images",
            &["images", "ref.revision"],
            [Json::Null, json!({ "web": "example.com/web:1" })],
        ),
        ("images.web", &["images.web", "ref.revision"], image()),
        (
            "image_pull_secrets",
            &["image_pull_secrets", "ref.revision"],
            [json!(["a"]), json!([])],
        ),
        (
            "entrypoint",
            &["entrypoint", "ref.domain", "ref.tls"],
            [
                json!({ "base_domain": "a.example.com", "tls": {} }),
                Json::Null,
            ],
        ),
        ("labels", &["labels"], [json!({ "a": "b" }), json!({})]),
        (
            "on_destroy",
            &["on_destroy"],
            [json!("delete"), json!("retain")],
        ),
        (
            "timeouts",
            &["timeouts"],
            [json!({ "create": "1h" }), json!({})],
        ),
    ]
}

#[tokio::test]
async fn of_a_minimal_configuration_everything_is_known_but_what_the_cluster_says() {
    let runtimes = runtimes().await;
    assert_eq!(open(&runtimes, &value(&minimal())).await, BTreeSet::new());
}

#[tokio::test]
async fn a_runtime_in_a_state_has_all_names() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &minimal()).await.state;
    let computed = state::COMPUTED.map(|name| {
        let value = runtime.attribute(name);
        let ty = schema().unwrap().block.attributes[name].implied_type();
        let value = json::encode(value, &ty).unwrap();
        let value: Json = serde_json::from_slice(&value).unwrap();
        (name, value)
    });
    let computed: serde_json::Map<_, _> = computed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&computed).unwrap());
}

#[tokio::test]
async fn a_runtime_that_was_created_plans_nothing() {
    let runtimes = runtimes().await;
    for config in [
        minimal(),
        with("namespace", json!("other")),
        with("nats.storage.size", json!("1024Mi")),
    ] {
        let runtime = created(&runtimes, &config).await;
        runtimes.settled(&runtime, &value(&config)).await.unwrap();
    }
}

#[tokio::test]
async fn only_what_depends_on_an_unknown_value_is_unknown() {
    let runtimes = runtimes().await;
    for (place, expected, _) in sources() {
        let open = open(&runtimes, &without(&minimal(), place)).await;
        let expected: BTreeSet<_> = expected.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(open, expected, "{place}");
    }
}

#[tokio::test]
async fn of_an_entrypoint_only_the_parts_are_unknown_that_are() {
    let runtimes = runtimes().await;
    let config = with(
        "entrypoint",
        json!({ "base_domain": "example.com", "tls": { "secret_name": "tls" } }),
    );
    for (place, expected) in [
        ("entrypoint.base_domain", Some("ref.domain")),
        ("entrypoint.tls", Some("ref.tls")),
        ("entrypoint.tls.secret_name", None),
    ] {
        let open = open(&runtimes, &without(&config, place)).await;
        let expected = expected.into_iter().chain([place]).map(str::to_owned);
        assert_eq!(open, expected.collect(), "{place}");
    }
}

#[tokio::test]
async fn what_was_known_stays_when_the_rest_becomes_known() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &with("nats.storage.size", json!("64Mi"))).await;
    let nothing = Object::default();
    for (place, _, values) in sources() {
        let config = without(&with("nats.storage.size", json!("64Mi")), place);
        for turned_out in values {
            let known = value(&set(
                with("nats.storage.size", json!("64Mi")),
                place,
                turned_out,
            ));
            for prior in [&nothing, &runtime] {
                let planned = runtimes.plan(prior, &config).await.unwrap();
                let applied = runtimes.apply(prior, &known, &planned).await;
                let applied = applied.unwrap_or_else(|error| panic!("{place}: {error}"));
                assert!(!applied.diagnostics.has_errors(), "{place}");
            }
        }
    }
}

/// The places of all attributes and objects of a configuration.
fn places(of: &str, config: &Json, found: &mut Vec<String>) {
    for (name, inner) in config.as_object().into_iter().flatten() {
        let is_name = name.chars().all(|it| it.is_ascii_lowercase() || it == '_');
        // Others are keys of maps.
        if !is_name {
            continue;
        }
        let place = format!("{of}{name}");
        places(&format!("{place}."), inner, found);
        found.push(place);
    }
}

#[tokio::test]
async fn any_part_of_a_large_configuration_may_become_known_last() {
    let runtimes = runtimes().await;
    let nothing = Object::default();
    let known = value(&maximal());
    let mut places = Vec::new();
    self::places("", &maximal(), &mut places);
    assert!(places.len() > 50);
    for place in places {
        let config = without(&maximal(), &place);
        if config == known {
            // A key of a map.
            continue;
        }
        let planned = runtimes.plan(&nothing, &config).await;
        let planned = planned.unwrap_or_else(|error| panic!("{place}: {error}"));
        let applied = runtimes.apply(&nothing, &known, &planned).await;
        let applied = applied.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(!applied.diagnostics.has_errors(), "{place}");
    }
}

#[tokio::test]
async fn a_namespace_of_its_own_name_is_known_without_the_id() {
    let runtimes = runtimes().await;
    let config = without(&with("namespace", json!("other")), "id");
    let open = open(&runtimes, &config).await;
    assert!(!open.contains("namespace") && !open.contains("ref.namespace"));
}
