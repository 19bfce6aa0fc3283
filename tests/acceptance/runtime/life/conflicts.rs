//! Fields that others take between a plan and its apply.

use serde_json::json;

use super::{Configuration, edit, mended, update};
use crate::cluster::on_cluster;

#[test]
fn what_others_take_after_a_plan_is_left_to_them_until_a_plan_shows_it() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        let nats = format!("{}-nats", stage.id());
        stage.configure(
            &first
                .with(&json!({ "nats": { "image": "nats:2.15.1" } }))
                .text(),
        );
        let plan = stage.plan();
        edit(stage, "kubectl-edit", ("StatefulSet", &nats), |object| {
            object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("nats:2.10.0");
        });

        let failed = stage.apply_plan_error(&plan);
        let error = failed.only_error();
        let field = "spec.template.spec.containers[name=\"nats\"].image";
        let expected = format!("{field} (by kubectl-edit since 20");
        assert!(
            error.summary.contains(&format!("`StatefulSet {nats}`")),
            "{error}"
        );
        assert!(error.detail.contains(&expected), "{error}");
        for choice in ["plan again", "write it into the configuration", "stop them"] {
            assert!(error.detail.contains(choice), "{error}");
        }
        let workload = stage
            .objects
            .get("StatefulSet", &stage.place(&nats))
            .unwrap();
        let container = &workload["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["image"], "nats:2.10.0", "it is left to them");

        let plan = stage.plan();
        assert_eq!(update(&plan).before["nats"]["image"], "nats:2.10.0");
        let expected = format!("StatefulSet {nats}: changed: {field} (by kubectl-edit) -> applied");
        assert_eq!(mended(&plan), [expected]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        stage.destroy();
        stage.assert_as_before();
    });
}
