//! The provider block, as hosts hand it over.

use crate::stage::each;

/// Something that asks the cluster nothing.
const KRT: &str = r#"data "kre_krt" "one" { path = "krt.yaml" }"#;

const MANIFEST: &str = "\
krtVersion: v2
version: one
description: Does nothing.
entrypoint: {proto: p.proto, image: 'konstellation/kre-entrypoint:3.3.6'}
workflows:
  - name: greet
    entrypoint: Greet
    exitpoint: hello
    nodes:
      - {name: hello, image: 'konstellation/kre-py:3.4.1', src: a.py, subscriptions: [entrypoint]}
";

#[test]
fn what_asks_the_cluster_nothing_needs_none() {
    each(&[], |stage| {
        stage.configure_provider(
            r#"
            config_path          = "/nowhere/config"
            config_context       = "nowhere"
            expected_cluster_uid = "none"
            exec = {
                api_version = "client.authentication.k8s.io/v1"
                command     = "/nowhere/command"
            }
            "#,
        );
        stage.write("krt.yaml", MANIFEST);
        stage.applied(KRT);
    });
}

#[test]
fn an_unknown_block_stops_nothing_that_asks_the_cluster_nothing() {
    each(&[], |stage| {
        stage.configure_provider("host = terraform_data.host.output");
        stage.write("krt.yaml", MANIFEST);
        stage.applied(&format!(
            "{KRT}\nresource \"terraform_data\" \"host\" {{ input = \"https://a\" }}"
        ));
    });
}

#[test]
fn contradictions_are_told_all_at_once_and_in_place() {
    each(&[], |stage| {
        stage.configure_provider(
            r#"
            host           = "https://a"
            config_path    = "b"
            config_context = "c"
            "#,
        );
        stage.write("krt.yaml", MANIFEST);
        stage.configure(KRT);

        let failed = stage.plan_error();
        let errors = failed.errors();
        let [path, context] = errors.as_slice() else {
            panic!("{errors:?}")
        };
        assert_eq!(path.summary, "Arguments that do not go together");
        assert_eq!(path.code, "\"b\"");
        assert_eq!(context.code, "\"c\"");
        assert!(path.detail.contains("remove one of them"), "{path}");
    });
}

#[test]
fn a_limit_that_is_no_duration_is_refused() {
    each(&[], |stage| {
        stage.configure_provider(r#"fail_fast = "60""#);
        stage.write("krt.yaml", MANIFEST);
        stage.configure(KRT);

        let failed = stage.plan_error();
        assert_eq!(failed.only_error().code, "\"60\"");
    });
}
