//! KAI's dialect, rule by rule.

use super::{KAI, by_default, found, strictly, with};
use crate::krt::Dialect;

#[track_caller]
fn original(from: &str, to: &str, expected: &[&str]) {
    let text = with(KAI, from, to);
    assert_eq!(found(&strictly(Dialect::Kai, &text)), expected, "{text}");
}

#[track_caller]
fn ours(from: &str, to: &str, expected: &[&str]) {
    let text = with(KAI, from, to);
    assert_eq!(found(&by_default(&text)), expected, "{text}");
    assert!(strictly(Dialect::Kai, &text).is_accepted());
}

#[test]
fn versions_are_tags() {
    original("v1.0.0", "v01.2.3", &[]);
    for version in ["1.0.0", "v1.0", "v1.0.0-rc1", "'v1.0.0 '"] {
        original("v1.0.0", version, &["version-tag:1"]);
    }
    original("version: v1.0.0\n", "", &["field-required:1"]);
}

#[test]
fn problems_come_in_the_order_of_the_original() {
    let text = "version: x\nworkflows:\n- {name: A, type: b}\n- {name: A, type: data}\n";
    let expected = [
        "field-required:1",
        "version-tag:1",
        "workflow-duplicate:4",
        "name-format:3",
        "workflow-type:3",
        "field-required:3",
        "name-format:4",
        "field-required:4",
    ];
    assert_eq!(found(&strictly(Dialect::Kai, text)), expected);
}

#[test]
fn names_have_at_most_20_characters() {
    original(
        "name: counting",
        "name: a23456789012345678901",
        &["name-length:4"],
    );
    original("name: counting", "name: a2345678901234567890", &[]);
    original("name: counting", "name: My Flow", &["name-format:4"]);
}

#[test]
fn types_are_known() {
    original("type: serving", "type: Serving", &["workflow-type:5"]);
    original(
        "type: task",
        "type: worker",
        &["process-type:16", "subscription-type:18"],
    );
}

#[test]
fn a_workflow_begins_and_ends() {
    let (head, _) = KAI.split_once("      - name: middle").unwrap();
    let text = with(head, "        subscriptions: [last]\n", "");
    assert_eq!(
        found(&strictly(Dialect::Kai, &text)),
        ["processes-incomplete:7"]
    );
}

#[test]
fn process_names_are_unique() {
    original(
        "name: last",
        "name: middle",
        &[
            "node-duplicate:22",
            "subscription-unknown:10",
            "subscription-self:25",
        ],
    );
}

#[test]
fn subscriptions_have_targets_of_the_right_type() {
    original("[door]", "[door, door]", &["subscription-duplicate:18"]);
    original("[door]", "[door, door.a]", &[]);
    original("[door]", "[middle.x]", &["subscription-self:18"]);
    original("[door]", "[dor]", &["subscription-unknown:18"]);
    original("[door]", "[last]", &["subscription-type:18"]);
    original("[last]", "[middle]", &["subscription-type:10"]);
    original(
        "        subscriptions: [door]\n",
        "",
        &["field-required:15"],
    );
    original("[door]", "[]", &[]);
}

#[test]
fn locations_are_those_of_the_original() {
    let text = with(KAI, "[door]", "[last]");
    let verdict = strictly(Dialect::Kai, &text);
    let location = &verdict.problems[0].location;
    assert_eq!(location, "krt.workflows[0].processes[1].subscriptions.last");
    let text = with(KAI, "[door]", "[dor]");
    let verdict = strictly(Dialect::Kai, &text);
    assert_eq!(
        verdict.problems[0].location,
        "krt.workflows[0].processes[1]"
    );
    assert_eq!(verdict.problems[0].remedy, "did you mean `door`?");
}

#[test]
fn object_stores_have_names_and_scopes() {
    original(
        "{name: shelf, scope: workflow}",
        "{}",
        &["field-required:19", "object-store-scope:19"],
    );
    original("scope: workflow", "scope: product", &[]);
    original(
        "scope: workflow",
        "scope: project",
        &["object-store-scope:19"],
    );
}

#[test]
fn networking_is_complete() {
    original("targetPort: 8080", "targetPort: 0", &["field-required:11"]);
    original("targetPort: 8080", "targetPort: 99999", &[]);
    original(
        "destinationPort: 80",
        "destinationPort: 80, protocol: http",
        &["protocol:11"],
    );
    original(
        "destinationPort: 80",
        "destinationPort: 80, protocol: GRPC",
        &[],
    );
}

#[test]
fn amounts_have_their_form() {
    original(
        "request: 100m",
        "request: 50m",
        &["cpu-format:13", "cpu-format:13", "cpu-format:13"],
    );
    let text = with(
        KAI,
        "{request: 100m, limit: 200m}",
        "{request: '0.5', limit: 100m}",
    );
    assert_eq!(
        found(&strictly(Dialect::Kai, &text)).first().unwrap(),
        "cpu-order:13"
    );
    let text = with(KAI, "{request: 100M}", "{request: 100Mi, limit: 100M}");
    assert_eq!(
        found(&strictly(Dialect::Kai, &text)).first().unwrap(),
        "memory-order:14"
    );
    let text = with(KAI, "{request: 100M}", "{request: 1.5Gi}");
    assert_eq!(
        found(&strictly(Dialect::Kai, &text)).first().unwrap(),
        "memory-format:14"
    );
    let text = with(KAI, "CPU:", "cpu:");
    assert_eq!(
        found(&strictly(Dialect::Kai, &text)).first().unwrap(),
        "field-required:12"
    );
}

#[test]
fn node_selectors_are_labels() {
    original("{zone: a}", "{example.org/zone: a}", &[]);
    original("{zone: a}", "{zone: ''}", &["node-selector:20"]);
    original("{zone: a}", "{'a b': c}", &["node-selector:20"]);
    original("{zone: a}", "{/zone: c}", &["node-selector:20"]);
}

#[test]
fn a_key_twice_is_an_error() {
    original(
        "type: task",
        "type: task\n        type: task",
        &["yaml-duplicate-key:17"],
    );
}

#[test]
fn any_scalar_is_a_text_and_no_collection_is() {
    original("description: Counts things", "description: 1", &[]);
    original("description: Counts things", "description: true", &[]);
    original(
        "description: Counts things",
        "description: ~",
        &["field-required:1"],
    );
    original(
        "description: Counts things",
        "description: [a]",
        &["yaml-type:2"],
    );
}

#[test]
fn secrets_are_a_list_and_of_no_effect() {
    original(
        "type: task",
        "type: task\n        secrets: {a: b}",
        &["yaml-type:17"],
    );
    ours(
        "type: task",
        "type: task\n        secrets: [a]",
        &["secrets-unused:17"],
    );
}

#[test]
fn what_the_original_lets_pass_is_ours_to_refuse() {
    ours(
        "[door]",
        "[]",
        &["subscription-missing:18", "node-unreachable:22"],
    );
    ours("[door]", "[door.a.b]", &["channel-format:18"]);
    ours("[door]", "[door.*]", &["channel-format:18"]);
    ours("targetPort: 8080", "targetPort: 99999", &["port-range:11"]);
    ours(
        "type: task",
        "type: task\n        replicas: -1",
        &["replicas-negative:17"],
    );
    ours(
        "type: task",
        "type: task\n        nodeSelector: x",
        &["key-unknown:17"],
    );
}

#[test]
fn an_answer_is_no_circle() {
    assert!(found(&by_default(KAI)).is_empty());
}
