//! One request on its way: until when, and what is tried again.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use http::{HeaderMap, Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::Full;
use hyper::body::Bytes;
use tokio::{
    sync::{MutexGuard, OwnedSemaphorePermit},
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    ConnectError, Failure, answer::Answer, failure::Failed, session::Open, transport::Transport,
};

/// The wait before the second attempt, which doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// From this pause on, what may pass is not believed to.
const DOUBTFUL: Duration = Duration::from_secs(1);
/// How long others wait for the first who meets the server.
const COURTESY: Duration = Duration::from_secs(1);

/// One request and all its attempts.
pub(super) struct Call<'t> {
    pub(super) transport: &'t Transport,
    pub(super) parts: Parts,
    pub(super) body: Bytes,
    pub(super) since: Instant,
    pub(super) until: Instant,
}

impl Call<'_> {
    /// Sends it until there is an answer, a failure that stays, or no time left.
    pub(super) async fn run(&self) -> Result<Response<Answer>, Failure> {
        let mut pause = FIRST_PAUSE;
        let mut outdated = None;
        loop {
            let open = self.in_time(self.session(outdated)).await??;
            let wait = match self.attempt(&open).await {
                Ok(answer) if self.needs_renewal(&answer, outdated) => {
                    outdated = Some(open.generation);
                    continue;
                }
                Ok(answer) => match self.asked_to_wait(&answer, pause) {
                    Some(wait) => wait,
                    None => return Ok(answer),
                },
                Err(failed) if self.may_repeat(&failed, pause) => {
                    tracing::warn!(error = %failed.error, "trying again");
                    pause
                }
                Err(failed) => return Err(Arc::new(failed.error)),
            };
            sleep_until(Instant::now() + wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn session(&self, outdated: Option<u64>) -> Result<Open, Failure> {
        let Transport {
            session,
            target,
            limits,
            ..
        } = self.transport;
        session.open(target, limits.exec, outdated).await
    }

    async fn attempt(&self, open: &Open) -> Result<Response<Answer>, Failed> {
        let permit = self.permit().await?;
        let _alone = self.alone().await;
        let mut request = Request::from_parts(self.parts.clone(), Full::new(self.body.clone()));
        let headers = request.headers_mut();
        headers.extend(self.transport.target.who.headers.clone());
        if let Some(authorization) = &open.authorization {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        let end = self
            .until
            .min(Instant::now() + self.transport.limits.attempt);
        let streams = self.streams();
        match timeout_at(end, open.connections.send(request, streams)).await {
            Ok(Ok((answer, place))) => {
                let answered = &self.transport.has_answered;
                answered.store(true, Ordering::Relaxed);
                // What streams ends when the caller says, anything else with the attempt.
                Ok(answer.map(|body| {
                    if streams {
                        Answer::new(body, self.until, place)
                    } else {
                        Answer::new(body, end, Some(permit))
                    }
                }))
            }
            Ok(Err(error)) => Err(Failed::of(&error, &self.transport.target)),
            Err(_) => Err(Failed {
                error: self.too_late(),
                is_final: false,
                is_unsent: false,
            }),
        }
    }

    /// Waits for whoever meets the server first, and returns what makes others wait if it is us.
    async fn alone(&self) -> Option<MutexGuard<'_, ()>> {
        if self.has_answered() {
            return None;
        }
        let end = self.until.min(Instant::now() + COURTESY);
        let alone = timeout_at(end, self.transport.first.lock()).await.ok();
        alone.filter(|_| !self.has_answered())
    }

    fn has_answered(&self) -> bool {
        self.transport.has_answered.load(Ordering::Relaxed)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Failed> {
        let permit = timeout_at(self.until, self.transport.permits.clone().acquire_owned());
        match permit.await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Failed {
                error: self.too_late(),
                is_final: true,
                is_unsent: true,
            }),
        }
    }

    async fn in_time<T>(&self, future: impl Future<Output = T>) -> Result<T, Failure> {
        let outcome = timeout_at(self.until, future).await;
        outcome.map_err(|_| Arc::new(self.too_late()))
    }

    fn too_late(&self) -> ConnectError {
        ConnectError::Timeout {
            server: self.transport.target.shown(),
            limit: self.since.elapsed(),
        }
    }

    fn needs_renewal(&self, answer: &Response<Answer>, outdated: Option<u64>) -> bool {
        answer.status() == StatusCode::UNAUTHORIZED
            && outdated.is_none()
            && self.transport.target.who.credential.is_renewable()
    }

    /// How long the server asks to wait, if it is worth it.
    fn asked_to_wait(&self, answer: &Response<Answer>, pause: Duration) -> Option<Duration> {
        let is_passing = match answer.status() {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => true,
            // Mostly a webhook that fails: whoever waits for it should hear of it soon.
            StatusCode::INTERNAL_SERVER_ERROR => pause < DOUBTFUL,
            _ => false,
        };
        if !is_passing || !self.is_idempotent() {
            return None;
        }
        let wait = retry_after(answer.headers()).unwrap_or(pause).max(pause);
        (Instant::now() + wait < self.until).then_some(wait)
    }

    fn may_repeat(&self, failed: &Failed, pause: Duration) -> bool {
        let end = if self.has_answered() {
            self.until
        } else {
            // Counted for all calls together: a thousand resources do not wait one by one.
            let first = self.transport.first_asked.get_or_init(|| self.since);
            self.until.min(*first + self.transport.limits.first_contact)
        };
        !failed.is_final
            && (failed.is_unsent || self.is_idempotent())
            && Instant::now() + pause < end
    }

    /// Tells whether doing it twice is the same as doing it once.
    fn is_idempotent(&self) -> bool {
        match self.parts.method {
            Method::GET | Method::HEAD | Method::PUT | Method::DELETE => true,
            Method::PATCH => {
                let kind = self.parts.headers.get(header::CONTENT_TYPE);
                let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
                kind.starts_with("application/apply-patch")
                    || kind.starts_with("application/merge-patch")
            }
            _ => false,
        }
    }

    /// Tells whether the answer goes on for as long as the caller wants.
    fn streams(&self) -> bool {
        let query = self.parts.uri.query().unwrap_or_default();
        let is_stream = |parameter: &str| {
            matches!(
                parameter,
                "watch=true" | "watch=1" | "follow=true" | "follow=1"
            )
        };
        self.parts.headers.contains_key(header::UPGRADE) || query.split('&').any(is_stream)
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}
