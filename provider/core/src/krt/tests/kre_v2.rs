//! KRE's second dialect, rule by rule.

use super::{V2, by_default, found, strictly, with};
use crate::krt::Dialect;

/// Changes the example, and compares what the original says.
#[track_caller]
fn original(from: &str, to: &str, expected: &[&str]) {
    let text = with(V2, from, to);
    assert_eq!(found(&strictly(Dialect::KreV2, &text)), expected, "{text}");
}

/// Changes the example, and compares what we say; the original says nothing.
#[track_caller]
fn ours(from: &str, to: &str, expected: &[&str]) {
    let text = with(V2, from, to);
    assert_eq!(found(&by_default(&text)), expected, "{text}");
    assert!(strictly(Dialect::KreV2, &text).is_accepted());
}

#[test]
fn names_have_at_most_19_characters() {
    original("name: greet", "name: a234567890123456789", &[]);
    original(
        "name: greet",
        "name: a2345678901234567890",
        &["name-length:11"],
    );
}

#[test]
fn names_are_lower_case_without_dots() {
    original("version: greeter-v1", "version: v1.0", &["name-format:2"]);
    original("name: greet", "name: Execute DL Model", &["name-format:11"]);
}

#[test]
fn a_bad_name_is_corrected() {
    let text = with(V2, "name: greet", "name: Execute DL Model");
    let verdict = by_default(&text);
    assert_eq!(verdict.problems[0].remedy, "call it `execute-dl-model`");
    assert_eq!(verdict.problems[0].location, "Workflows[0].Name");
    assert_eq!(verdict.problems[0].column, 11);
}

#[test]
fn required_fields_are_there() {
    original("description: Says hello\n", "", &["field-required:1"]);
    original("  proto: public_input.proto\n", "", &["field-required:5"]);
    original(
        "        src: bin/joiner\n",
        "        src: ''\n",
        &["field-required:21"],
    );
}

#[test]
fn a_missing_configuration_is_fine() {
    original(
        "config:\n  variables: [GREETING]\n  files: [MODEL]\n",
        "",
        &[],
    );
}

#[test]
fn the_proto_file_has_its_suffix() {
    original("public_input.proto", "public_input", &["proto-suffix:5"]);
}

#[test]
fn variables_are_capital_and_files_are_free() {
    original("[GREETING]", "[GREETING, greeting]", &["variable-format:8"]);
    original("[MODEL]", "[model]", &[]);
}

#[test]
fn only_the_second_version_of_the_format_is_known() {
    original(
        "krtVersion: v2",
        "krtVersion: v1",
        &["krt-version-unknown:1"],
    );
    original("krtVersion: v2\n", "", &["krt-version-missing:1"]);
}

#[test]
fn stages_end_at_the_first_that_fails() {
    original(
        "krtVersion: v2\nversion: greeter-v1",
        "version: A",
        &["name-format:1"],
    );
    let (head, _) = V2.split_once("workflows:").unwrap();
    let text = format!("{head}workflows: []\n");
    assert_eq!(
        found(&strictly(Dialect::KreV2, &text)),
        ["workflows-empty:10"]
    );
    let text = with(&text, "krtVersion: v2\n", "");
    assert_eq!(
        found(&strictly(Dialect::KreV2, &text)),
        ["workflows-empty:9"]
    );
    assert_eq!(found(&strictly(Dialect::KreV2, head)), ["field-required:1"]);
}

#[test]
fn node_names_are_unique_in_a_workflow() {
    original(
        "name: joiner",
        "name: splitter",
        &["exitpoint-unknown:13", "node-duplicate:19"],
    );
}

#[test]
fn an_exitpoint_is_a_node() {
    original(
        "exitpoint: joiner",
        "exitpoint: joinr",
        &["exitpoint-unknown:13"],
    );
    original(
        "    exitpoint: joiner\n",
        "",
        &["field-required:11", "exitpoint-missing:11"],
    );
    let text = with(V2, "exitpoint: joiner", "exitpoint: joinr");
    assert_eq!(
        by_default(&text).problems[0].remedy,
        "did you mean `joiner`?"
    );
}

#[test]
fn a_node_subscribes_to_something() {
    original(
        "        subscriptions: [entrypoint]\n",
        "",
        &["subscription-missing:15"],
    );
    original(
        "subscriptions: [entrypoint]",
        "subscriptions: []",
        &["subscription-missing:18"],
    );
}

#[test]
fn a_scope_has_no_default() {
    original(", scope: workflow", "", &["object-store-scope:23"]);
    original(
        "scope: workflow",
        "scope: product",
        &["object-store-scope:23"],
    );
    original("scope: workflow", "scope: project", &[]);
}

#[test]
fn replicas_fit_32_bits() {
    original("replicas: 2", "replicas: 2147483648", &["yaml-type:22"]);
    original("replicas: 2", "replicas: 1.5", &[]);
    original("replicas: 2", "replicas: '2'", &["yaml-type:22"]);
}

#[test]
fn subscriptions_have_targets() {
    ours("[entrypoint]", "[entrypont]", &["subscription-unknown:18"]);
    ours(
        "splitter.fast",
        "missing.fast",
        &["subscription-unknown:24"],
    );
    let verdict = by_default(&with(V2, "[entrypoint]", "[entrypont]"));
    assert_eq!(verdict.problems[0].remedy, "did you mean `entrypoint`?");
}

#[test]
fn channels_are_one_word() {
    ours("splitter.fast", "splitter.a.b", &["channel-format:24"]);
    ours("splitter.fast", "splitter.*", &["channel-format:24"]);
    ours("[entrypoint]", "[entrypoint.x]", &["channel-format:18"]);
}

#[test]
fn methods_are_part_of_streams() {
    ours(
        "entrypoint: Greet",
        "entrypoint: greeter.Greet",
        &["entrypoint-method:12"],
    );
    ours(
        "entrypoint: Greet",
        "entrypoint: Say Hello",
        &["entrypoint-method:12"],
    );
}

#[test]
fn workflows_and_methods_are_unique() {
    let (_, workflow) = V2.split_once("workflows:\n").unwrap();
    let again = with(workflow, "entrypoint: Greet", "entrypoint: Leave");
    ours(
        workflow,
        &format!("{workflow}{again}"),
        &["workflow-duplicate:25"],
    );
    let again = with(workflow, "name: greet", "name: leave");
    ours(
        workflow,
        &format!("{workflow}{again}"),
        &["entrypoint-duplicate:26"],
    );
}

#[test]
fn some_names_mean_something_else() {
    ours(
        "version: greeter-v1",
        "version: active",
        &["name-reserved:2"],
    );
    let text = with(V2, "name: splitter", "name: entrypoint");
    let text = text.replace("splitter, splitter.fast", "entrypoint");
    let text = with(&text, "[entrypoint]", "[joiner]");
    assert!(found(&by_default(&text)).contains(&"name-reserved:15".to_owned()));
}

#[test]
fn different_names_can_collide_in_the_cluster() {
    let (_, workflow) = V2.split_once("workflows:\n").unwrap();
    let first = workflow.replace("greet", "a").replace("joiner", "b-c");
    let second = workflow
        .replace("greet", "a-b")
        .replace("joiner", "c")
        .replace("Greet", "Leave");
    ours(
        workflow,
        &format!("{first}{second}"),
        &["name-collision:33"],
    );
}

#[test]
fn names_in_the_cluster_have_an_end() {
    let long = "a234567890123456789";
    let text = V2.replace("greeter-v1", long).replace("joiner", long);
    let text = with(&text, "name: greet", &format!("name: {long}"));
    let options = |runtime: &str| crate::krt::Options {
        runtime: Some(runtime.to_owned()),
        ..Default::default()
    };
    let judge = |runtime: &str| crate::krt::judge(text.as_bytes(), &options(runtime));
    assert!(judge("abc").is_accepted());
    assert_eq!(found(&judge("abcd")), ["name-too-long:19"]);
}

#[test]
fn object_stores_have_names() {
    ours("name: models, ", "", &["object-store-name:23"]);
    ours("name: models", "name: My Models", &["object-store-name:23"]);
}

#[test]
fn replicas_are_not_negative() {
    ours("replicas: 2", "replicas: -2", &["replicas-negative:22"]);
}

#[test]
fn keys_of_the_engine_are_not_for_configuration() {
    ours("[GREETING]", "[KRT_GREETING]", &["config-reserved:8"]);
    ours("[MODEL]", "[GREETING]", &["config-duplicate:9"]);
    ours("[MODEL]", "[my model]", &["config-key-format:9"]);
}

#[test]
fn what_looks_odd_is_a_warning() {
    ours(
        "[splitter, splitter.fast]",
        "[splitter, splitter]",
        &["subscription-duplicate:24"],
    );
    ours(
        "[splitter, splitter.fast]",
        "[splitter, joiner]",
        &["subscription-self:24"],
    );
    ours("[entrypoint]", "[entrypoint, joiner]", &["cycle:15"]);
    ours(
        "[splitter, splitter.fast]",
        "[joiner]",
        &["exitpoint-unreachable:19", "subscription-self:24"],
    );
    ours("replicas: 2", "replica: 2", &["key-unknown:22"]);
    ours("kre-py:3.4.1", "kre-py:1.23.0", &["image-incompatible:16"]);
    ours(
        "description: Says hello",
        "description: Says\ndescription: hello",
        &["key-repeated:4"],
    );
    assert!(by_default(&with(V2, "replicas: 2", "replica: 2")).is_accepted());
}

#[test]
fn a_misspelt_key_is_corrected() {
    let verdict = by_default(&with(V2, "replicas: 2", "replica: 2"));
    assert_eq!(verdict.problems[0].remedy, "did you mean `replicas`?");
    assert_eq!(verdict.problems[0].location, "Workflows[0].Nodes[1]");
}

#[test]
fn the_graph_has_what_the_file_says() {
    let krt = by_default(V2).krt.unwrap();
    let node = &krt.workflows[0].nodes[1];
    assert_eq!(node.name.as_str(), "joiner");
    assert_eq!(node.replicas, 2);
    assert_eq!(node.subscriptions[1].written(), "splitter.fast");
    assert_eq!(
        krt.workflows[0].exitpoint.as_ref().unwrap().as_str(),
        "joiner"
    );
    assert_eq!(krt.workflows[0].nodes[0].replicas, 1);
}
