//! What others delete: told by a plan, and made again by an apply. And what a state forgets:
//! imported, in every way that hosts have.

use mongodb::bson::doc;

use serde_json::json;

use super::{ADDRESS, Configuration, edit, mended, services, update};
use crate::cluster::{ClusterStage, on_cluster};

#[test]
fn what_others_delete_is_told_and_made_again() {
    on_cluster(&[], |stage| {
        stage.applied(&Configuration::of(stage).text());
        let id = stage.id();

        let victims = [
            ("ConfigMap", format!("{id}-nats-config")),
            ("NetworkPolicy", format!("{id}-isolated")),
            ("Secret", format!("{id}-mongo-client")),
            ("Secret", format!("{id}-mongo-writer")),
            ("Service", format!("{id}-mongo")),
            ("StatefulSet", format!("{id}-nats")),
        ];
        let root = format!("{id}-mongo");
        services::command(stage, &root, ("admin", doc! { "dropUser": "client" }));
        let drop = doc! { "dropIndexes": "logs", "index": "date_1_nodeId_1_versionId_1" };
        services::command(stage, &root, (id, drop));
        let mut expected = vec![
            "MongoDB user client: missing -> applied".to_owned(),
            format!("MongoDB index {id}.logs date_1_nodeId_1_versionId_1: missing -> applied"),
        ];
        for (kind, name) in &victims {
            stage.objects.delete(kind, &stage.place(name));
            stage.objects.until_gone(kind, &stage.place(name));
            expected.push(format!("{kind} {name}: missing -> applied"));
        }
        expected.sort();
        assert_eq!(planned(stage), expected);
        mend(stage);
        for secret in ["mongo-client", "mongo-writer"] {
            services::log_in(stage, &format!("{id}-{secret}"));
        }

        let anchor = format!("kre-runtime-{id}");
        for (kind, name) in [
            ("ConfigMap", &anchor),
            ("Deployment", &format!("{id}-mongo-writer")),
        ] {
            stage.objects.delete(kind, &stage.place(name));
            stage.objects.until_gone(kind, &stage.place(name));
            assert_eq!(
                planned(stage),
                [format!("{kind} {name}: missing -> applied")]
            );
            mend(stage);
        }

        stage.destroy();
        stage.assert_as_before();
    });
}

fn planned(stage: &ClusterStage) -> Vec<String> {
    let plan = stage.plan();
    assert_eq!(update(&plan).changed(), ["objects", "status"]);
    mended(&plan)
}

fn mend(stage: &ClusterStage) {
    stage.apply();
    stage.plan().assert_empty();
}

#[test]
fn a_runtime_is_imported_in_every_way_and_nothing_changes() {
    on_cluster(&[], |stage| {
        let (id, namespace) = (stage.id(), stage.namespace());
        let configuration = Configuration::of(stage).text();
        stage.applied(&configuration);

        for name in [id.to_owned(), format!("{namespace}/{id}")] {
            stage.succeed(&["state", "rm", ADDRESS]);
            stage.import(ADDRESS, &name);
            stage.plan().assert_empty();
        }

        let block = format!("import {{\n  to = {ADDRESS}\n  id = \"{namespace}/{id}\"\n}}\n");
        stage.succeed(&["state", "rm", ADDRESS]);
        stage.configure(&format!("{configuration}{block}"));
        assert_eq!(update(&stage.plan()).changed(), [""; 0]);
        stage.apply();
        stage.plan().assert_empty();

        // What others have changed while nobody looked is found all the same.
        let nats = format!("{id}-nats");
        edit(stage, "kubectl-edit", ("StatefulSet", &nats), |object| {
            object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("nats:2.10.0");
        });
        edit(stage, "kubectl-edit", ("Service", &nats), |object| {
            object["spec"]["ports"][0]["port"] = json!(4223);
        });
        stage.succeed(&["state", "rm", ADDRESS]);
        stage.import(ADDRESS, id);
        let plan = stage.plan();
        assert_eq!(update(&plan).before["nats"]["image"], "nats:2.10.0");
        let image = "spec.template.spec.containers[name=\"nats\"].image";
        let port = "spec.ports[port=4222,protocol=\"TCP\"]";
        let expected = [
            format!("Service {nats}: changed: {port} -> applied"),
            format!("StatefulSet {nats}: changed: {image} (by kubectl-edit) -> applied"),
        ];
        assert_eq!(mended(&plan), expected);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        stage.succeed(&["state", "rm", ADDRESS]);
        stage.configure(&block);
        let plan = stage.plan_with(&["-generate-config-out=generated.tf"]);
        assert_eq!(update(&plan).changed(), [""; 0]);
        stage.apply();
        stage.plan().assert_empty();

        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn an_import_of_nothing_says_where_it_looked() {
    on_cluster(&[], |stage| {
        let id = stage.id();
        stage.configure(&Configuration::of(stage).text());

        let failed = stage.run(&["import", ADDRESS, &format!("default/{id}")]);

        assert_eq!(failed.code(), Some(1), "{failed}");
        let told = failed.to_string();
        let says = format!("No runtime `{id}` in namespace `default`");
        assert!(told.contains(&says), "{told}");
        stage.assert_as_before();
    });
}
