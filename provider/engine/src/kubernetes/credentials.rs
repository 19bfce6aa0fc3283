//! The command that issues credentials, run with a time limit, and what it printed.

use std::{
    io,
    path::Path,
    process::{Output, Stdio},
    sync::Arc,
    time::{Duration, SystemTime},
};

use rustls::sign::CertifiedKey;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
    time::timeout,
    try_join,
};

use super::{
    ConnectError,
    arguments::Exec,
    mask::mask,
    origin::{Given, Origin},
    pem,
};

/// As much of stderr as a message shows, from its end.
const SHOWN: usize = 2_000;
/// More than this no command prints that issues credentials, in bytes.
const GREATEST: u64 = 1 << 20;

/// Credentials that a command issued.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) token: Option<SecretString>,
    pub(super) identity: Option<Arc<CertifiedKey>>,
    /// Until when they are good; `None` if the command does not say.
    pub(super) expires: Option<SystemTime>,
}

/// Runs the command of an `exec` to its end, or ends it after `limit`.
pub(super) async fn issue(
    exec: &Given<Exec>,
    search_path: Option<&str>,
    limit: Duration,
) -> Result<Issued, ConnectError> {
    let run = Run { exec, search_path };
    let output = run.output(limit).await?;
    let said = run.said(&output.stderr);
    if !output.status.success() {
        return Err(ConnectError::ExecFailed {
            origin: exec.origin.clone(),
            command: exec.value.command.clone(),
            status: output.status,
            said,
        });
    }
    let problem = |problem: String| ConnectError::ExecOutput {
        origin: exec.origin.clone(),
        command: exec.value.command.clone(),
        problem,
        said: said.clone(),
    };
    let text = String::from_utf8(output.stdout).map_err(|_| problem("no text".to_owned()))?;
    // What is wrong with it is not told in full, because it may be half a token.
    let printed: ExecCredential =
        serde_saphyr::from_str(&text).map_err(|_| problem("no `ExecCredential`".to_owned()))?;
    let wanted = &exec.value.api_version;
    if printed.api_version != *wanted {
        let found = printed.api_version;
        return Err(problem(format!("version `{found}` instead of `{wanted}`")));
    }
    let status = printed.status.unwrap_or_default();
    let identity = identity(&status, &exec.origin)?;
    if status.token.is_none() && identity.is_none() {
        return Err(problem("neither token nor certificate".to_owned()));
    }
    let expires = status.expiration_timestamp.map(|time| {
        OffsetDateTime::parse(&time, &Rfc3339)
            .map(SystemTime::from)
            .map_err(|_| problem(format!("an `expirationTimestamp` that is none, `{time}`")))
    });
    Ok(Issued {
        token: status.token,
        identity,
        expires: expires.transpose()?,
    })
}

/// What a command prints.
#[derive(Deserialize)]
struct ExecCredential {
    #[serde(default, rename = "apiVersion")]
    api_version: String,
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<SecretString>,
    client_certificate_data: Option<String>,
    client_key_data: Option<SecretString>,
}

fn identity(status: &Status, origin: &Origin) -> Result<Option<Arc<CertifiedKey>>, ConnectError> {
    let of = |lacks| ConnectError::HalfIdentity {
        has: origin.clone(),
        lacks,
    };
    match (&status.client_certificate_data, &status.client_key_data) {
        (Some(certificate), Some(key)) => {
            let certificate = Given::new(certificate.clone(), origin.clone());
            let key = Given::new(key.expose_secret(), origin.clone());
            pem::identity(&certificate, &key).map(Some)
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(of("clientKeyData")),
        (None, Some(_)) => Err(of("clientCertificateData")),
    }
}

/// One run of a command.
struct Run<'r> {
    exec: &'r Given<Exec>,
    search_path: Option<&'r str>,
}

impl Run<'_> {
    async fn output(&self, limit: Duration) -> Result<Output, ConnectError> {
        let mut child = self
            .command()
            .spawn()
            .map_err(|source| self.start(source))?;
        // The commands that it started itself would outlive it.
        let group = child.id().and_then(|id| i32::try_from(id).ok());
        let mut group = Group(group);
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let pipes = (child.stdout.take(), child.stderr.take());
        let run = async {
            let ((), (), status) = try_join!(
                drain(pipes.0, &mut stdout),
                drain(pipes.1, &mut stderr),
                child.wait()
            )?;
            Ok(status)
        };
        match timeout(limit, run).await {
            Ok(status) => {
                group.0 = None;
                let status = status.map_err(|source| self.start(source))?;
                Ok(Output {
                    status,
                    stdout,
                    stderr,
                })
            }
            Err(_) => Err(ConnectError::ExecTimeout {
                origin: self.exec.origin.clone(),
                command: self.exec.value.command.clone(),
                limit,
                said: self.said(&stderr),
            }),
        }
    }

    fn command(&self) -> Command {
        let Exec {
            api_version,
            command,
            args,
            env,
            install_hint: _,
            cluster,
        } = &self.exec.value;
        let mut spec = json!({"interactive": false});
        if let (Some(cluster), Some(spec)) = (cluster, spec.as_object_mut()) {
            spec.insert("cluster".to_owned(), cluster.clone());
        }
        let told = json!({"apiVersion": api_version, "kind": "ExecCredential", "spec": spec});
        let mut process = Command::new(command);
        process
            .args(args)
            .env("KUBERNETES_EXEC_INFO", told.to_string())
            .envs(
                env.iter()
                    .map(|(name, value)| (name, value.expose_secret())),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        process.process_group(0);
        process
    }

    fn start(&self, source: io::Error) -> ConnectError {
        let command = self.exec.value.command.clone();
        let origin = self.exec.origin.clone();
        if source.kind() != io::ErrorKind::NotFound {
            return ConnectError::ExecStart {
                origin,
                command,
                source,
            };
        }
        let hint = self.exec.value.install_hint.as_deref().map(str::trim);
        let has_path = Path::new(&command).components().count() > 1;
        let searched = match self.search_path {
            Some(path) if !has_path => path,
            _ => "that very place",
        };
        ConnectError::ExecMissing {
            origin,
            hint: hint.map(|hint| format!(" ({hint})")).unwrap_or_default(),
            searched: searched.to_owned(),
            command,
        }
    }

    /// The end of what it wrote to stderr, without secrets.
    fn said(&self, stderr: &[u8]) -> String {
        let text = String::from_utf8_lossy(stderr);
        let secrets = self
            .exec
            .value
            .env
            .values()
            .map(ExposeSecret::expose_secret);
        let text = mask(text.trim(), secrets);
        if text.is_empty() {
            return String::new();
        }
        let from = text.len().saturating_sub(SHOWN);
        let from = (from..text.len()).find(|at| text.is_char_boundary(*at));
        let end = from.and_then(|from| text.get(from..)).unwrap_or(&text);
        format!("; it said: {end}")
    }
}

async fn drain(pipe: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) -> io::Result<()> {
    if let Some(pipe) = pipe {
        pipe.take(GREATEST).read_to_end(into).await?;
    }
    Ok(())
}

/// Ends a group of processes, unless it has ended by itself.
struct Group(Option<i32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.0.and_then(rustix::process::Pid::from_raw) {
            // It may have ended in this very moment.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
