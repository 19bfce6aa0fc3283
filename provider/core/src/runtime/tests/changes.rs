use super::*;

/// Says what a change of one attribute of the maximal specification does.
#[track_caller]
fn effect(pointer: &str, value: Value) -> (String, Effect) {
    let new = spec(with(maximal(), pointer, value));
    match crate::runtime::changes(&spec(maximal()), &new).as_slice() {
        [change] => (change.path.to_string(), change.effect.clone()),
        changes => panic!("{changes:?}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of all attributes")]
fn each_attribute_changes_as_the_design_says() {
    let all = [Component::Nats, Component::MongoDb, Component::MongoWriter];
    let rolls = |components: &[Component]| Effect::Rolls(components.iter().copied().collect());
    let table = [
        ("/id", json!("other"), "id", Effect::Replaces),
        ("/namespace", json!("team-b"), "namespace", Effect::Replaces),
        ("/name", json!("Other"), "name", Effect::InPlace),
        ("/description", json!(null), "description", Effect::InPlace),
        (
            "/nats/image",
            json!("nats:3"),
            "nats.image",
            rolls(&all[..1]),
        ),
        (
            "/nats/resources",
            json!({}),
            "nats.resources",
            rolls(&all[..1]),
        ),
        (
            "/nats/limits/max_pings",
            json!(4),
            "nats.limits",
            rolls(&all[..1]),
        ),
        (
            "/nats/node_selector",
            json!({}),
            "nats.node_selector",
            rolls(&all[..1]),
        ),
        (
            "/nats/tolerations",
            json!([]),
            "nats.tolerations",
            rolls(&all[..1]),
        ),
        (
            "/nats/storage/size",
            json!("11Gi"),
            "nats.storage.size",
            Effect::Grows(Component::Nats),
        ),
        (
            "/mongodb/image",
            json!("mongo:8.0"),
            "mongodb.image",
            rolls(&all[1..2]),
        ),
        (
            "/mongodb/resources",
            json!({}),
            "mongodb.resources",
            rolls(&all[1..2]),
        ),
        (
            "/mongodb/node_selector",
            json!({}),
            "mongodb.node_selector",
            rolls(&all[1..2]),
        ),
        (
            "/mongodb/tolerations",
            json!([]),
            "mongodb.tolerations",
            rolls(&all[1..2]),
        ),
        (
            "/mongodb/storage/size",
            json!("21Gi"),
            "mongodb.storage.size",
            Effect::Grows(Component::MongoDb),
        ),
        (
            "/mongo_writer/enabled",
            json!(false),
            "mongo_writer.enabled",
            Effect::InPlace,
        ),
        (
            "/mongo_writer/image",
            json!("writer"),
            "mongo_writer.image",
            rolls(&all[2..]),
        ),
        (
            "/mongo_writer/log_level",
            json!("WARN"),
            "mongo_writer.log_level",
            rolls(&all[2..]),
        ),
        (
            "/entrypoint/base_domain",
            json!("other"),
            "entrypoint",
            Effect::InPlace,
        ),
        ("/images/web", json!("web"), "images", Effect::InPlace),
        (
            "/image_pull_secrets",
            json!([]),
            "image_pull_secrets",
            rolls(&all),
        ),
        ("/labels", json!({}), "labels", rolls(&all)),
        ("/annotations", json!({}), "annotations", rolls(&all)),
        (
            "/network_policy",
            json!("isolated"),
            "network_policy",
            Effect::InPlace,
        ),
        (
            "/on_destroy",
            json!("retain"),
            "on_destroy",
            Effect::InPlace,
        ),
        (
            "/adopt_retained",
            json!(false),
            "adopt_retained",
            Effect::InPlace,
        ),
        ("/fail_fast", json!("1m"), "fail_fast", Effect::InPlace),
        ("/timeouts", json!({}), "timeouts", Effect::InPlace),
    ];
    for (pointer, value, path, expected) in table {
        assert_eq!(effect(pointer, value), (path.to_owned(), expected));
    }
}

#[test]
fn what_would_lose_data_is_refused_with_the_way_round() {
    let mut told = Vec::new();
    for (pointer, value) in [
        ("/nats/storage/size", json!("9Gi")),
        ("/nats/storage/class", json!("slow")),
        ("/mongodb/storage/size", json!("1Gi")),
        ("/mongodb/storage/class", json!(null)),
        ("/nats/replicas", json!(3)),
        ("/create_namespace", json!(true)),
    ] {
        let (path, effect) = effect(pointer, value);
        let Effect::Refused { rule, remedy } = effect else {
            panic!("{path}: {effect:?}");
        };
        told.push(format!("{path}: {rule}. {remedy}."));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn another_spelling_of_an_amount_is_no_change() {
    let new = spec(with(maximal(), "/nats/storage/size", json!("10240Mi")));
    assert_eq!(crate::runtime::changes(&spec(maximal()), &new), vec![]);
}

#[test]
fn a_plan_may_keep_the_spelling_of_the_state() {
    let new = with(maximal(), "/nats/storage/size", json!("10240Mi"));
    let new = with(new, "/timeouts/create", json!("300s"));
    let new = with(new, "/mongodb/resources/requests/cpu", json!("2"));
    let kept = crate::runtime::respelled(&spec(maximal()), &spec(new));
    let kept: Vec<_> = kept
        .iter()
        .map(|(path, text)| format!("{path} = {text}"))
        .collect();
    assert_eq!(kept, ["nats.storage.size = 10Gi", "timeouts.create = 5m"]);
}

#[test]
fn a_namespace_can_be_given_up() {
    let new = spec(with(minimal(), "/create_namespace", json!(false)));
    let changes = crate::runtime::changes(&spec(minimal()), &new);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].effect, Effect::InPlace);
}

#[test]
fn a_replaced_runtime_has_no_volume_that_could_not_shrink() {
    let new = with(maximal(), "/nats/storage/size", json!("1Gi"));
    let new = spec(with(new, "/id", json!("other")));
    let changes = crate::runtime::changes(&spec(maximal()), &new);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].effect, Effect::Replaces);
}
