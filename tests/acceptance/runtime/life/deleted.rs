//! What others delete: told by a plan, and made again by an apply. And what a state forgets:
//! imported, in every way that hosts have.

use mongodb::bson::doc;

use super::{ADDRESS, Configuration, mended, services, update};
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
        services::command(stage, &root, doc! { "dropUser": "client" });
        let mut expected = vec!["MongoDB user client: missing -> applied".to_owned()];
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
