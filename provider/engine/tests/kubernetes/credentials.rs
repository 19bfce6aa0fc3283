//! Who asks.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

use kre_engine::kubernetes::{Arguments, ConnectError, Exec};
use secrecy::ExposeSecret;

use crate::support::{
    Administrator, administrator, anonymous, ask, by_kubeconfig, cluster, machine, refused, soon,
    token,
};

fn exec(folder: &Path, script: &str) -> Exec {
    let path = folder.join("issue");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    Exec::new(
        "client.authentication.k8s.io/v1".to_owned(),
        path.display().to_string(),
        Vec::new(),
        BTreeMap::new(),
    )
}

fn credential(status: &str) -> String {
    format!(
        r#"echo '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{{status}}}}}'"#
    )
}

#[tokio::test]
async fn a_kubeconfig_with_a_certificate_is_enough() {
    ask(&cluster(by_kubeconfig())).await.unwrap();
}

#[tokio::test]
async fn a_client_certificate_is_enough() {
    let Administrator {
        certificate, key, ..
    } = administrator(machine().kubeconfig());
    let cluster = cluster(Arguments {
        client_certificate: Some(certificate),
        client_key: Some(key),
        ..anonymous()
    });
    ask(&cluster).await.unwrap();
}

#[tokio::test]
async fn a_token_that_may_nothing_is_told_which_rule_it_lacks() {
    let cluster = cluster(Arguments {
        token: Some(token("lacks").await),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await);
    let ConnectError::Forbidden { rule } = &*failure else {
        panic!("{failure}")
    };
    assert_eq!(rule.to_string(), "list `configmaps` in namespace `default`");
    assert_eq!(rule.user, "system:serviceaccount:default:lacks");
    assert!(
        failure.to_string().contains("resources: [\"configmaps\"]"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_token_of_somebody_else_is_not_accepted() {
    let cluster = cluster(Arguments {
        token: Some("garbage".into()),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await).to_string();
    assert!(
        failure.contains("does not accept the credentials of `token` (401); issue a new token"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_token_that_has_ended_is_told_since_when() {
    // {"exp":1000}
    let cluster = cluster(Arguments {
        token: Some("e30.eyJleHAiOjEwMDB9.c2ln".into()),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await).to_string();
    assert!(failure.contains("(401), as the token ended"), "{failure}");
}

#[tokio::test]
async fn a_command_issues_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let token = token("issued").await;
    let status = format!(r#""token":"{}""#, token.expose_secret());
    let cluster = cluster(Arguments {
        exec: Some(exec(folder.path(), &credential(&status))),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await);
    let ConnectError::Forbidden { rule } = &*failure else {
        panic!("{failure}")
    };
    assert_eq!(rule.user, "system:serviceaccount:default:issued");
}

#[tokio::test]
async fn a_command_issues_a_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let Administrator {
        certificate, key, ..
    } = administrator(machine().kubeconfig());
    let status = format!(
        r#""clientCertificateData":{},"clientKeyData":{}"#,
        serde_json::json!(certificate),
        serde_json::json!(key.expose_secret()),
    );
    fs::write(folder.path().join("credential"), status).unwrap();
    let script = format!(
        "printf '%s' '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{'\ncat {}\nprintf '}}}}'",
        folder.path().join("credential").display()
    );
    let cluster = cluster(Arguments {
        exec: Some(exec(folder.path(), &script)),
        ..anonymous()
    });
    ask(&cluster).await.unwrap();
}

#[tokio::test]
async fn a_command_is_run_again_when_its_token_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let token = token("renewed").await;
    let mark = folder.path().join("mark");
    let script = format!(
        "if [ -e {mark} ]; then {}; else touch {mark}; {}; fi",
        credential(&format!(r#""token":"{}""#, token.expose_secret())),
        credential(r#""token":"outdated""#),
        mark = mark.display(),
    );
    let cluster = cluster(Arguments {
        exec: Some(exec(folder.path(), &script)),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await);
    assert!(
        matches!(&*failure, ConnectError::Forbidden { .. }),
        "{failure}"
    );
}

#[tokio::test]
async fn nothing_is_run_before_the_first_call() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let cluster = cluster(Arguments {
        exec: Some(exec(
            folder.path(),
            &format!("touch {}; exit 1", mark.display()),
        )),
        ..anonymous()
    });
    assert!(cluster.client(soon()).await.is_ok());
    assert!(!mark.exists());
    refused(ask(&cluster).await);
    assert!(mark.exists());
}
