//! What all clients of one cluster share, and how much they may ask of it.

use std::{
    sync::{Arc, OnceLock, atomic::AtomicBool},
    time::Duration,
};

use http::{Request, Response, Uri, request::Parts};
use http_body_util::BodyExt;
use kube::client::Body;
use tokio::{
    sync::{Mutex, Semaphore},
    time::Instant,
};

use super::{ConnectError, Failure, answer::Answer, call::Call, session::Session, target::Target};

/// How much is asked of the API server, and how patiently.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How many requests may be under way at once; watches do not count.
    pub in_flight: usize,
    /// How long one attempt at a request may take.
    pub attempt: Duration,
    /// How long a server that has never answered is tried, counted from the first call of all;
    /// one that has, until the caller's end.
    pub first_contact: Duration,
    /// How long a command may take that issues credentials.
    pub exec: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 32,
            // As long as the API server itself gives a request.
            attempt: Duration::from_mins(1),
            first_contact: Duration::from_secs(5),
            exec: Duration::from_mins(1),
        }
    }
}

/// What all clients of one cluster share.
#[derive(Debug)]
pub(super) struct Transport {
    pub(super) target: Target,
    pub(super) limits: Limits,
    pub(super) permits: Arc<Semaphore>,
    pub(super) session: Session,
    /// When somebody asked for the first time.
    pub(super) first_asked: OnceLock<Instant>,
    /// Held by whoever meets the server first, so that the others find a connection to share.
    pub(super) first: Mutex<()>,
    pub(super) has_answered: AtomicBool,
}

impl Transport {
    pub(super) fn new(target: Target, limits: Limits) -> Self {
        Self {
            target,
            permits: Arc::new(Semaphore::new(limits.in_flight)),
            limits,
            session: Session::default(),
            first_asked: OnceLock::new(),
            first: Mutex::default(),
            has_answered: false.into(),
        }
    }

    /// Sends a request until there is an answer, a failure that stays, or no time left.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        until: Instant,
    ) -> Result<Response<Answer>, Failure> {
        let (parts, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|source| self.no_answer(source))?;
        let call = Call {
            transport: self,
            parts: self.addressed(parts)?,
            body: body.to_bytes(),
            since: Instant::now(),
            until,
        };
        call.run().await
    }

    /// Sends the request to this cluster.
    fn addressed(&self, mut parts: Parts) -> Result<Parts, Failure> {
        let server = &self.target.server;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let prefix = server.path().trim_end_matches('/');
        let mut uri = server.clone().into_parts();
        let path = format!("{prefix}{path}");
        uri.path_and_query = Some(
            path.parse()
                .map_err(|source: http::uri::InvalidUri| self.no_answer(source))?,
        );
        parts.uri = Uri::from_parts(uri).map_err(|source| self.no_answer(source))?;
        Ok(parts)
    }

    fn no_answer(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        let server = self.target.shown();
        let source = source.into();
        Arc::new(ConnectError::Answer { server, source })
    }
}
