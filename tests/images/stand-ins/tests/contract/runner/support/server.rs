//! A NATS server on this machine, which ends with its test.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use harness::build::NATS;
use harness::patience::eventually;
use harness::process::Running;
use serde_json::Value;
use tempfile::TempDir;

/// Longer than any test.
const DEADLINE: Duration = Duration::from_mins(5);

/// A server, and what it stores.
pub(crate) struct Server {
    process: Option<Running>,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// Starts a server on a free port.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = run(folder.path(), "-1");
        let ports = |folder: &Path| {
            let file = fs::read_dir(folder).ok()?.flatten().find(|entry| {
                let name = entry.file_name();
                name.to_string_lossy().ends_with(".ports")
            })?;
            let ports: Value = serde_json::from_slice(&fs::read(file.path()).ok()?).ok()?;
            let address = ports.pointer("/nats/0")?.as_str()?.to_owned();
            address.rsplit_once(':')?.1.parse().ok()
        };
        let port = eventually("NATS says its port", || {
            ports(folder.path()).ok_or("it does not")
        });
        Self {
            process: Some(process),
            folder,
            port,
        }
    }

    /// Returns where it listens, `host:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends it; what it stores stays.
    pub(crate) fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it again, on the same port.
    pub(crate) fn start_again(&mut self) {
        self.process = Some(run(self.folder.path(), &self.port.to_string()));
    }
}

fn run(folder: &Path, port: &str) -> Running {
    let mut command = Command::new(NATS.binary().unwrap());
    command.args(["--jetstream", "--addr=127.0.0.1"]);
    command.arg(format!("--port={port}"));
    command.arg(format!("--store_dir={}", folder.display()));
    command.arg(format!("--ports_file_dir={}", folder.display()));
    Running::start(command, "", DEADLINE).unwrap()
}
