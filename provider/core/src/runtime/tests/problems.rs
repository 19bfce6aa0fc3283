use super::*;

#[test]
fn what_is_right_has_no_problems() {
    assert_eq!(spec(minimal()).problems(), vec![]);
    assert_eq!(spec(maximal()).problems(), vec![]);
}

#[test]
fn each_problem_names_the_place_the_rule_and_a_value_that_is_accepted() {
    let toleration = |value: Value| json!([value]);
    let mut told = Vec::new();
    for (pointer, value) in [
        ("/namespace", json!("kube-system")),
        ("/nats/replicas", json!(3)),
        ("/nats/storage/size", json!("5")),
        ("/mongodb/storage/size", json!("1Mi")),
        ("/nats/resources/requests/cpu", json!("0")),
        ("/nats/resources/requests/cpu", json!("3")),
        ("/nats/resources/limits/memory", json!("512")),
        ("/mongodb/resources/requests/memory", json!("3Gi")),
        (
            "/mongo_writer/resources/limits/ephemeral_storage",
            json!("1"),
        ),
        ("/nats/limits/max_payload", json!("65Mi")),
        ("/nats/limits/max_control_line", json!("2Mi")),
        ("/nats/limits/max_pending", json!("1")),
        ("/nats/limits/max_pending", json!("1Mi")),
        ("/nats/limits/max_memory", json!("2Gi")),
        ("/nats/tolerations", toleration(json!({}))),
        (
            "/mongodb/tolerations",
            toleration(json!({ "key": "a", "operator": "Exists", "value": "b" })),
        ),
        (
            "/mongo_writer/tolerations",
            toleration(json!({ "key": "a", "toleration_seconds": 1 })),
        ),
        (
            "/labels",
            json!({ "kre.konstellation.io/runtime": "other" }),
        ),
        ("/labels", json!({ "app.kubernetes.io/managed-by": "Helm" })),
        (
            "/annotations",
            json!({ "kre.konstellation.io/instance": "0" }),
        ),
        ("/annotations", json!({ "long": "a".repeat(300 * 1024) })),
        ("/image_pull_secrets", json!(["registry", "registry"])),
    ] {
        told.extend(spec(with(maximal(), pointer, value)).problems());
    }
    let default = with(minimal(), "/namespace", json!("default"));
    told.extend(spec(default).problems());
    let told: Vec<_> = told.iter().map(Problem::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_shared_namespace_may_be_the_default_one() {
    let shared = with(maximal(), "/namespace", json!("default"));
    assert_eq!(spec(shared).problems(), vec![]);
}
