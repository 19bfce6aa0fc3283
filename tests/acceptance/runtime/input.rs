//! Configurations that are refused before anything is asked or made.

use super::reports::{runtime, told};
use crate::cluster::on_cluster;

#[test]
fn everything_that_is_wrong_is_told_at_once_and_nothing_is_asked() {
    on_cluster(&[], |stage| {
        let arguments = [
            ("namespace", r#""kube-system""#),
            ("nats", r#"{ storage = { size = "5" } }"#),
            (
                "mongodb",
                r#"{ storage = { size = "1 GB" }, image = "Mongo" }"#,
            ),
            ("on_destroy", r#""keep""#),
            ("fail_fast", r#""60""#),
            ("labels", r#"{ "a b" = "c" }"#),
            ("timeouts", r#"{ create = "5 minutes" }"#),
            ("adopt_retained", r#""maybe""#),
            ("status", r#""READY""#),
        ];
        stage.configure(&runtime(stage, &arguments));
        insta::assert_snapshot!("types", told(stage, &stage.plan_error()));
        let typed = arguments
            .iter()
            .filter(|(name, _)| *name != "adopt_retained");
        let typed: Vec<_> = typed.copied().collect();
        stage.configure(&runtime(stage, &typed));
        insta::assert_snapshot!("schema", told(stage, &stage.plan_error()));
        stage.configure(&runtime(stage, &arguments[..2]));
        insta::assert_snapshot!("rules", told(stage, &stage.plan_error()));
        assert_eq!(stage.proxy.calls(), []);
        stage.assert_as_before();
    });
}

#[test]
fn what_turns_out_to_be_wrong_while_applying_is_refused_before_the_first_write() {
    on_cluster(&[], |stage| {
        let late = "terraform_data.late.output";
        let runtime = runtime(stage, &[("namespace", late)]);
        let late = r#"resource "terraform_data" "late" { input = "kube-system" }"#;
        stage.configure(&format!("{runtime}{late}\n"));
        let failed = stage.apply_error();
        insta::assert_snapshot!("late", told(stage, &failed));
        let written: Vec<_> = stage.proxy.calls();
        assert!(
            !written.iter().any(harness::proxy::Call::writes),
            "{written:?}"
        );
        stage.configure("");
        stage.apply();
        stage.assert_as_before();
    });
}
