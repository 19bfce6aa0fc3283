//! The cluster that everything happens in, connected when the first call needs it.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body_util::BodyExt;
use kube::{Client, client::Body, core::Status};
use secrecy::ExposeSecret;
use serde::Deserialize;
use tokio::{sync::OnceCell, task::spawn_blocking, time::Instant};
use tower::Service;

use super::{
    ConnectError,
    answer::Answer,
    rule::Rule,
    settings::Settings,
    target::Target,
    transport::{Limits, Transport},
    who::Credential,
};

/// Why a call failed; calls that wait for the same thing share it.
pub type Failure = Arc<ConnectError>;

/// Where the cluster tells who it is.
const IDENTITY: &str = "/api/v1/namespaces/kube-system";

/// A cluster. Nothing is read, run or opened before the first call.
#[derive(Debug, Clone)]
pub struct Cluster(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    limits: Limits,
    transport: OnceCell<Arc<Transport>>,
    uid: OnceCell<String>,
}

impl Cluster {
    /// The cluster that the settings describe.
    pub fn new(settings: Settings, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            settings,
            limits,
            transport: OnceCell::new(),
            uid: OnceCell::new(),
        }))
    }

    /// Returns a client whose calls, with all their attempts, end at `until`.
    ///
    /// All clients share their connections. Before the first of them exists it is made sure that
    /// this is the cluster that is expected.
    pub async fn client(&self, until: Instant) -> Result<Client, Failure> {
        let transport = self.transport().await?;
        if self.0.settings.expected_cluster_uid.is_some() {
            self.uid(until).await?;
        }
        let namespace = transport.target.namespace.clone();
        Ok(Client::new(Calls { transport, until }, namespace))
    }

    /// Returns the uid of namespace `kube-system`, which stands for the cluster.
    ///
    /// Asked for once. Fails if another one is expected.
    pub async fn uid(&self, until: Instant) -> Result<&str, Failure> {
        let transport = self.transport().await?;
        let uid = self
            .0
            .uid
            .get_or_try_init(|| self.identify(&transport, until));
        uid.await.map(String::as_str)
    }

    /// Explains why a call failed.
    pub async fn explain(&self, error: kube::Error) -> Failure {
        let transport = match self.transport().await {
            Ok(transport) => transport,
            Err(failure) => return failure,
        };
        match error {
            kube::Error::Api(status) => Arc::new(refused(*status, &transport.target)),
            kube::Error::Service(error) => match error.downcast::<Failure>() {
                Ok(failure) => *failure,
                Err(source) => no_answer(&transport.target, source),
            },
            error => no_answer(&transport.target, error.into()),
        }
    }

    async fn transport(&self) -> Result<Arc<Transport>, Failure> {
        // What is missing now may be there later: another resource may write it.
        let transport = self.0.transport.get_or_try_init(async || {
            let settings = self.0.settings.clone();
            let target = spawn_blocking(move || Target::find(&settings)).await;
            let target = target.map_err(|_| ConnectError::Interrupted).flatten();
            let target = target.map_err(Arc::new)?;
            Ok(Arc::new(Transport::new(target, self.0.limits.clone())))
        });
        transport.await.cloned()
    }

    async fn identify(&self, transport: &Transport, until: Instant) -> Result<String, Failure> {
        let target = &transport.target;
        let wrapped = |source| {
            Arc::new(ConnectError::Identify {
                target: target.name.clone(),
                source,
            })
        };
        let found = ask(transport, until).await.map_err(wrapped)?;
        match &self.0.settings.expected_cluster_uid {
            Some(expected) if *expected != found => Err(Arc::new(ConnectError::WrongCluster {
                target: target.name.clone(),
                found,
                expected: expected.clone(),
            })),
            _ => Ok(found),
        }
    }
}

/// As much of a namespace as matters here.
#[derive(Deserialize)]
struct Namespace {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    uid: String,
}

async fn ask(transport: &Transport, until: Instant) -> Result<String, Failure> {
    let target = &transport.target;
    let request = Request::get(IDENTITY).body(Body::empty());
    let request = request.map_err(|source| no_answer(target, source.into()))?;
    let (head, body) = transport.send(request, until).await?.into_parts();
    let body = body
        .collect()
        .await
        .map_err(|source| no_answer(target, source))?;
    let body = body.to_bytes();
    if head.status.is_success() {
        let namespace: Result<Namespace, _> = serde_json::from_slice(&body);
        let namespace = namespace.map_err(|source| no_answer(target, source.into()))?;
        return Ok(namespace.metadata.uid);
    }
    match serde_json::from_slice::<Status>(&body) {
        Ok(status) => Err(Arc::new(refused(status, target))),
        Err(source) => Err(no_answer(target, source.into())),
    }
}

fn no_answer(target: &Target, source: Box<dyn std::error::Error + Send + Sync>) -> Failure {
    let server = target.shown();
    Arc::new(ConnectError::Answer { server, source })
}

/// Explains a refusal of the API server.
fn refused(status: Status, target: &Target) -> ConnectError {
    match status.code {
        401 => ConnectError::Unauthorized {
            server: target.shown(),
            credential: target.who.name.clone(),
            expiry: expiry(&target.who.credential),
            remedy: remedy(&target.who.credential),
        },
        403 => match Rule::read(&status.message) {
            Some(rule) => ConnectError::Forbidden {
                rule: Box::new(rule),
            },
            None => ConnectError::Refused(Box::new(status)),
        },
        _ => ConnectError::Refused(Box::new(status)),
    }
}

fn remedy(credential: &Credential) -> &'static str {
    match credential {
        Credential::Token(_) => "issue a new token, or use `exec`, which renews it by itself",
        Credential::Exec(_) => {
            "log in again, and check that the command issues them for this very cluster"
        }
        Credential::TokenFile(_) => "check that the file belongs to this very cluster",
        Credential::Basic(..) => {
            "the cluster may not take passwords at all: use a token, a certificate or `exec`"
        }
        Credential::Nothing => {
            "check that the certificate is of this very cluster and has not expired, or set `token` or `exec`"
        }
    }
}

/// Since when a token is outdated, where it says so itself.
fn expiry(credential: &Credential) -> String {
    let Credential::Token(token) = credential else {
        return String::new();
    };
    match expired_for(token.value.expose_secret()) {
        Some(since) => format!(", as the token ended {} ago", span(since)),
        None => String::new(),
    }
}

/// A span of time in the unit that says enough.
fn span(time: Duration) -> String {
    match time.as_secs() / 60 {
        minutes @ 0..120 => format!("{minutes} min"),
        minutes @ 120..2880 => format!("{} h", minutes / 60),
        minutes => format!("{} days", minutes / 1440),
    }
}

fn expired_for(token: &str) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Claims {
        exp: u64,
    }
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    let end = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(exp))?;
    SystemTime::now().duration_since(end).ok()
}

/// The service below a client.
struct Calls {
    transport: Arc<Transport>,
    until: Instant,
}

impl Service<Request<Body>> for Calls {
    type Response = Response<Answer>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (transport, until) = (self.transport.clone(), self.until);
        Box::pin(async move { transport.send(request, until).await.map_err(Into::into) })
    }
}
