//! Why there is no proxy, or no answer through it.

use std::io;

/// Why a proxy did not start, or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The kubeconfig of the cluster cannot be used.
    #[error("failed to read how the API server is reached")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    /// The credentials in it cannot be used.
    #[error("failed to prepare connections to the API server")]
    Client(#[source] Box<kube::Error>),
    /// There is no certificate to show.
    #[error("failed to make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be shown.
    #[error("failed to set up TLS")]
    Tls(#[from] rustls::Error),
    /// There is no port to listen at, or no folder to say which in.
    #[error("failed to listen, or to make a folder")]
    Listen(#[from] io::Error),
    /// A request cannot be sent on.
    #[error("failed to rewrite a request")]
    Rewrite(#[from] http::Error),
    /// The API server has not answered.
    #[error("no answer from the API server")]
    Upstream(#[from] hyper_util::client::legacy::Error),
    /// All connections were to end.
    #[error("the proxy has ended the connection")]
    Ended,
}
