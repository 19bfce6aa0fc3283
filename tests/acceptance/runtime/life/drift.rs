//! What others change: told by a plan with the field and who it was, and mended by an apply.

use serde_json::json;

use super::{ADDRESS, Configuration, edit, mended, update};
use crate::cluster::on_cluster;

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told from its beginning to its end"
)]
fn what_others_change_of_a_runtime_is_told_and_mended() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        let id = stage.id();
        let nats = format!("{id}-nats");
        let writer = format!("{id}-mongo-writer");

        // What nobody asked for: it is others', and stays.
        edit(stage, "sidecar", ("StatefulSet", &nats), |object| {
            object["metadata"]["annotations"]["example.com/note"] = json!("theirs");
            let pod = &mut object["spec"]["template"];
            pod["metadata"]["labels"]["sidecar"] = json!("yes");
            let variables = pod["spec"]["containers"][0]["env"].as_array_mut().unwrap();
            variables.push(json!({ "name": "TRACE", "value": "1" }));
        });
        edit(
            stage,
            "sidecar",
            ("ConfigMap", &format!("kre-runtime-{id}")),
            |object| {
                object["data"]["note"] = json!("theirs");
            },
        );
        stage.plan().assert_empty();

        // What can be seen in attributes.
        edit(stage, "kubectl-edit", ("StatefulSet", &nats), |object| {
            object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("nats:2.10.0");
        });
        edit(stage, "dashboard", ("Deployment", &writer), |object| {
            let container = &mut object["spec"]["template"]["spec"]["containers"][0];
            container["resources"]["limits"]["memory"] = json!("1Gi");
            container["env"][4]["value"] = json!("DEBUG");
        });
        // And what cannot.
        edit(stage, "kubectl-edit", ("Service", &nats), |object| {
            object["spec"]["ports"][0]["targetPort"] = json!(4223);
            object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!("me");
        });
        edit(
            stage,
            "kubectl-edit",
            ("ConfigMap", &format!("kre-runtime-{id}")),
            |object| {
                object["data"]["services"] = json!("{}");
            },
        );

        let plan = stage.plan();
        let change = update(&plan);
        assert_eq!(change.before["nats"]["image"], "nats:2.10.0");
        assert_eq!(change.before["mongo_writer"]["log_level"], "DEBUG");
        assert_eq!(
            change.before["mongo_writer"]["resources"]["limits"]["memory"],
            "1Gi"
        );
        assert_eq!(
            change.changed(),
            ["components", "mongo_writer", "nats", "objects", "status"]
        );
        let container = "spec.template.spec.containers";
        let writers = format!("{container}[name=\"mongo-writer\"]");
        let expected = [
            format!(
                "ConfigMap kre-runtime-{id}: changed: data.services (by kubectl-edit) -> applied"
            ),
            format!(
                "Deployment {writer}: changed: {writers}.env[name=\"MONGO_WRITER_LOG_LEVEL\"].value, {writers}.resources.limits.memory (by dashboard) -> applied"
            ),
            format!(
                "Service {nats}: changed: metadata.labels.app.kubernetes.io/managed-by, spec.ports[port=4222,protocol=\"TCP\"].targetPort (by kubectl-edit) -> applied"
            ),
            format!(
                "StatefulSet {nats}: changed: {container}[name=\"nats\"].image (by kubectl-edit) -> applied"
            ),
        ];
        assert_eq!(mended(&plan), expected);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        let workload = stage
            .objects
            .get("StatefulSet", &stage.place(&nats))
            .unwrap();
        assert_eq!(
            workload["metadata"]["annotations"]["example.com/note"],
            "theirs"
        );
        let pod = &workload["spec"]["template"];
        assert_eq!(pod["metadata"]["labels"]["sidecar"], "yes");
        assert_eq!(pod["spec"]["containers"][0]["env"][2]["name"], "TRACE");
        let anchor = stage.place(&format!("kre-runtime-{id}"));
        assert_eq!(
            stage.objects.get("ConfigMap", &anchor).unwrap()["data"]["note"],
            "theirs"
        );

        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_port_that_others_renumber_comes_back() {
    on_cluster(&[], |stage| {
        stage.applied(&Configuration::of(stage).text());
        let nats = format!("{}-nats", stage.id());
        edit(stage, "kubectl-edit", ("Service", &nats), |object| {
            object["spec"]["ports"][0]["port"] = json!(4223);
        });

        let plan = stage.plan();
        let expected =
            format!("Service {nats}: changed: spec.ports[port=4222,protocol=\"TCP\"] -> applied");
        assert_eq!(mended(&plan), [expected]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn servers_that_are_scaled_to_zero_are_planned_and_mended() {
    on_cluster(&[], |stage| {
        stage.applied(&Configuration::of(stage).text());
        for name in ["nats", "mongo"] {
            let workload = format!("{}-{name}", stage.id());
            stage
                .objects
                .scale("StatefulSet", &stage.place(&workload), 0);
            stage
                .objects
                .until_gone("Pod", &stage.place(&format!("{workload}-0")));

            let plan = stage.plan();
            let expected = format!("StatefulSet {workload}: changed: spec.replicas -> applied");
            assert_eq!(mended(&plan), [expected]);
            assert_eq!(plan.change(ADDRESS).changed(), ["objects", "status"]);
            stage.apply_plan(&plan);
            stage.plan().assert_empty();
        }
        stage.destroy();
        stage.assert_as_before();
    });
}
