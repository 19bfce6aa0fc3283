//! What speaks MongoDB's protocol on this machine, and ends with its test.

use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use harness::build::MONGODB;
use harness::patience::eventually;
use harness::process::Running;
use tempfile::TempDir;

/// Longer than any test.
const DEADLINE: Duration = Duration::from_mins(5);

/// A server, and what it stores.
pub(crate) struct Database {
    _process: Running,
    _folder: TempDir,
    port: u16,
}

impl Database {
    /// Starts a server on a port that was free.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(MONGODB.binary().unwrap());
        command.args(["--bind_ip=127.0.0.1", &format!("--port={port}")]);
        command.arg(format!("--dbpath={}", folder.path().display()));
        let process = Running::start(command, "", DEADLINE).unwrap();
        eventually("MongoDB listens", || {
            TcpStream::connect(("127.0.0.1", port))
        });
        Self {
            _process: process,
            _folder: folder,
            port,
        }
    }

    pub(crate) fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}", self.port)
    }
}
