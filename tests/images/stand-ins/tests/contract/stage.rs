//! NATS, and processes with an environment that ends with their test.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use async_nats::jetstream::{
    self,
    consumer::Info,
    stream::{Config, RetentionPolicy},
};
use futures_util::TryStreamExt as _;
use harness::{build::NATS, patience::eventually, process::Running};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The stream of the only workflow.
pub(crate) const STREAM: &str = "rt_v1_Greet";

/// How long a process of a test may live.
const LIFETIME: Duration = Duration::from_mins(2);

/// What a test needs around what it tests.
pub(crate) struct Stage {
    /// Where its files are.
    pub(crate) folder: TempDir,
    nats: SocketAddr,
    server: Option<Child>,
    runtime: Runtime,
}

impl Stage {
    /// Chooses where NATS will be, and does not start it.
    pub(crate) fn without_nats() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            nats: free(),
            server: None,
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    /// Starts NATS, with a stream whose last node is `last`.
    pub(crate) fn new() -> Self {
        let mut stage = Self::without_nats();
        stage.start_nats();
        stage.make_stream();
        stage
    }

    /// Starts NATS at another address than before, at the same port.
    pub(crate) fn move_nats(&mut self, address: [u8; 4]) {
        self.end_nats();
        self.nats.set_ip(address.into());
        self.start_nats();
    }

    /// Starts NATS.
    pub(crate) fn start_nats(&mut self) {
        let server = Command::new(NATS.binary().unwrap())
            .arg("--jetstream")
            .arg(format!("--addr={}", self.nats.ip()))
            .arg(format!("--port={}", self.nats.port()))
            .arg(format!("--store_dir={}", self.path("nats").display()))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.server = Some(server);
        eventually("NATS listens", || TcpStream::connect(self.nats));
    }

    /// Ends NATS, without a farewell.
    pub(crate) fn end_nats(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Makes the stream of the workflow, as the engine does.
    pub(crate) fn make_stream(&self) {
        let context = self.jetstream();
        self.block_on(context.create_stream(stream())).unwrap();
    }

    /// Limits the messages of the stream, in bytes.
    pub(crate) fn limit_stream(&self, limit: i32) {
        let context = self.jetstream();
        let config = Config {
            max_message_size: limit,
            ..stream()
        };
        self.block_on(context.update_stream(config)).unwrap();
    }

    /// Deletes the stream of the workflow.
    pub(crate) fn delete_stream(&self) {
        let context = self.jetstream();
        self.block_on(context.delete_stream(STREAM)).unwrap();
    }

    /// Returns the consumers of the stream.
    pub(crate) fn consumers(&self) -> Vec<Info> {
        let context = self.jetstream();
        self.block_on(async {
            let stream = context.get_stream(STREAM).await.unwrap();
            stream.consumers().try_collect().await.unwrap()
        })
    }

    /// Returns `host:port` of NATS.
    pub(crate) fn nats(&self) -> String {
        self.nats.to_string()
    }

    /// Returns the port of NATS.
    pub(crate) fn nats_port(&self) -> u16 {
        self.nats.port()
    }

    /// Returns the path of a file of this test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of this test.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn jetstream(&self) -> jetstream::Context {
        self.block_on(async { jetstream::new(async_nats::connect(self.nats()).await.unwrap()) })
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.end_nats();
    }
}

fn stream() -> Config {
    Config {
        name: STREAM.to_owned(),
        subjects: vec![format!("{STREAM}.last"), format!("{STREAM}.entrypoint")],
        retention: RetentionPolicy::Interest,
        ..Config::default()
    }
}

/// Returns an address at which nobody listens.
pub(crate) fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Starts a face with nothing in its environment but what is given.
pub(crate) fn start<'a>(
    face: &str,
    arguments: impl IntoIterator<Item = String>,
    variables: impl IntoIterator<Item = (&'a str, String)>,
) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stand-ins"));
    command.arg(face).args(arguments).env_clear();
    command.envs(variables);
    Running::start(command, "", LIFETIME).unwrap()
}

/// Waits until a process has said something.
#[track_caller]
pub(crate) fn until_said(running: &mut Running, text: &str) {
    let said = running.until(|running| running.stdout_so_far().contains(text));
    assert!(said.unwrap(), "`{text}`: {}", running.stdout_so_far());
}
