//! Plans that need no cluster.

use harness::host::Plan;
use serde_json::json;

use super::{ADDRESS, Configuration, update};
use crate::{cluster::on_cluster, stage::each};

/// Ways to a cluster that lead nowhere.
const NOWHERE: [&str; 3] = [
    "host = \"https://127.0.0.1:1\"",
    "config_path = \"/nowhere/config\"",
    "host = terraform_data.cluster.output\ntoken = terraform_data.cluster.id",
];

const CLUSTER: &str =
    "resource \"terraform_data\" \"cluster\" { input = \"https://127.0.0.1:1\" }\n";

#[test]
fn a_runtime_is_planned_wherever_its_cluster_is() {
    each(&[], |stage| {
        let text = Configuration::named("demo").text();
        for provider in NOWHERE {
            stage.configure_provider(provider);
            stage.configure(&format!("{CLUSTER}{text}"));
            knows_what_can_be_known(&stage.plan());
        }
    });
}

#[track_caller]
fn knows_what_can_be_known(plan: &Plan) {
    let change = plan.change(ADDRESS);
    let unknown = change.after_unknown.as_object().unwrap();
    let unknown: Vec<_> = unknown
        .keys()
        .filter(|name| change.is_unknown(name))
        .collect();
    assert_eq!(unknown, ["cluster_uid", "status"], "{plan}");
    assert_eq!(change.after["ref"]["namespace"], "kre-demo");
    assert_eq!(
        change.after["endpoints"]["nats"],
        "demo-nats.kre-demo.svc:4222"
    );
    assert_eq!(change.after["objects"]["StatefulSet demo-nats"], "applied");
}

#[test]
fn an_apply_says_what_is_wrong_with_the_way_to_the_cluster() {
    each(&[], |stage| {
        stage.configure(
            &Configuration::named("demo")
                .with(&json!({ "timeouts": { "create": "3s" } }))
                .text(),
        );
        for (provider, says) in [
            ("host = \"https://127.0.0.1:1\"", "https://127.0.0.1:1"),
            ("config_path = \"/nowhere/config\"", "/nowhere/config"),
        ] {
            stage.configure_provider(provider);
            let failed = stage.apply_error();
            let error = failed.only_error();
            assert!(error.to_string().contains(says), "{error}");
            assert_eq!(stage.state().find(ADDRESS), None, "nothing was made");
        }
    });
}

#[test]
fn a_runtime_that_is_there_is_planned_without_a_look_at_it() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        stage.configure_provider(NOWHERE[1]);

        stage.plan_with(&["-refresh=false"]).assert_empty();
        stage.configure(&first.with(&json!({ "name": "Another" })).text());
        let plan = stage.plan_with(&["-refresh=false"]);
        assert_eq!(update(&plan).changed(), ["name", "status"]);
        let failed = stage.plan_error();
        assert!(
            failed.only_error().to_string().contains("/nowhere/config"),
            "{failed}"
        );

        stage.connect_with("");
        let plan = stage.plan_with(&["-refresh=false"]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}
