//! What the API server itself needs for what a refresh asks.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use harness::proxy::Call;
use kube::Client;

/// How many requests are under way at once: as many as the provider's.
const AT_ONCE: usize = 32;

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FloorError {
    /// What was asked before cannot be asked again.
    #[error("no request")]
    Request(#[from] http::Error),
    /// The API server does not answer.
    #[error("no answer")]
    Answer(#[from] kube::Error),
}

/// Repeats what was read, all at once; returns how long that took.
pub(crate) async fn time(client: &Client, calls: &[Call]) -> Result<Duration, FloorError> {
    let reads = calls
        .iter()
        .filter(|call| matches!(call.verb, "get" | "list"));
    let since = Instant::now();
    let mut asked = stream::iter(reads)
        .map(async |call| {
            let request = http::Request::get(&call.path).body(Vec::new())?;
            match client.request_text(request).await {
                // What is not there is an answer too.
                Ok(_) | Err(kube::Error::Api(_)) => Ok::<_, FloorError>(()),
                Err(error) => Err(error.into()),
            }
        })
        .buffer_unordered(AT_ONCE);
    while let Some(answered) = asked.next().await {
        answered?;
    }
    Ok(since.elapsed())
}
