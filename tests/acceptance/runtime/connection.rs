//! Mistakes in the provider block, which only who asks the cluster notices.

use harness::{cluster::Cluster, host::Host};

use super::reports::{refused, runtime};
use crate::cluster::{ClusterStage, on_cluster};

/// Applies in vain; the only error has this summary, and a detail that begins and ends so.
#[track_caller]
fn check(stage: &ClusterStage, summary: &str, (start, end): (&str, &str)) {
    let failed = refused(stage, &runtime(stage, &[]));
    let error = failed.only_error();
    assert_eq!(error.summary, summary, "{error}");
    assert!(error.detail.starts_with(start), "{error}");
    assert!(error.detail.ends_with(end), "{error}");
}

#[test]
fn mistakes_of_the_provider_block_are_told_by_the_first_call_that_needs_the_cluster() {
    on_cluster(&[], |stage| {
        let with = |arguments: &str| stage.connect_directly_with(arguments);
        let certificate = r"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        with(&format!(
            "client_certificate = base64encode(\"{certificate}\")\nclient_key = \"key\""
        ));
        let told = (
            "`client_certificate` is base64 where PEM is expected; unpack it with `base64decode(…)`",
            "hold it packed.",
        );
        check(stage, "No way to the cluster", told);

        with(
            r#"exec = {
                api_version = "client.authentication.k8s.io/v1"
                command     = "no-such-command"
            }"#,
        );
        let told = (
            "`exec` names a command that is not there, `no-such-command`; install it",
            "bin.",
        );
        check(stage, "No way to the cluster", told);

        // {"exp":1000}
        with(r#"token = "e30.eyJleHAiOjEwMDB9.c2ln""#);
        let told = (
            "API server `https://",
            " days ago; issue a new token, or use `exec`, which renews it by itself.",
        );
        check(stage, "Credentials not accepted", told);

        with(r#"expected_cluster_uid = "another""#);
        let told = (
            "Context `",
            "nothing was touched: correct the context or address, or `expected_cluster_uid`.",
        );
        check(stage, "Wrong cluster", told);

        with(r#"config_context = "another""#);
        let known = format!("there are: `{}`.", Cluster::shared().name());
        let told = (
            "`config_context` names a context that the kubeconfig does not have, `another`; ",
            known.as_str(),
        );
        check(stage, "No way to the cluster", told);
        stage.assert_as_before();
    });
}

#[test]
fn a_kubeconfig_that_is_exported_and_ignored_is_pointed_out() {
    Host::one(&[], |host| {
        let mut stage = ClusterStage::open(host);
        stage.set_variable("KUBECONFIG", Cluster::shared().kubeconfig());
        stage.configure_provider("");
        let told = (
            "No cluster is configured: `KUBECONFIG` is set, but ignored",
            "set `use_kubeconfig_env = true` or `config_path` in the provider block.",
        );
        check(&stage, "No way to the cluster", told);
        stage.assert_as_before();
    });
}
