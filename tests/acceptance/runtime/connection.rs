//! Mistakes in the provider block, which only who asks the cluster notices.

use harness::{cluster::Cluster, host::Host};

use super::reports::{refused, runtime, told};
use crate::cluster::{ClusterStage, on_cluster};

#[test]
fn mistakes_of_the_provider_block_are_told_by_the_first_call_that_needs_the_cluster() {
    on_cluster(&[], |stage| {
        let certificate = r#"base64encode("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")"#;
        let packed = format!("client_certificate = {certificate}\nclient_key = \"key\"");
        let command = r#"exec = {
            api_version = "client.authentication.k8s.io/v1"
            command     = "no-such-command"
        }"#;
        let expired = r#"token = "e30.eyJleHAiOjEwMDB9.c2ln""#;
        for (name, arguments) in [
            ("base64", packed.as_str()),
            ("exec", command),
            ("expired", expired),
            ("other_cluster", r#"expected_cluster_uid = "another""#),
            ("other_context", r#"config_context = "another""#),
        ] {
            stage.connect_directly_with(arguments);
            let failed = refused(stage, &runtime(stage, &[]));
            insta::assert_snapshot!(name, told(stage, &failed));
        }
        stage.assert_as_before();
    });
}

#[test]
fn a_kubeconfig_that_is_exported_and_ignored_is_pointed_out() {
    Host::one(&[], |host| {
        let mut stage = ClusterStage::open(host);
        stage.set_variable("KUBECONFIG", Cluster::shared().kubeconfig());
        stage.configure_provider("");
        let failed = refused(&stage, &runtime(&stage, &[]));
        insta::assert_snapshot!("ignored", told(&stage, &failed));
        stage.assert_as_before();
    });
}
