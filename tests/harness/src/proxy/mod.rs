//! What stands between a provider and the API server of a test cluster: it counts what is asked,
//! kills whoever asks, is gone for a while, or refuses.
//!
//! The services in the cluster are behind it too, because they are reached through port-forwards.
//! It asks the API server as the administrator, whoever asks the proxy.
//!
//! ```no_run
//! use std::path::Path;
//! use harness::cluster::Cluster;
//! use harness::proxy::{Moment, Prey, Proxy, Trap};
//!
//! let proxy = Proxy::to(Cluster::shared().kubeconfig());
//! println!("config_path = {:?}", proxy.kubeconfig());
//!
//! let provider = Prey::new(Path::new("target/debug/terraform-provider-kre"));
//! proxy.arm(Trap::at(7, Moment::After, provider));
//! // Here a host applies, and fails.
//! let sprung = proxy.disarm().unwrap();
//! println!("killed {sprung}");
//! ```

mod call;
mod certificate;
mod connection;
mod door;
mod error;
mod exchange;
mod fault;
mod ledger;
mod trap;
mod tunnel;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kube::Config;
use kube::client::ConfigExt;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use call::{CHUNK, Call, counts};
pub use error::ProxyError;
pub use fault::Fault;
pub use trap::{Moment, Prey, Sprung, Trap};

use self::certificate::Certificate;
use self::connection::Connection;
use self::door::Door;
use self::exchange::Exchange;
use self::ledger::Ledger;
use crate::background;
use crate::report::OrFail;

/// A proxy in front of an API server, which ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    ledger: Arc<Ledger>,
    door: Arc<Door>,
    /// Closes the door when a trap wants it, and opens it again.
    porter: JoinHandle<()>,
    authority: String,
    folder: TempDir,
}

impl Proxy {
    /// Starts a proxy to the cluster of a kubeconfig; fails the test if that cannot be done.
    #[track_caller]
    pub fn to(kubeconfig: &Path) -> Self {
        let kubeconfig = kubeconfig.to_owned();
        let started = background::finish(async move { Self::start(&kubeconfig).await });
        let proxy = started.or_fail("no proxy");
        let written = fs::write(proxy.kubeconfig(), proxy.kubeconfig_text());
        written.or_fail("no kubeconfig for the proxy");
        proxy
    }

    async fn start(kubeconfig: &Path) -> Result<Self, ProxyError> {
        let config = config(kubeconfig).await?;
        let folder = tempfile::tempdir()?;
        let (ledger, absences) = Ledger::new();
        let ledger = Arc::new(ledger);
        let Certificate { server, authority } = Certificate::generate()?;
        let exchange = Exchange {
            ledger: ledger.clone(),
            server: config.cluster_url.clone(),
            upstream: upstream(&config)?,
        };
        let connection = Connection {
            tls: server,
            exchange: Arc::new(exchange),
        };
        let door = Arc::new(Door::new(connection)?);
        door.open().await?;
        Ok(Self {
            ledger,
            porter: tokio::spawn(be_gone_when_asked(door.clone(), absences)),
            door,
            authority,
            folder,
        })
    }

    /// Returns where it listens. It speaks HTTP there too, without TLS.
    pub fn address(&self) -> SocketAddr {
        self.door.address()
    }

    /// Returns its address as a URL, with TLS.
    pub fn url(&self) -> String {
        format!("https://{}", self.address())
    }

    /// Returns the certificate of the authority that clients have to trust, as PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns the path of a kubeconfig that leads to it.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    fn kubeconfig_text(&self) -> String {
        let authority = STANDARD.encode(&self.authority);
        let cluster = json!({ "server": self.url(), "certificate-authority-data": authority });
        // Some clients ask people for a password when a kubeconfig names none; nobody reads it.
        let user = json!({ "token": "whoever" });
        let context = json!({ "cluster": "proxy", "user": "whoever" });
        // JSON is YAML.
        json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": "proxy", "cluster": cluster }],
            "users": [{ "name": "whoever", "user": user }],
            "contexts": [{ "name": "proxy", "context": context }],
            "current-context": "proxy",
        })
        .to_string()
    }

    /// Returns the calls since the proxy started, or since [`Proxy::forget`].
    pub fn calls(&self) -> Vec<Call> {
        self.ledger.calls()
    }

    /// Counts these calls by their sort, e.g. `list pods`.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        counts(&self.calls())
    }

    /// Forgets the calls until now.
    pub fn forget(&self) {
        self.ledger.forget();
    }

    /// Sets a trap in place of the one before; it springs once.
    ///
    /// All connections end when it does, and the call that it was for is not answered.
    pub fn arm(&self, trap: Trap) {
        self.ledger.arm(trap);
    }

    /// Takes the trap away, and returns what it has done; `None` if its call never came.
    pub fn disarm(&self) -> Option<Sprung> {
        self.ledger.disarm()
    }

    /// Returns what the trap has done until now.
    pub fn sprung(&self) -> Option<Sprung> {
        self.ledger.sprung()
    }

    /// Refuses calls as a busy API server does; what was asked for before goes first.
    pub fn inject(&self, fault: Fault) {
        self.ledger.inject(fault);
    }

    /// Ends all connections and refuses new ones, until [`Proxy::serve`] or the end of a period of a
    /// trap.
    pub fn refuse(&self) {
        let (door, ledger) = (self.door.clone(), self.ledger.clone());
        background::finish(async move {
            door.close().await;
            ledger.end_connections();
        });
    }

    /// Accepts connections again.
    #[track_caller]
    pub fn serve(&self) {
        let door = self.door.clone();
        background::finish(async move { door.open().await }).or_fail("the port is lost");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.porter.abort();
        self.refuse();
    }
}

async fn config(kubeconfig: &Path) -> Result<Config, ProxyError> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let options = KubeConfigOptions::default();
    Ok(Config::from_custom_kubeconfig(kubeconfig, &options).await?)
}

fn upstream(config: &Config) -> Result<exchange::Upstream, ProxyError> {
    crate::cluster::install_crypto();
    let tls = config.rustls_client_config();
    let tls = tls.map_err(|error| ProxyError::Client(Box::new(error)))?;
    // HTTP/1.1 alone: nothing else can be upgraded.
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

async fn be_gone_when_asked(door: Arc<Door>, mut absences: mpsc::UnboundedReceiver<Duration>) {
    while let Some(period) = absences.recv().await {
        door.close().await;
        tokio::time::sleep(period).await;
        if let Err(error) = door.open().await {
            crate::report::remark(format_args!("the proxy does not come back: {error}"));
        }
    }
}
