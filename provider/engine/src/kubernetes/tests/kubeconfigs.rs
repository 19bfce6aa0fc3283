use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::{refusal, target};
use crate::kubernetes::{Arguments, who::Credential};

const TWO: &str = "
current-context: one
contexts:
- {name: one, context: {cluster: c1, user: u1}}
- {name: two, context: {cluster: c2, user: u2}}
- {name: lost, context: {cluster: gone, user: u1}}
- {name: nobody, context: {cluster: c1, user: gone}}
clusters:
- {name: c1, cluster: {server: 'https://one'}}
- {name: c2, cluster: {server: 'https://two'}}
- {name: c3, cluster: {}}
users:
- {name: u1, user: {token: t1}}
- {name: u2, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [eks], env: [{name: PROFILE, value: p}], installHint: install it}}}
- {name: u3, user: {auth-provider: {name: gcp}}}
- {name: u4, user: {client-certificate-data: '!!'}}
- {name: u5, user: {client-certificate: nowhere.crt, client-key: nowhere.key}}
";

/// Arguments that name files with these contents.
fn files(contents: &[&str]) -> (TempDir, Arguments) {
    let folder = tempfile::tempdir().unwrap();
    let paths = contents.iter().enumerate().map(|(number, content)| {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, content).unwrap();
        path
    });
    let arguments = Arguments {
        config_paths: Some(paths.collect()),
        ..Arguments::default()
    };
    (folder, arguments)
}

fn context(name: &str) -> (TempDir, Arguments) {
    let (folder, arguments) = files(&[TWO]);
    let arguments = Arguments {
        config_context: Some(name.to_owned()),
        ..arguments
    };
    (folder, arguments)
}

fn user(name: &str) -> (TempDir, Arguments) {
    let (folder, arguments) = files(&[TWO]);
    let arguments = Arguments {
        config_context_auth_info: Some(name.to_owned()),
        ..arguments
    };
    (folder, arguments)
}

#[test]
fn a_context_says_cluster_and_user() {
    let (_folder, arguments) = context("two");
    let target = target(arguments, &[]);
    assert_eq!(target.server.to_string(), "https://two/");
    let Credential::Exec(exec) = target.who.credential else {
        panic!("{:?}", target.who.credential)
    };
    assert_eq!(exec.value.command, "aws");
    assert_eq!(exec.value.args, ["eks"]);
    assert_eq!(exec.value.env["PROFILE"].expose_secret(), "p");
    assert_eq!(exec.origin.to_string(), "`exec` of user `u2`");
}

#[test]
fn cluster_and_user_of_a_context_can_be_replaced() {
    let (_folder, arguments) = context("two");
    let arguments = Arguments {
        config_context_cluster: Some("c1".to_owned()),
        config_context_auth_info: Some("u1".to_owned()),
        ..arguments
    };
    let target = target(arguments, &[]);
    assert_eq!(target.server.to_string(), "https://one/");
    assert!(matches!(target.who.credential, Credential::Token(_)));
}

#[test]
fn the_first_file_that_says_something_wins() {
    let later = "
current-context: two
clusters:
- {name: c1, cluster: {server: 'https://later'}}
";
    let (_folder, arguments) = files(&[TWO, later]);
    assert_eq!(target(arguments, &[]).server.to_string(), "https://one/");
}

#[test]
fn an_unknown_context_is_told_with_those_that_there_are() {
    let (_folder, arguments) = context("three");
    assert_eq!(
        refusal(arguments, &[]),
        "`config_context` names a context that the kubeconfig does not have, `three`; there are: `one`, `two`, `lost`, `nobody`"
    );
}

#[test]
fn an_unknown_context_of_the_environment_is_told_as_such() {
    let (_folder, arguments) = files(&[TWO]);
    let told = refusal(arguments, &[("KUBE_CTX", "three")]);
    assert!(told.starts_with("variable `KUBE_CTX` names a context"));
}

#[test]
fn an_unknown_cluster_is_told_with_those_that_there_are() {
    let (_folder, arguments) = context("lost");
    assert_eq!(
        refusal(arguments, &[]),
        "`cluster` of context `lost` names a cluster that the kubeconfig does not have, `gone`; there are: `c1`, `c2`, `c3`"
    );
}

#[test]
fn an_unknown_user_is_told_with_those_that_there_are() {
    let (_folder, arguments) = context("nobody");
    assert_eq!(
        refusal(arguments, &[]),
        "`user` of context `nobody` names a user that the kubeconfig does not have, `gone`; there are: `u1`, `u2`, `u3`, `u4`, `u5`"
    );
}

#[test]
fn without_a_current_context_one_has_to_be_named() {
    let (_folder, arguments) = files(&["contexts: [{name: a, context: {cluster: b}}]"]);
    assert_eq!(
        refusal(arguments, &[]),
        "the kubeconfig has no `current-context`; set `config_context` to one of those that there are: `a`"
    );
}

#[test]
fn a_cluster_without_address_is_told() {
    let (_folder, arguments) = files(&[TWO]);
    let arguments = Arguments {
        config_context_cluster: Some("c3".to_owned()),
        ..arguments
    };
    assert_eq!(
        refusal(arguments, &[]),
        "the cluster has no `server` in the kubeconfig; add it: `c3`"
    );
}

#[test]
fn a_broken_kubeconfig_is_told_by_place_and_not_by_content() {
    let (_folder, arguments) = files(&["users:\n- name: a\n  user: {token: [hush-secret]}\n"]);
    let told = refusal(arguments, &[]);
    assert!(told.contains("is no kubeconfig: line 3, column"), "{told}");
    assert!(!told.contains("hush"), "{told}");
}

#[test]
fn a_removed_way_to_log_in_is_told_with_its_successor() {
    let (_folder, arguments) = user("u3");
    assert_eq!(
        refusal(arguments, &[]),
        "user `u3` has an `auth-provider`, which Kubernetes has removed; replace it by an `exec` command"
    );
}

#[test]
fn data_that_is_not_base64_is_told() {
    let (_folder, arguments) = user("u4");
    assert!(
        refusal(arguments, &[]).starts_with("`client-certificate-data` of user `u4` is not base64")
    );
}

#[test]
fn a_file_that_is_not_there_is_told_with_its_key() {
    let (_folder, arguments) = user("u5");
    let told = refusal(arguments, &[]);
    assert!(
        told.starts_with("`client-certificate` of user `u5` names a file that cannot be read"),
        "{told}"
    );
}

#[test]
fn a_token_of_the_settings_replaces_the_user() {
    let (_folder, arguments) = user("u4");
    let arguments = Arguments {
        token: Some("t".into()),
        ..arguments
    };
    assert!(matches!(
        target(arguments, &[]).who.credential,
        Credential::Token(_)
    ));
}

#[test]
fn a_user_may_ask_to_be_somebody_else() {
    let config = TWO.replace("{token: t1}", "{token: t1, as: jane, as-groups: [a, b]}");
    let (_folder, arguments) = files(&[&config]);
    let headers = target(arguments, &[]).who.headers;
    assert_eq!(headers["impersonate-user"], "jane");
    assert_eq!(headers.get_all("impersonate-group").iter().count(), 2);
}
