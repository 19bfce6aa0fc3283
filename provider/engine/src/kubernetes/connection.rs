//! Connections to the API server: TLS, a proxy on the way, and HTTP/2 wherever it can be.

use std::{sync::Arc, time::Duration};

use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    rt::{Read, Write},
};
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client, Error,
        connect::{
            Connection, HttpConnector,
            proxy::{SocksV5, Tunnel},
        },
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{
    ClientConfig, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime},
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::ExposeSecret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Service, ServiceExt, util::BoxCloneSyncService};

use super::{
    ConnectError,
    proxy::Proxy,
    target::{Target, Trust},
};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How often a server that has nothing to say is asked whether it is still there.
const PING: Duration = Duration::from_secs(15);

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Http = BoxCloneSyncService<Request<Full<Bytes>>, Response<Incoming>, Error>;

/// How many watches share a connection with other requests, and how many have one of their own.
///
/// An API server lets 100 requests be under way on one connection; what is beyond that waits until
/// others end, which watches do not do soon.
const PLACES: [usize; 8] = [60, 95, 95, 95, 95, 95, 95, 95];

/// Pools of connections that all show the same certificate.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    /// Each shares one connection among all its requests, if the server speaks HTTP/2. The first is
    /// for all requests, the others for those that last.
    shared: Arc<[Lane]>,
    /// One connection for each request: only HTTP/1.1 can be turned into something else.
    single: Http,
}

/// A pool, and the places that it has for requests that last.
#[derive(Debug, Clone)]
struct Lane {
    http: Http,
    places: Arc<Semaphore>,
}

/// An answer, and the place that it takes up until it has been read.
type Placed = (Response<Incoming>, Option<OwnedSemaphorePermit>);

impl Connections {
    /// Prepares pools; nothing is opened yet.
    pub(super) fn new(
        target: &Target,
        identity: Option<Arc<CertifiedKey>>,
    ) -> Result<Self, ConnectError> {
        let tls = tls(&target.trust, identity)?;
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        plain.set_connect_timeout(Some(CONNECT));
        let name = target.server_name.as_ref();
        match &target.proxy {
            None => Ok(Self::over(&plain, &tls, name)),
            Some(proxy) if is_socks(proxy) => {
                let mut socks = SocksV5::new(proxy.uri.clone(), plain);
                if let Some((user, password)) = &proxy.user {
                    socks = socks.with_auth(user.clone(), password.expose_secret().to_owned());
                }
                Ok(Self::over(&socks, &tls, name))
            }
            Some(proxy) if proxy.uri.scheme_str() == Some("https") => {
                let outer = secured(
                    plain,
                    &self::tls(&Trust::System, None)?,
                    None,
                    Protocol::One,
                );
                Ok(Self::over(&tunnel(proxy, outer), &tls, name))
            }
            Some(proxy) => Ok(Self::over(&tunnel(proxy, plain), &tls, name)),
        }
    }

    fn over<C>(connector: &C, tls: &ClientConfig, name: Option<&ServerName<'static>>) -> Self
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Connection + Read + Write + Send + Unpin + 'static,
        C::Future: Send + 'static,
        C::Error: Into<BoxError>,
    {
        let pool = |protocol| {
            let client = Client::builder(TokioExecutor::new())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .http2_keep_alive_interval(PING)
                .http2_keep_alive_timeout(PING)
                .build(secured(connector.clone(), tls, name, protocol));
            BoxCloneSyncService::new(client)
        };
        let lanes = PLACES.map(|places| Lane {
            http: pool(Protocol::Best),
            places: Arc::new(Semaphore::new(places)),
        });
        Self {
            shared: Arc::new(lanes),
            single: pool(Protocol::One),
        }
    }

    /// Sends one request, and returns as soon as the answer has begun.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        lasts: bool,
    ) -> Result<Placed, Error> {
        let upgrades = request.headers().contains_key(http::header::UPGRADE);
        let (http, place) = match self.lane(lasts) {
            Some((lane, place)) if !upgrades => (&lane.http, place),
            _ => (&self.single, None),
        };
        let answer = http.clone().oneshot(request).await?;
        Ok((answer, place))
    }

    /// Finds the first pool with a place for a request; `None` if all places are taken.
    fn lane(&self, lasts: bool) -> Option<(&Lane, Option<OwnedSemaphorePermit>)> {
        if !lasts {
            return self.shared.first().map(|lane| (lane, None));
        }
        self.shared.iter().find_map(|lane| {
            let place = lane.places.clone().try_acquire_owned().ok()?;
            Some((lane, Some(place)))
        })
    }
}

/// What is spoken on a connection.
#[derive(Clone, Copy)]
enum Protocol {
    /// HTTP/1.1.
    One,
    /// HTTP/2 if the server offers it.
    Best,
}

fn secured<C>(
    connector: C,
    tls: &ClientConfig,
    name: Option<&ServerName<'static>>,
    protocol: Protocol,
) -> HttpsConnector<C> {
    let builder = HttpsConnectorBuilder::new()
        .with_tls_config(tls.clone())
        .https_or_http();
    let builder = match name {
        Some(name) => builder.with_server_name_resolver(FixedServerNameResolver::new(name.clone())),
        None => builder,
    };
    match protocol {
        Protocol::One => builder.enable_http1().wrap_connector(connector),
        Protocol::Best => builder.enable_all_versions().wrap_connector(connector),
    }
}

fn is_socks(proxy: &Proxy) -> bool {
    let scheme = proxy.uri.scheme_str();
    scheme.is_some_and(|scheme| scheme.starts_with("socks"))
}

fn tunnel<C>(proxy: &Proxy, connector: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.uri.clone(), connector);
    match &proxy.basic {
        Some(basic) => tunnel.with_auth(basic.clone()),
        None => tunnel,
    }
}

fn tls(trust: &Trust, identity: Option<Arc<CertifiedKey>>) -> Result<ClientConfig, ConnectError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(ConnectError::SystemRoots)?;
    let builder = match trust {
        Trust::System => builder
            .with_platform_verifier()
            .map_err(ConnectError::SystemRoots)?,
        Trust::Authorities(roots, _) => builder.with_root_certificates(roots.clone()),
        Trust::Anybody => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider))),
    };
    Ok(match identity {
        Some(identity) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity)))
        }
        None => builder.with_no_client_auth(),
    })
}

/// Believes every certificate, as `insecure` asks for, but not that somebody else has its key.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
