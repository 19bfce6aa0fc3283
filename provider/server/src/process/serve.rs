//! The life of a plugin, from its arguments to its exit code.

use std::{
    error::Error,
    ffi::OsString,
    io::{self, Write},
    process::{self, ExitCode},
    thread,
    time::Duration,
};

use serde_json::json;
use terraform::diagnostics;
use tfplugin::{
    goplugin::{
        grpc_broker_server::GrpcBrokerServer, grpc_controller_server::GrpcControllerServer,
        grpc_stdio_server::GrpcStdioServer,
    },
    tfplugin6::provider_server::{Provider, ProviderServer},
};
use tokio::{runtime, time};
use tokio_util::sync::CancellationToken;
use tonic::transport::{self, Server, server::Router};
use tonic_health::ServingStatus;

use super::{
    arguments::{self, Command},
    connection,
    environment::Environment,
    goplugin::{Broker, Controller, HEALTH, Stdio},
    handshake::{self, HandshakeError, PROTOCOL_VERSION},
    lifetime::{self, Owner},
    listener::{Address, ListenError, Listener, Network},
    logging,
    stop::Stop,
    tls::{Tls, TlsError},
};

/// The largest message in either direction, in bytes: as much as Go's providers take.
const MAX_MESSAGE: usize = 256 << 20;

/// How much a host may send before it is acknowledged, in bytes: states come as one message.
const WINDOW: u32 = 4 << 20;

/// How long calls may go on after the process was asked to end.
///
/// A host kills after two seconds; the rest is for systems that end host and plugin at once, when
/// the host still waits for the answers.
const GRACE: Duration = Duration::from_secs(10);

/// The most threads: calls wait for the network, they hardly compute.
const MAX_THREADS: usize = 4;

/// What a provider is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The name in configurations, e.g. `"kre"`.
    ///
    /// Crates whose name begins with it, or with `terraform`, are heard at every log level.
    pub name: &'static str,
    /// The full source address, e.g. `"registry.terraform.io/kre/kre"`.
    pub address: &'static str,
    /// The version of the provider, e.g. `"0.1.0"`.
    pub version: &'static str,
    /// First arguments that make the binary something else than a plugin, which is up to its
    /// `main`, and what each is for; the help lists them.
    pub tools: &'static [(&'static str, &'static str)],
}

/// Why a plugin ended in failure.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(
        "refusing to serve without encryption on a port, where every user of this machine could \
         call; unset `TF_DISABLE_PLUGIN_TLS`"
    )]
    PlaintextPort,
    #[error("failed to start the runtime")]
    Runtime(#[source] io::Error),
    #[error("failed to catch signals")]
    Signals(#[source] io::Error),
    #[error("failed to write to standard output")]
    Print(#[source] io::Error),
    #[error("failed to serve")]
    Serve(#[source] transport::Error),
}

/// Runs a provider until its host is done with it: all that `main` has to do.
///
/// `arguments` are those after the program's name. `service` is called once, when the host already
/// knows where to connect; its [`Stop`] is what `StopProvider` has to trigger.
pub fn run<S: Provider>(
    options: Options,
    environment: &Environment,
    arguments: Vec<OsString>,
    service: impl FnOnce(Stop) -> S,
) -> ExitCode {
    let (owner, network) = match arguments::parse(arguments) {
        Ok(Command::Help) => return told(&arguments::help(options)),
        Ok(Command::Version) => return told(&arguments::version(options)),
        Ok(Command::Serve { owner, network }) => (owner, network),
        Err(error) => {
            report(&error);
            return ExitCode::from(2);
        }
    };
    let plugin = Plugin {
        options,
        environment,
        owner,
        network,
    };
    match plugin.run(service) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// A plugin that has not begun to serve.
struct Plugin<'a> {
    options: Options,
    environment: &'a Environment,
    owner: Owner,
    network: Network,
}

impl Plugin<'_> {
    fn run<S: Provider>(&self, service: impl FnOnce(Stop) -> S) -> Result<(), ServeError> {
        if self.owner == Owner::Host {
            handshake::check_cookie(self.environment)?;
        }
        lifetime::report_panics();
        logging::install(self.options.name, self.environment);
        let threads = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(MAX_THREADS);
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
            .map_err(ServeError::Runtime)?;
        let result = runtime.block_on(self.serve(service));
        // What still runs now has outlived its grace.
        runtime.shutdown_background();
        result
    }

    async fn serve<S: Provider>(&self, service: impl FnOnce(Stop) -> S) -> Result<(), ServeError> {
        let shutdown = CancellationToken::new();
        lifetime::watch(self.owner, &shutdown).map_err(ServeError::Signals)?;
        let tls = self.tls()?;
        let listener = Listener::open(self.network, self.environment).await?;
        let incoming = connection::incoming(listener.socket(), tls.as_ref());
        self.announce(listener.address(), tls.as_ref())?;

        let serving = router(service(Stop::new(shutdown.clone())), &shutdown)
            .await
            .serve_with_incoming_shutdown(incoming, shutdown.clone().cancelled_owned());
        tokio::select! {
            served = serving => served.map_err(ServeError::Serve),
            () = grace(&shutdown) => Ok(()),
        }
    }

    /// Returns how to encrypt; `None` if nobody asks for it and nobody else can listen.
    fn tls(&self) -> Result<Option<Tls>, ServeError> {
        if self.owner == Owner::Person {
            // Hosts that attach know no certificates.
            return Ok(None);
        }
        match self.environment.client_certificate() {
            Some(host) => Ok(Some(Tls::pinned_to(&host)?)),
            None if self.network == Network::Tcp => Err(ServeError::PlaintextPort),
            None => Ok(None),
        }
    }

    /// Tells the owner where the plugin listens.
    fn announce(&self, address: &Address, tls: Option<&Tls>) -> Result<(), ServeError> {
        let line = match self.owner {
            Owner::Host => handshake::line(address, tls.map(|tls| tls.certificate.as_str())),
            Owner::Person => reattach_line(self.options.address, address),
        };
        handshake::print(&line).map_err(ServeError::Print)?;
        let versions = self.environment.protocol_versions();
        tracing::debug!(%address, ?versions, "listening");
        Ok(())
    }
}

/// Puts the provider's service beside those that go-plugin expects.
async fn router<S: Provider>(service: S, shutdown: &CancellationToken) -> Router {
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status(HEALTH, ServingStatus::Serving)
        .await;
    let provider = ProviderServer::new(service)
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE);
    Server::builder()
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller {
            shutdown: shutdown.clone(),
        }))
        .add_service(GrpcStdioServer::new(Stdio {
            shutdown: shutdown.clone(),
        }))
        .add_service(GrpcBrokerServer::new(Broker {
            shutdown: shutdown.clone(),
        }))
        .add_service(health_service)
}

/// Returns when the process has to end whatever still runs.
async fn grace(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    time::sleep(GRACE).await;
}

/// Renders the variable that makes a host call this process instead of starting one.
///
/// `Test` keeps the host from ending the process when it is done.
fn reattach_line(provider: &str, address: &Address) -> String {
    let reattach = json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL_VERSION,
            "Pid": process::id(),
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        }
    });
    format!("TF_REATTACH_PROVIDERS='{reattach}'\n")
}

/// Prints what a person asked for.
fn told(text: &str) -> ExitCode {
    handshake::print(text).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// Prints an error and its causes where hosts look for them.
fn report(error: &(dyn Error + 'static)) {
    // Nobody is left to tell if this fails.
    let _ = writeln!(io::stderr(), "{}", diagnostics::chain(error));
}
