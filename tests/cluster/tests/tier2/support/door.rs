//! A client outside the cluster that asks for a host at the address of Ingresses.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use harness::patience::PATIENCE;
use http::header::HOST;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How the client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// HTTP/1 at port 80.
    Plain,
    /// HTTP/2 at port 80, without having asked whether it is understood.
    Prior,
    /// HTTP/2 at port 443.
    Encrypted,
}

/// What came back: status and body.
pub(crate) type Answer = (u16, String);

/// Why nothing did.
type Failure = Box<dyn Error + Send + Sync>;

/// A host at an address.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) address: IpAddr,
    pub(crate) host: String,
    /// The certificate that the host is expected to show.
    pub(crate) certificate: CertificateDer<'static>,
}

impl Door {
    /// Asks once.
    pub(crate) async fn ask(&self, way: Way) -> Result<Answer, Failure> {
        match way {
            Way::Plain => {
                let stream = TcpStream::connect((self.address, 80)).await?;
                let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                let request = Request::get("/").header(HOST, &self.host);
                read(sender.send_request(request.body(String::new())?).await?).await
            }
            Way::Prior => {
                let stream = TcpStream::connect((self.address, 80)).await?;
                self.ask_on(TokioIo::new(stream), "http").await
            }
            Way::Encrypted => {
                let stream = TcpStream::connect((self.address, 443)).await?;
                let name = ServerName::try_from(self.host.clone())?;
                let stream = self.connector()?.connect(name, stream).await?;
                self.ask_on(TokioIo::new(stream), "https").await
            }
        }
    }

    /// Asks again and again until the answer is the one that is expected.
    pub(crate) async fn until_says(&self, way: Way, expected: &Answer) {
        let began = Instant::now();
        loop {
            let answer = self.ask(way).await;
            if matches!(&answer, Ok(answer) if answer == expected) {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{way:?}: {answer:?}, not {expected:?}"
            );
        }
    }

    async fn ask_on<Stream>(&self, stream: Stream, scheme: &str) -> Result<Answer, Failure>
    where
        Stream: Read + Write + Send + Unpin + 'static,
    {
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
        tokio::spawn(connection);
        let request = Request::get(format!("{scheme}://{}/", self.host));
        read(sender.send_request(request.body(String::new())?).await?).await
    }

    /// Returns what trusts nothing but the host's certificate, and speaks nothing but HTTP/2.
    fn connector(&self) -> Result<TlsConnector, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

async fn read(response: Response<Incoming>) -> Result<Answer, Failure> {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
