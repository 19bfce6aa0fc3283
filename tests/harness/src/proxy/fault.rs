//! Answers that the API server has not given.

use std::fmt;

use http::{Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::json;

use super::Call;

/// A refusal in place of the API server's answer, for some calls.
pub struct Fault {
    status: StatusCode,
    retry_after: Option<u32>,
    pub(super) times: usize,
    applies: Box<dyn Fn(&Call) -> bool + Send>,
}

impl Fault {
    /// Refuses the next call with status 503, a server that is overloaded or not ready.
    pub fn unavailable() -> Self {
        Self::with(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Refuses the next call with status 429, and asks to come back in some seconds.
    pub fn too_many_requests(seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::with(StatusCode::TOO_MANY_REQUESTS)
        }
    }

    /// Refuses the next call with any status.
    pub fn with(status: StatusCode) -> Self {
        Self {
            status,
            retry_after: None,
            times: 1,
            applies: Box::new(|_| true),
        }
    }

    /// Refuses this many calls.
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// Lets other calls pass; they do not count.
    pub fn only(self, applies: impl Fn(&Call) -> bool + Send + 'static) -> Self {
        Self {
            applies: Box::new(applies),
            ..self
        }
    }

    /// Tells whether a call can be refused and is to be: what flows in a connection cannot.
    pub(super) fn is_for(&self, call: &Call) -> bool {
        call.chunk.is_none() && (self.applies)(call)
    }

    /// Returns one refusal, and keeps the others.
    pub(super) fn once(&mut self) -> Self {
        self.times = self.times.saturating_sub(1);
        Self {
            retry_after: self.retry_after,
            ..Self::with(self.status)
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the refusal as an API server writes it.
    pub(super) fn answer(&self) -> Response<Full<Bytes>> {
        let reason = match self.status {
            StatusCode::TOO_MANY_REQUESTS => "TooManyRequests",
            StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
            StatusCode::INTERNAL_SERVER_ERROR => "InternalError",
            StatusCode::UNAUTHORIZED => "Unauthorized",
            StatusCode::FORBIDDEN => "Forbidden",
            _ => "Unknown",
        };
        let body = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "the proxy of the test has refused this",
            "reason": reason,
            "code": self.status.as_u16(),
        });
        let mut answer = Response::new(Full::new(Bytes::from(body.to_string())));
        *answer.status_mut() = self.status;
        let headers = answer.headers_mut();
        let json = header::HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        answer
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("status", &self.status)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}
