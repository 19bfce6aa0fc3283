//! The story in short, with each host.

use harness::host::Feature;
use serde_json::json;

use super::{ADDRESS, Configuration, edit, mended, update};
use crate::cluster::{on_cluster, on_cluster_with_each};

#[test]
fn a_runtime_lives_with_each_host() {
    on_cluster_with_each(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        stage.plan().assert_empty();
        let policy = format!("{}-isolated", stage.id());
        edit(
            stage,
            "kubectl-edit",
            ("NetworkPolicy", &policy),
            |object| {
                object["spec"]["ingress"] = json!([{}]);
            },
        );
        stage.configure(&first.with(&json!({ "name": "Another" })).text());
        let plan = stage.plan();
        assert_eq!(update(&plan).changed(), ["name", "objects", "status"]);
        let expected =
            format!("NetworkPolicy {policy}: changed: spec.ingress (by kubectl-edit) -> applied");
        assert_eq!(mended(&plan), [expected]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_runtime_is_imported_by_its_identity() {
    on_cluster(&[Feature::Identity], |stage| {
        let configuration = Configuration::of(stage).text();
        stage.applied(&configuration);
        let namespace = stage.namespace();
        for more in [String::new(), format!("namespace = \"{namespace}\"")] {
            stage.succeed(&["state", "rm", ADDRESS]);
            let id = stage.id();
            let identity = format!("identity = {{\n    id = \"{id}\"\n    {more}\n  }}");
            stage.configure(&format!(
                "{configuration}import {{\n  to = {ADDRESS}\n  {identity}\n}}\n"
            ));
            assert_eq!(update(&stage.plan()).changed(), [""; 0]);
            stage.apply();
            stage.plan().assert_empty();
        }
        stage.destroy();
        stage.assert_as_before();
    });
}
