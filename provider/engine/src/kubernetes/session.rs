//! Who asks, at the moment: credentials, renewed before they end or when they were refused.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;
use secrecy::ExposeSecret;
use tokio::{sync::Mutex, time::Instant};

use super::{
    ConnectError, Failure, connection::Connections, credentials, origin::Origin, target::Target,
    who::Credential,
};

/// How long before their end credentials are renewed.
const MARGIN: Duration = Duration::from_secs(10);
/// How long a token that was read from a file is believed, and a failure to get one remembered.
const MEMORY: Duration = Duration::from_secs(30);

/// What requests are sent with, for as long as it is good. Whoever needs it anew waits for the one
/// who is getting it.
#[derive(Debug, Default)]
pub(super) struct Session(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    generation: u64,
    open: Option<Open>,
    failed: Option<(Failure, Instant)>,
}

/// What requests are sent with.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) generation: u64,
    pub(super) connections: Connections,
    pub(super) authorization: Option<HeaderValue>,
    expires: Option<SystemTime>,
}

impl Session {
    /// Returns what there is, or something newer than generation `outdated`.
    pub(super) async fn open(
        &self,
        target: &Target,
        limit: Duration,
        outdated: Option<u64>,
    ) -> Result<Open, Failure> {
        let mut state = self.0.lock().await;
        if let Some(open) = state.open.as_ref().filter(|open| open.is_good(outdated)) {
            return Ok(open.clone());
        }
        if let Some((failure, since)) = &state.failed
            && since.elapsed() < MEMORY
        {
            return Err(failure.clone());
        }
        match Open::new(target, limit, state.open.clone(), state.generation + 1).await {
            Ok(open) => {
                *state = State {
                    generation: open.generation,
                    open: Some(open.clone()),
                    failed: None,
                };
                Ok(open)
            }
            Err(error) => {
                let failure = Arc::new(error);
                state.failed = Some((failure.clone(), Instant::now()));
                Err(failure)
            }
        }
    }
}

impl Open {
    fn is_good(&self, outdated: Option<u64>) -> bool {
        let lasts = |expires| SystemTime::now() + MARGIN < expires;
        outdated.is_none_or(|outdated| self.generation > outdated) && self.expires.is_none_or(lasts)
    }

    async fn new(
        target: &Target,
        limit: Duration,
        old: Option<Self>,
        generation: u64,
    ) -> Result<Self, ConnectError> {
        let mut identity = None;
        let mut expires = None;
        let authorization = match &target.who.credential {
            Credential::Nothing => None,
            Credential::Token(token) => Some(bearer(token.value.expose_secret(), &token.origin)?),
            Credential::TokenFile(file) => {
                expires = Some(SystemTime::now() + MEMORY);
                let token = std::fs::read_to_string(&file.value);
                let token = token.map_err(|source| ConnectError::Read {
                    origin: file.origin.clone(),
                    path: file.value.clone(),
                    source,
                })?;
                Some(bearer(token.trim(), &file.origin)?)
            }
            Credential::Basic(user, password) => Some(basic(user, password.expose_secret())),
            Credential::Exec(exec) => {
                let path = target.search_path.as_deref();
                let issued = credentials::issue(exec, path, limit).await?;
                identity = issued.identity;
                expires = issued.expires;
                let token = issued.token.as_ref();
                token
                    .map(|token| bearer(token.expose_secret(), &exec.origin))
                    .transpose()?
            }
        };
        let connections = match (old, identity) {
            // Whoever asks shows the same certificate as before.
            (Some(old), None) => old.connections,
            (_, issued) => {
                Connections::new(target, issued.or_else(|| target.who.identity.clone()))?
            }
        };
        Ok(Self {
            generation,
            connections,
            authorization,
            expires,
        })
    }
}

fn bearer(token: &str, origin: &Origin) -> Result<HeaderValue, ConnectError> {
    let header = HeaderValue::try_from(format!("Bearer {token}"));
    let mut header = header.map_err(|_| ConnectError::Token(origin.clone()))?;
    header.set_sensitive(true);
    Ok(header)
}

fn basic(user: &str, password: &str) -> HeaderValue {
    let packed = STANDARD.encode(format!("{user}:{password}"));
    // Base64 is always a header.
    let header = HeaderValue::try_from(format!("Basic {packed}"));
    let mut header = header.unwrap_or_else(|_| HeaderValue::from_static("Basic"));
    header.set_sensitive(true);
    header
}
