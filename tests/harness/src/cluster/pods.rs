//! What people do with pods that run: read their logs, and run commands in them.

use std::fmt;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::{AttachParams, LogParams};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Objects;
use crate::background::finish;
use crate::report::{OrFail, fail};

/// How a command in a pod ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// What it wrote to stdout; what is no text is replaced.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
    /// Its exit code; `None` if it did not even start.
    pub code: Option<i32>,
}

impl fmt::Display for Executed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            stdout,
            stderr,
            code,
        } = self;
        write!(f, "exit code {code:?}\nstdout: {stdout}\nstderr: {stderr}")
    }
}

impl Objects {
    /// Runs a command in the only container of a pod, with something to read from stdin.
    #[track_caller]
    pub fn execute(&self, pod: &str, command: &[&str], stdin: &str) -> Executed {
        let (pods, name) = self.pods(pod);
        let command: Vec<_> = command.iter().map(|&word| word.to_owned()).collect();
        let stdin = stdin.to_owned();
        let executed = finish(async move { execute(&pods, &name, command, &stdin).await });
        executed.or_fail(format!("no command runs in pod {pod}"))
    }

    /// Returns what the only container of a pod has written; or the one before it.
    #[track_caller]
    pub fn log(&self, pod: &str, is_previous: bool) -> kube::Result<String> {
        let (pods, name) = self.pods(pod);
        let parameters = LogParams {
            previous: is_previous,
            ..LogParams::default()
        };
        finish(async move { pods.logs(&name, &parameters).await })
    }

    #[track_caller]
    fn pods(&self, pod: &str) -> (Api<Pod>, String) {
        let Some((namespace, name)) = pod.split_once('/') else {
            fail(format!("a pod belongs to a namespace: `{pod}`"))
        };
        (Api::namespaced(self.client(), namespace), name.to_owned())
    }
}

async fn execute(
    pods: &Api<Pod>,
    name: &str,
    command: Vec<String>,
    input: &str,
) -> kube::Result<Executed> {
    let parameters = AttachParams::default().stdin(!input.is_empty());
    let mut running = pods.exec(name, command, &parameters).await?;
    let status = running.take_status();
    let streams = (running.stdin(), running.stdout(), running.stderr());
    let (stdin, stdout, stderr) = streams;
    let write = async {
        if let Some(mut stdin) = stdin {
            // Who does not read to the end may have ended.
            let _ = stdin.write_all(input.as_bytes()).await;
            let _ = stdin.shutdown().await;
        }
    };
    let ((), stdout, stderr) = tokio::join!(write, read(stdout), read(stderr));
    let status = match status {
        Some(status) => status.await,
        None => None,
    };
    Ok(Executed {
        stdout,
        stderr,
        code: status.and_then(|status| code(&status)),
    })
}

async fn read(stream: Option<impl AsyncReadExt + Unpin>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        // A stream that breaks off has said what it has said.
        let _ = stream.read_to_end(&mut bytes).await;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Finds the exit code in what the API server says of the end of a command.
fn code(status: &k8s_openapi::apimachinery::pkg::apis::meta::v1::Status) -> Option<i32> {
    if status.status.as_deref() == Some("Success") {
        return Some(0);
    }
    let causes = status.details.as_ref()?.causes.as_ref()?;
    let cause = causes
        .iter()
        .find(|cause| cause.reason.as_deref() == Some("ExitCode"))?;
    cause.message.as_ref()?.parse().ok()
}
