//! Whose a runtime is: nobody touches what others have made.

use harness::{
    cluster::Cluster,
    host::{Action, Outcome},
};
use serde_json::{Value, json};

use super::{
    content::{self, ALL},
    demo::{
        ADDRESS, ADOPTS, DELETES, NO_WRITER, assert_told, assert_warned, claims, clean_up, object,
        resource, runtime, stranger,
    },
};
use crate::{
    cluster::{ClusterStage, on_cluster},
    stage::Stage,
};

/// A workspace of somebody else, who has the same cluster.
fn another(stage: &ClusterStage) -> Stage {
    let other = Stage::new(stage.host());
    let path = Cluster::shared().kubeconfig();
    other.configure_provider(&format!("config_path = {path:?}"));
    other
}

fn exists(stage: &ClusterStage) -> String {
    let (id, namespace) = (stage.id(), stage.namespace());
    format!("Runtime `{id}` exists already in namespace `{namespace}`")
}

/// What the runtime consists of, with the version of each object.
fn versions(stage: &ClusterStage) -> Vec<String> {
    let id = stage.id();
    let objects = [
        ("ConfigMap", format!("kre-runtime-{id}")),
        ("Secret", format!("{id}-mongo")),
        ("StatefulSet", format!("{id}-nats")),
        ("StatefulSet", format!("{id}-mongo")),
        ("PersistentVolumeClaim", format!("data-{id}-nats-0")),
        ("PersistentVolumeClaim", format!("data-{id}-mongo-0")),
    ];
    let versions = objects.iter().map(|(kind, name)| {
        let metadata = &object(stage, kind, name)["metadata"];
        // Controllers write the status of workloads.
        let version = match *kind {
            "StatefulSet" => &metadata["generation"],
            _ => &metadata["resourceVersion"],
        };
        format!("{kind} {name}: {} {version}", metadata["uid"])
    });
    versions.collect()
}

#[test]
fn a_second_state_cannot_take_or_destroy_what_the_first_has_made() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        let before = versions(stage);

        let other = another(stage);
        other.configure(&runtime(stage, &[ADOPTS, DELETES]));
        let refused = other.apply_error();
        let import = format!("import {{\n    to = kre_runtime.{id}\n", id = stage.id());
        let import = import.replace("    ", "  ");
        let causes = [
            "another state",
            "`removed` block",
            import.as_str(),
            "`moved` block",
            "create_before_destroy",
            "untaint",
        ];
        assert_told(&refused, &exists(stage), &causes);
        assert_eq!(other.state().find(ADDRESS), None);
        other.destroy();
        assert_eq!(versions(stage), before);

        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_state_whose_runtime_was_superseded_touches_nothing() {
    on_cluster(&[], |stage| {
        let configuration = runtime(stage, &[DELETES, NO_WRITER]);
        stage.applied(&configuration);
        // Somebody rebuilds it without a word.
        stage.objects.delete("Namespace", &stage.namespace());
        stage.objects.until_gone("Namespace", &stage.namespace());
        let other = another(stage);
        other.applied(&configuration);
        let before = versions(stage);

        let belongs = format!("Runtime `{}` belongs to somebody else now", stage.id());
        let destroyed = stage.apply_with(&["-destroy", "-refresh=false"]);
        assert_warned(&destroyed, &belongs, &["It is not touched from here"]);
        assert_eq!(versions(stage), before);
        assert_told(&stage.apply_error(), &exists(stage), &[]);
        assert_eq!(versions(stage), before);

        other.plan().assert_empty();
        other.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_replacement_that_begins_with_the_creation_is_refused() {
    on_cluster(&[], |stage| {
        let lifecycle = "lifecycle { create_before_destroy = true }";
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER, lifecycle]));
        let before = versions(stage);
        let helps = ["-replace", "untaint", "`annotations`", "-target"];

        let replace = format!("-replace={ADDRESS}");
        let plan = stage.plan_with(&[&replace]);
        assert_eq!(plan.change(ADDRESS).action, Action::CreateThenDelete);
        let refused = stage.try_apply(&[&replace]);
        refused.assert_failure();
        assert_told(&refused, &exists(stage), &helps);
        assert_eq!(versions(stage), before);
        stage.plan().assert_empty();

        stage.succeed(&["taint", ADDRESS]);
        assert_told(&stage.apply_error(), &exists(stage), &helps);
        assert_eq!(versions(stage), before);
        stage.succeed(&["untaint", ADDRESS]);
        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_replacement_that_begins_with_the_destruction_loses_no_data() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[NO_WRITER]));
        content::put(stage);
        let volumes = claims(stage);

        let replace = format!("-replace={ADDRESS}");
        let refused = stage.try_apply(&[&replace]);
        refused.assert_failure();
        let summary = format!("Data of an earlier runtime `{}` is still there", stage.id());
        assert_told(&refused, &summary, &["`adopt_retained = true`"]);
        stage.applied(&runtime(stage, &[ADOPTS, NO_WRITER]));
        assert_eq!(content::look(stage), ALL);

        stage.apply_with(&[&replace]);
        assert_eq!(content::look(stage), ALL);
        assert_eq!(claims(stage), volumes);
        stage.plan().assert_empty();
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        stage.destroy();
        stage.assert_as_before();
    });
}

/// What a host tells that destroys at one address and creates at another, at the same time.
fn assert_helps(refused: &Outcome) {
    let error = refused.only_error();
    let ways_out = ["`moved` block", "`adopt_retained = true`"];
    let helps = ways_out.iter().all(|it| error.detail.contains(it));
    let has_left = error.summary.contains("is still there");
    assert!(
        helps || has_left && error.detail.contains(ways_out[1]),
        "{error}"
    );
}

#[test]
fn an_address_that_was_renamed_costs_nobody_data() {
    on_cluster(&[], |stage| {
        let id = stage.id();
        let named = |name, more: &[&str]| {
            let arguments = [&[NO_WRITER], more].concat();
            resource(name, id, ["1Gi"; 2], &arguments)
        };
        stage.applied(&named("demo", &[]));
        content::put(stage);
        let before = versions(stage);

        let moved = "moved {\n  from = kre_runtime.demo\n  to = kre_runtime.second\n}";
        stage.configure(&format!("{}{moved}", named("second", &[])));
        let plan = stage.plan();
        let change = plan.change("kre_runtime.second");
        assert_eq!(change.action, Action::NoOp);
        stage.apply();
        assert_eq!(versions(stage), before);

        stage.configure(&named("third", &[]));
        let refused = stage.try_apply(&[]);
        refused.assert_failure();
        assert_helps(&refused);
        stage.applied(&named("third", &[ADOPTS]));
        assert_eq!(content::look(stage), ALL);
        assert_eq!(stage.state().addresses(), ["kre_runtime.third"]);
        stage.plan().assert_empty();
        stage.applied(&named("third", &[DELETES]));
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn another_id_is_another_runtime_and_the_first_leaves_its_data() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[NO_WRITER]));
        let volumes = claims(stage);
        let other = format!("{}-b", stage.id());

        stage.configure(&resource("demo", &other, ["1Gi"; 2], &[DELETES, NO_WRITER]));
        let plan = stage.plan();
        let change = plan.change(ADDRESS);
        assert_eq!(change.action, Action::DeleteThenCreate);
        let mut paths = change.replace_paths.as_array().unwrap().clone();
        paths.sort_by_key(Value::to_string);
        assert_eq!(paths, [json!(["id"]), json!(["namespace"])]);
        let applied = stage.apply_plan(&plan);
        let stays = format!("Data of runtime `{}` stays in namespace", stage.id());
        let stays = format!("{stays} `{}`", stage.namespace());
        assert_warned(&applied, &stays, &["data-"]);
        assert_eq!(claims(stage), volumes);
        stage.plan().assert_empty();
        stage.destroy();
        clean_up(stage);
    });
}

#[test]
fn a_runtime_with_versions_is_not_destroyed() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        let mut names = Vec::new();
        for version in ["greeter-v1", "greeter-v2"] {
            let name = format!("kre-version-{version}");
            let mut map = stranger(&stage.namespace(), &name);
            map["metadata"]["labels"] = json!({
                "kre.konstellation.io/runtime": stage.id(),
                "kre.konstellation.io/version": version,
            });
            stage.objects.create(&map);
            names.push(name);
        }
        // Of another runtime in the same namespace.
        let mut map = stranger(&stage.namespace(), "kre-version-other");
        map["metadata"]["labels"] = json!({
            "kre.konstellation.io/runtime": "other",
            "kre.konstellation.io/version": "other-v1",
        });
        stage.objects.create(&map);
        let before = versions(stage);

        let refused = stage.try_apply(&["-destroy"]);
        refused.assert_failure();
        let summary = format!("Runtime `{}` still has versions", stage.id());
        assert_told(&refused, &summary, &["greeter-v1\n  greeter-v2", "`ref`"]);
        assert!(!refused.only_error().detail.contains("other-v1"));
        assert_eq!(versions(stage), before);
        stage.plan().assert_empty();

        for name in names {
            stage.objects.delete("ConfigMap", &stage.place(&name));
        }
        stage.destroy();
        clean_up(stage);
    });
}

#[test]
fn a_cluster_that_is_not_the_expected_one_is_not_touched() {
    on_cluster(&[], |stage| {
        let configuration = runtime(stage, &[DELETES, NO_WRITER]);
        stage.configure(&configuration);
        stage.connect_with(r#"expected_cluster_uid = "some-other""#);
        let refused = stage.apply_error();
        let told = ["`some-other`", "nothing was touched"];
        assert_told(&refused, "Wrong cluster", &told);
        stage.assert_as_before();

        let system = stage.objects.get("Namespace", "kube-system").unwrap();
        let uid = system["metadata"]["uid"].as_str().unwrap();
        stage.connect_with(&format!("expected_cluster_uid = {uid:?}"));
        stage.apply();
        let before = versions(stage);
        assert_eq!(stage.state().attribute(ADDRESS, "cluster_uid"), uid);

        stage.connect_with(r#"expected_cluster_uid = "some-other""#);
        let refused = stage.try_apply(&["-destroy"]);
        refused.assert_failure();
        assert_told(&refused, "Wrong cluster", &told);
        assert_eq!(versions(stage), before);
        stage.connect_with("");
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_runtime_of_another_cluster_is_missed_with_a_warning() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        let mut state = stage.state().json;
        let uid = state.pointer_mut("/resources/0/instances/0/attributes/cluster_uid");
        *uid.unwrap() = json!("some-other");
        stage.set_state(&state);
        // It is another cluster, but the runtime has come along: from a backup, say.
        stage.plan().assert_empty();
        stage.objects.delete("Namespace", &stage.namespace());
        stage.objects.until_gone("Namespace", &stage.namespace());

        let planned = stage.run(&["plan", "-no-color"]);
        assert!(planned.succeeded(), "{planned}");
        let told = planned
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        for part in ["1 to add", "some-other", "expected_cluster_uid"] {
            assert!(told.contains(part), "no `{part}` in:\n{planned}");
        }
        stage.apply();
        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}
