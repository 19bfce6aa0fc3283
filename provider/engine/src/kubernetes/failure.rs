//! Why a request did not reach the API server: the causes of a failed connection, told apart.

use std::{error::Error as StdError, io};

use hyper_util::client::legacy::Error;
use rustls::CertificateError;

use super::{
    ConnectError, Names,
    target::{Target, Trust, shown},
};

/// A request that failed before its answer began.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: ConnectError,
    /// The same again would fail the same way.
    pub(super) is_final: bool,
    /// The server has not seen the request.
    pub(super) is_unsent: bool,
}

impl Failed {
    /// Explains why sending failed.
    pub(super) fn of(error: &Error, target: &Target) -> Self {
        let is_unsent = error.is_connect();
        let tls = causes(error).find_map(tls_error);
        if let Some(tls) = tls.cloned() {
            let is_final = matches!(tls, rustls::Error::InvalidCertificate(_));
            return Self {
                error: of_tls(tls, target),
                is_final,
                is_unsent,
            };
        }
        Self {
            error: of_network(error, target),
            is_final: false,
            is_unsent,
        }
    }
}

fn of_network(error: &Error, target: &Target) -> ConnectError {
    let texts: Vec<_> = causes(error).map(ToString::to_string).collect();
    let through = texts.iter().position(|text| is_of_proxy(text));
    if let (Some(proxy), Some(at)) = (&target.proxy, through) {
        // What says that the tunnel failed is followed by why.
        let reasons = texts.get(at..).unwrap_or_default();
        return ConnectError::Proxy {
            proxy: shown(&proxy.uri),
            origin: proxy.origin.clone(),
            server: target.shown(),
            problem: reasons.join(": "),
        };
    }
    let server = target.shown();
    if texts.iter().any(|text| text == "dns error") {
        return ConnectError::Resolve { server };
    }
    let source = innermost(error);
    ConnectError::Unreachable { server, source }
}

fn is_of_proxy(text: &str) -> bool {
    text.starts_with("tunnel error") || text.starts_with("SOCKS error")
}

/// The cause that says most; those around it only say where it happened.
fn innermost(error: &Error) -> Box<dyn StdError + Send + Sync> {
    let last = causes(error).last().map(ToString::to_string);
    last.unwrap_or_else(|| error.to_string()).into()
}

fn of_tls(error: rustls::Error, target: &Target) -> ConnectError {
    let server = target.shown();
    match error {
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => {
            let (trusted, remedy) = trusted(&target.trust);
            ConnectError::UnknownAuthority {
                server,
                trusted,
                remedy,
            }
        }
        rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
            expected,
            presented,
        }) => ConnectError::ServerName {
            server,
            expected: expected.to_str().into_owned(),
            names: Names(presented.iter().map(|name| plain(name)).collect()),
        },
        source => ConnectError::Tls { server, source },
    }
}

fn trusted(trust: &Trust) -> (String, &'static str) {
    match trust {
        Trust::Authorities(_, origin) => (
            format!("the authority of {origin}"),
            "take it from the kubeconfig of this very cluster, as another cluster has another",
        ),
        _ => (
            "no authority that this system trusts".to_owned(),
            "set `cluster_ca_certificate` to the certificate of the cluster's own authority",
        ),
    }
}

/// A name as it stands in a certificate: `DnsName("a")` is `a`, `IpAddress(1.2.3.4)` is `1.2.3.4`.
fn plain(presented: &str) -> String {
    let inside = presented
        .split_once('(')
        .map_or(presented, |(_, rest)| rest);
    let inside = inside.trim_end_matches(')');
    inside.trim_matches('"').to_owned()
}

type Cause<'e> = &'e (dyn StdError + 'static);

/// An error and everything that caused it, outermost first.
fn causes(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(Some(error), |error| next(*error))
}

/// An I/O error shows what it wraps as its own text, and skips it as a cause.
fn next(error: Cause<'_>) -> Option<Cause<'_>> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn tls_error(error: Cause<'_>) -> Option<&rustls::Error> {
    error.downcast_ref()
}
