//! One request, and the JSON of its answer.

use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use kube::{
    client::Body,
    core::{Status, request},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{Objects, refusal};
use crate::kubernetes::Failure;

/// How often an answer that broke off is asked for again, and after which pause.
const REPEATS: usize = 3;
const PAUSE: Duration = Duration::from_millis(100);
/// The wait before a request is insisted on, which doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// As much as is told of an answer that is no JSON, in characters.
const EXCERPT: usize = 300;

/// A request without an answer, or with one that says no.
#[derive(Debug)]
pub(super) enum Refused {
    /// The API server says no.
    Status(Box<Status>),
    /// There is no answer.
    Call(Failure),
}

impl Refused {
    /// The code of the refusal.
    pub(super) fn code(&self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status.code),
            Self::Call(_) => None,
        }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Call(failure)
    }
}

impl Objects {
    /// Sends a request, and reads the answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        request: Result<Request<Vec<u8>>, request::Error>,
        until: Instant,
    ) -> Result<T, Refused> {
        match request {
            Ok(request) => self.send(&request, until).await,
            Err(error) => Err(self.explained(kube::Error::BuildRequest(error)).await),
        }
    }

    /// Sends a request again for as long as what is in the way may go by itself.
    pub(super) async fn insist(
        &self,
        request: Result<Request<Vec<u8>>, request::Error>,
        until: Instant,
    ) -> Result<Value, Refused> {
        let request = match request {
            Ok(request) => request,
            Err(error) => return Err(self.explained(kube::Error::BuildRequest(error)).await),
        };
        let mut pause = FIRST_PAUSE;
        loop {
            match self.send(&request, until).await {
                Err(Refused::Status(status))
                    if refusal::is_passing(&status) && Instant::now() + pause < until =>
                {
                    tracing::warn!(message = status.message, "trying again");
                }
                outcome => return outcome,
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: &Request<Vec<u8>>,
        until: Instant,
    ) -> Result<T, Refused> {
        let client = self.cluster().client(until).await?;
        let mut repeats = 0;
        loop {
            let sent = request.clone().map(Body::from);
            let answer = match client.send(sent).await {
                Ok(answer) => answer,
                Err(error) => return Err(self.explained(error).await),
            };
            let (head, body) = answer.into_parts();
            let body = match body.collect().await {
                Ok(body) => body.to_bytes(),
                // Who has changed something by it finds the change.
                Err(error) if request.method() == Method::POST || repeats == REPEATS => {
                    return Err(self.explained(error).await);
                }
                Err(_) => {
                    repeats += 1;
                    sleep(PAUSE).await;
                    continue;
                }
            };
            return match read(&Response::from_parts(head, &body)) {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(status)) => Err(Refused::Status(status)),
                Err(error) => Err(self.explained(kube::Error::SerdeError(error)).await),
            };
        }
    }

    /// Explains why there is no answer.
    pub(super) async fn explained(&self, error: kube::Error) -> Refused {
        Refused::Call(self.cluster().explain(error).await)
    }

    /// Explains a refusal that means nothing in particular here.
    pub(super) async fn failure(&self, refused: Refused) -> Failure {
        match refused {
            Refused::Status(status) => self.cluster().explain(kube::Error::Api(status)).await,
            Refused::Call(failure) => failure,
        }
    }
}

/// Reads an answer, or what the API server has against the request.
fn read<T: DeserializeOwned>(
    answer: &Response<&hyper::body::Bytes>,
) -> Result<Result<T, Box<Status>>, serde_json::Error> {
    if answer.status().is_success() {
        return serde_json::from_slice(answer.body()).map(Ok);
    }
    Ok(Err(Box::new(refusal(answer.status(), answer.body()))))
}

/// What lies between may refuse in its own words.
fn refusal(code: StatusCode, body: &[u8]) -> Status {
    match serde_json::from_slice::<Status>(body) {
        Ok(status) if status.code != 0 => status,
        _ => {
            let text = String::from_utf8_lossy(body);
            let text: String = text.trim().chars().take(EXCERPT).collect();
            let text = if text.is_empty() {
                code.to_string()
            } else {
                text
            };
            Status::failure(&text, "").with_code(code.as_u16())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_whoever_lies_between_is_told_in_its_words() {
        let status = refusal(StatusCode::BAD_GATEWAY, b"<html>no backend</html>\n");
        assert_eq!(
            (status.code, status.message.as_str()),
            (502, "<html>no backend</html>")
        );
        let status = refusal(StatusCode::FORBIDDEN, b"");
        assert_eq!(status.message, "403 Forbidden");
    }
}
