use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use secrecy::ExposeSecret;

use crate::kubernetes::{
    Exec, Origin,
    credentials::{Issued, issue},
    origin::Given,
};

const VERSION: &str = "client.authentication.k8s.io/v1";

async fn run(command: &str, args: &[&str], limit: Duration) -> Result<Issued, String> {
    let env = [("PASSWORD".to_owned(), "hunter22".into())];
    let args = args.iter().map(|&arg| arg.to_owned()).collect();
    let exec = Exec::new(
        VERSION.to_owned(),
        command.to_owned(),
        args,
        BTreeMap::from(env),
    );
    let exec = Given::new(exec, Origin::Argument("exec"));
    let issued = issue(&exec, Some("/usr/bin:/bin"), limit).await;
    issued.map_err(|error| error.to_string())
}

async fn shell(script: &str) -> Result<Issued, String> {
    run("sh", &["-c", script], Duration::from_secs(20)).await
}

fn credential(status: &str) -> String {
    format!(r#"echo '{{"apiVersion":"{VERSION}","kind":"ExecCredential","status":{status}}}'"#)
}

#[tokio::test]
async fn a_token_is_taken_with_its_end() {
    let script = credential(r#"{"token":"t","expirationTimestamp":"2030-01-02T03:04:05Z"}"#);
    let issued = shell(&script).await.unwrap();
    assert_eq!(issued.token.unwrap().expose_secret(), "t");
    assert!(issued.expires.is_some() && issued.identity.is_none());
}

#[tokio::test]
async fn yaml_is_taken_as_well() {
    let script = format!("printf 'apiVersion: {VERSION}\\nstatus:\\n  token: t\\n'");
    assert!(shell(&script).await.is_ok());
}

#[tokio::test]
async fn the_command_is_told_what_is_wanted() {
    let script = format!(
        r#"case "$KUBERNETES_EXEC_INFO" in *ExecCredential*interactive*false*) {} ;; *) exit 1 ;; esac"#,
        credential(r#"{"token":"t"}"#)
    );
    shell(&script).await.unwrap();
}

#[tokio::test]
async fn a_command_that_is_not_there_is_told_with_the_search_path() {
    let told = run("kre-no-such-command", &[], Duration::from_secs(1))
        .await
        .unwrap_err();
    assert_eq!(
        told,
        "`exec` names a command that is not there, `kre-no-such-command`; install it, or write its whole path; looked for in: /usr/bin:/bin"
    );
}

#[tokio::test]
async fn a_failure_is_told_with_stderr_and_without_secrets() {
    let told = shell("echo no luck with $PASSWORD >&2; exit 3")
        .await
        .unwrap_err();
    assert_eq!(
        told,
        "`sh` of `exec` issued no credentials (exit status: 3); run it in a terminal to mend it; it said: no luck with ***"
    );
}

#[tokio::test]
async fn a_command_that_hangs_is_ended_with_its_children() {
    let since = Instant::now();
    let script = "echo waiting >&2; sleep 30; echo";
    let told = run("sh", &["-c", script], Duration::from_millis(300))
        .await
        .unwrap_err();
    assert!(told.contains("; it said: waiting"), "{told}");
    assert!(told.contains("do so in a terminal first"), "{told}");
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn what_is_no_credential_is_told_without_its_content() {
    let told = shell("echo hush").await.unwrap_err();
    assert!(told.contains("no `ExecCredential`"), "{told}");
    assert!(!told.contains("hush"), "{told}");
}

#[tokio::test]
async fn another_version_is_told() {
    let script = r#"echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","status":{}}'"#;
    let told = shell(script).await.unwrap_err();
    assert!(
        told.contains("version `client.authentication.k8s.io/v1beta1` instead of"),
        "{told}"
    );
}

#[tokio::test]
async fn an_empty_credential_is_told() {
    let told = shell(&credential("{}")).await.unwrap_err();
    assert!(told.contains("neither token nor certificate"), "{told}");
}
