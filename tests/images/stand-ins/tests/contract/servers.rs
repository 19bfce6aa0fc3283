//! Servers, and the program, as processes of this machine.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::Command,
    time::Duration,
};

use harness::{
    build::{MONGODB, NATS},
    patience::eventually,
    process::{Output, Running},
};
use mongodb::Client;
use tempfile::TempDir;

/// Longer than any test takes.
const DEADLINE: Duration = Duration::from_mins(5);

/// The password of the only user.
pub(crate) const PASSWORD: &str = "open-sesame";

/// A server of MongoDB's protocol with one user, which ends with its owner.
pub(crate) struct MongoDb {
    port: u16,
    _process: Running,
    _folder: TempDir,
}

impl MongoDb {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = Command::new(MONGODB.binary().unwrap());
        command
            .args([
                "--auth",
                "--bind_ip",
                "127.0.0.1",
                "--port",
                &port.to_string(),
            ])
            .arg("--dbpath")
            .arg(folder.path())
            .env("MONGO_INITDB_ROOT_USERNAME", "admin")
            .env("MONGO_INITDB_ROOT_PASSWORD", PASSWORD);
        let process = Running::start(command, "", DEADLINE).unwrap();
        until_open(port);
        Self {
            port,
            _process: process,
            _folder: folder,
        }
    }

    /// The address with a password.
    pub(crate) fn uri(&self, password: &str) -> String {
        let port = self.port;
        format!("mongodb://admin:{password}@127.0.0.1:{port}/admin?directConnection=true")
    }

    pub(crate) async fn client(&self) -> Client {
        Client::with_uri_str(self.uri(PASSWORD)).await.unwrap()
    }
}

/// A NATS server, which ends with its owner.
pub(crate) struct Nats {
    port: u16,
    _process: Running,
}

impl Nats {
    pub(crate) fn start() -> Self {
        let port = free_port();
        let mut command = Command::new(NATS.binary().unwrap());
        command.args(["--addr", "127.0.0.1", "--port", &port.to_string()]);
        let process = Running::start(command, "", DEADLINE).unwrap();
        until_open(port);
        Self {
            port,
            _process: process,
        }
    }

    /// Where it is, as the originals are told.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

/// Starts the program with a face, and nothing but these variables.
pub(crate) fn start(face: &str, environment: &[(&str, String)]) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stand-ins"));
    command.arg(face).env_clear();
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    Running::start(command, "", DEADLINE).unwrap()
}

/// Runs a face to its end.
pub(crate) fn run(face: &str, environment: &[(&str, String)]) -> Output {
    start(face, environment).wait().unwrap()
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn until_open(port: u16) {
    eventually("a server listens", || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop)
    });
}
