//! The host: starts a plugin, reads its handshake and calls it.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tfplugin::{
    goplugin::{
        grpc_broker_client::GrpcBrokerClient, grpc_controller_client::GrpcControllerClient,
        grpc_stdio_client::GrpcStdioClient,
    },
    tfplugin6::provider_client::ProviderClient,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
    process::Command,
};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use super::{
    handshake::{Address, Handshake, HandshakeError},
    mtls::{self, Identity, MtlsError},
    process::Process,
};

/// The cookie of Terraform and OpenTofu.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The largest message that hosts take, in bytes.
pub(super) const MAX_MESSAGE: usize = (1 << 31) - 1;

/// How a plugin is started.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// The cookie; `None` starts the plugin as a person would.
    pub cookie: Option<String>,
    /// The versions on offer, in the order in which they are written.
    pub versions: String,
    /// Whether the host makes a certificate and asks for the plugin's.
    pub encrypts: bool,
    /// Arguments, which hosts do not give.
    pub arguments: Vec<OsString>,
    /// Further variables; they win over the host's own.
    pub variables: BTreeMap<String, OsString>,
    /// How long to wait for the handshake.
    pub limit: Duration,
}

impl Default for HostOptions {
    /// What Terraform does, with a shorter patience.
    fn default() -> Self {
        Self {
            cookie: Some(COOKIE.to_owned()),
            versions: "5,6".to_owned(),
            encrypts: true,
            arguments: Vec::new(),
            variables: BTreeMap::new(),
            limit: Duration::from_secs(20),
        }
    }
}

/// With what a host turns up at a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// With the certificate that it announced.
    Own,
    /// With another certificate.
    Strange,
    /// With no certificate.
    Missing,
    /// Without TLS.
    Plaintext,
}

/// Why a plugin cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The binary does not start.
    #[error("failed to start `{0}`")]
    Start(PathBuf, #[source] io::Error),
    /// The plugin said nothing before its time was up or it ended.
    #[error("no handshake; standard error says {stderr:?}")]
    Silent {
        /// What it had said on standard error.
        stderr: Vec<String>,
    },
    /// What it said is no handshake.
    #[error("the handshake is wrong")]
    Handshake(#[from] HandshakeError),
    /// No certificate could be made or used.
    #[error("failed to set up encryption")]
    Mtls(#[from] MtlsError),
    /// Encryption is wanted, and the plugin has none.
    #[error("the plugin announced no certificate")]
    NoCertificate,
    /// The connection fails.
    #[error("failed to connect")]
    Connect(#[from] tonic::transport::Error),
}

/// A running plugin and a connection to it; dropping it kills the process.
#[derive(Debug)]
pub struct Plugin {
    process: Process,
    handshake: Handshake,
    identity: Option<Identity>,
    channel: Channel,
    moments: Moments,
}

/// When the steps of a start were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// Just before there was a process; the host's certificate was made before.
    pub started: Instant,
    /// When the handshake had been read.
    pub announced: Instant,
}

impl Plugin {
    /// Starts a plugin, reads its handshake and connects.
    pub async fn start(binary: &Path, options: HostOptions) -> Result<Self, HostError> {
        let identity = if options.encrypts {
            Some(Identity::generate()?)
        } else {
            None
        };
        let limit = options.limit;
        let started = Instant::now();
        let mut process = spawn(binary, options, identity.as_ref())?;
        let Some(line) = process.first_line(limit).await else {
            return Err(HostError::Silent {
                stderr: process.stderr(),
            });
        };
        let moments = Moments {
            started,
            announced: Instant::now(),
        };
        let handshake = Handshake::parse(&line)?;
        let credentials = if identity.is_some() {
            Credentials::Own
        } else {
            Credentials::Plaintext
        };
        let channel = connect(&handshake, identity.as_ref(), credentials).await?;
        Ok(Self {
            process,
            handshake,
            identity,
            channel,
            moments,
        })
    }

    /// Starts a binary as a host does, and leaves the rest to the caller.
    pub fn spawn(binary: &Path, options: HostOptions) -> Result<Process, HostError> {
        let identity = if options.encrypts {
            Some(Identity::generate()?)
        } else {
            None
        };
        spawn(binary, options, identity.as_ref())
    }

    /// Returns what the plugin said about itself.
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// Returns when the steps of the start were taken.
    pub fn moments(&self) -> Moments {
        self.moments
    }

    /// Returns the connection, for calls that no client makes.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Returns a client of the provider's service.
    pub fn provider(&self) -> ProviderClient<Channel> {
        provider(self.channel())
    }

    /// Returns a client of the service that ends the plugin.
    pub fn controller(&self) -> GrpcControllerClient<Channel> {
        GrpcControllerClient::new(self.channel())
    }

    /// Returns a client of the service that carries what the plugin prints.
    pub fn stdio(&self) -> GrpcStdioClient<Channel> {
        GrpcStdioClient::new(self.channel())
    }

    /// Returns a client of the service that arranges further connections.
    pub fn broker(&self) -> GrpcBrokerClient<Channel> {
        GrpcBrokerClient::new(self.channel())
    }

    /// Connects once more, with credentials that may be wrong.
    ///
    /// A refusal may show only at the first call.
    pub async fn connect(&self, credentials: Credentials) -> Result<Channel, HostError> {
        connect(&self.handshake, self.identity.as_ref(), credentials).await
    }

    /// Opens a connection on which nothing has been said.
    pub async fn connect_raw(&self) -> io::Result<impl AsyncRead + AsyncWrite + use<>> {
        dial(&self.handshake.address).await
    }

    /// Returns the process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Returns what the plugin printed after the handshake: nothing, if it is well.
    pub fn stray_output(&self) -> Vec<String> {
        self.process.stdout().into_iter().skip(1).collect()
    }

    /// Waits until the process ended; the error has the kind `TimedOut` if it does not in time.
    pub async fn wait(&mut self, limit: Duration) -> io::Result<ExitStatus> {
        self.process.wait(limit).await
    }
}

/// A client that takes and sends what hosts take and send.
pub(super) fn provider(channel: Channel) -> ProviderClient<Channel> {
    ProviderClient::new(channel)
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE)
}

fn spawn(
    binary: &Path,
    options: HostOptions,
    identity: Option<&Identity>,
) -> Result<Process, HostError> {
    let HostOptions {
        cookie,
        versions,
        encrypts: _,
        arguments,
        variables,
        limit: _,
    } = options;
    let mut command = Command::new(binary);
    command
        .args(arguments)
        .env_remove("TF_PLUGIN_MAGIC_COOKIE")
        .env_remove("PLUGIN_CLIENT_CERT")
        .env("PLUGIN_PROTOCOL_VERSIONS", versions)
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000");
    if let Some(cookie) = cookie {
        command.env("TF_PLUGIN_MAGIC_COOKIE", cookie);
    }
    if let Some(identity) = identity {
        command.env("PLUGIN_CLIENT_CERT", identity.pem());
    }
    command.envs(variables);
    Process::spawn(command).map_err(|error| HostError::Start(binary.to_owned(), error))
}

async fn connect(
    handshake: &Handshake,
    identity: Option<&Identity>,
    credentials: Credentials,
) -> Result<Channel, HostError> {
    let strange;
    let shown = match credentials {
        Credentials::Own => identity,
        Credentials::Strange => {
            strange = Identity::generate()?;
            Some(&strange)
        }
        Credentials::Missing | Credentials::Plaintext => None,
    };
    let tls = if credentials == Credentials::Plaintext {
        None
    } else {
        let server = handshake
            .certificate
            .clone()
            .ok_or(HostError::NoCertificate)?;
        Some(TlsConnector::from(mtls::client(server, shown)?))
    };
    let address = Arc::new(handshake.address.clone());
    let connector = service_fn(move |_: Uri| {
        let (address, tls) = (Arc::clone(&address), tls.clone());
        async move { encrypted(&address, tls).await.map(TokioIo::new) }
    });
    Ok(Endpoint::from_static("http://plugin")
        .connect_with_connector(connector)
        .await?)
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

async fn encrypted(address: &Address, tls: Option<TlsConnector>) -> io::Result<Box<dyn Duplex>> {
    let raw = dial(address).await?;
    let Some(tls) = tls else {
        return Ok(raw);
    };
    let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
    Ok(Box::new(tls.connect(name, raw).await?))
}

async fn dial(address: &Address) -> io::Result<Box<dyn Duplex>> {
    Ok(match address {
        Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
        Address::Tcp(address) => {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
    })
}
