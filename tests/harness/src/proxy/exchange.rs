//! One request on its way to the API server, and the answer on its way back.

use std::future::pending;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, Request, Response, StatusCode, Uri, Version, header};
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::{Client, connect::HttpConnector};

use super::ledger::{Ledger, Verdict};
use super::tunnel::Tunnel;
use super::{Call, ProxyError};

pub(super) type Upstream = Client<HttpsConnector<HttpConnector>, Incoming>;
type Body = Either<Incoming, Full<Bytes>>;

/// Headers that are about one connection and not about the request, and who the client is: the
/// proxy asks as the administrator.
const OWN: [HeaderName; 6] = [
    header::CONNECTION,
    header::HOST,
    header::TRANSFER_ENCODING,
    header::TE,
    header::UPGRADE,
    header::AUTHORIZATION,
];

/// The way to the API server.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) ledger: Arc<Ledger>,
    pub(super) server: Uri,
    pub(super) upstream: Upstream,
}

impl Exchange {
    /// Answers a request; an error ends the connection without an answer.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, ProxyError> {
        let mut era = self.ledger.era();
        tokio::select! {
            _ = era.changed() => Err(ProxyError::Ended),
            answer = self.pass(request) => answer,
        }
    }

    async fn pass(&self, request: Request<Incoming>) -> Result<Response<Body>, ProxyError> {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let call = Call::of_request(request.method(), path, request.headers());
        match self.ledger.enter(call.clone()) {
            Verdict::Sprung => pending().await,
            Verdict::Answer { number, fault } => {
                self.ledger.answered(number, fault.status());
                Ok(fault.answer().map(Either::Right))
            }
            Verdict::Pass { number, trap } => {
                let answer = self.forward(request, call).await?;
                self.ledger.answered(number, answer.status());
                if let Some(trap) = trap {
                    self.ledger.spring(number, &trap);
                    pending::<()>().await;
                }
                Ok(answer.map(Either::Left))
            }
        }
    }

    async fn forward(
        &self,
        mut request: Request<Incoming>,
        call: Call,
    ) -> Result<Response<Incoming>, ProxyError> {
        let upgrade = request.headers().get(header::UPGRADE).cloned();
        let client = hyper::upgrade::on(&mut request);
        let request = self.addressed(request, upgrade.as_ref())?;
        let mut answer = self.upstream.request(request).await?;
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let tunnel = Tunnel {
                ledger: self.ledger.clone(),
                call,
            };
            tokio::spawn(tunnel.carry(client, hyper::upgrade::on(&mut answer)));
        } else {
            strip(answer.headers_mut());
        }
        *answer.version_mut() = Version::default();
        Ok(answer)
    }

    /// Sends a request to the API server, in the way that its connections are.
    fn addressed(
        &self,
        request: Request<Incoming>,
        upgrade: Option<&http::HeaderValue>,
    ) -> Result<Request<Incoming>, ProxyError> {
        let (mut parts, body) = request.into_parts();
        let mut uri = self.server.clone().into_parts();
        uri.path_and_query = parts.uri.path_and_query().cloned();
        parts.uri = Uri::from_parts(uri).map_err(http::Error::from)?;
        parts.version = Version::HTTP_11;
        strip(&mut parts.headers);
        if let Some(protocol) = upgrade {
            parts.headers.insert(header::UPGRADE, protocol.clone());
            let upgrades = header::HeaderValue::from_static("Upgrade");
            parts.headers.insert(header::CONNECTION, upgrades);
        }
        Ok(Request::from_parts(parts, body))
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in OWN {
        headers.remove(name);
    }
}
