//! The body of an answer, which ends in time and lets the next request go when it is read.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use hyper::body::{Bytes, Incoming};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep_until},
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body with an end in time.
#[derive(Debug)]
pub(super) struct Answer {
    body: Incoming,
    end: Pin<Box<Sleep>>,
    /// Lets others have a request under way when it is dropped.
    permit: Option<OwnedSemaphorePermit>,
}

/// The answer had begun, but was not complete when time was up.
#[derive(Debug, thiserror::Error)]
#[error("the answer of the API server was not complete in time")]
struct Incomplete;

impl Answer {
    pub(super) fn new(body: Incoming, end: Instant, permit: Option<OwnedSemaphorePermit>) -> Self {
        Self {
            body,
            end: Box::pin(sleep_until(end)),
            permit,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(frame) = polled {
            if frame.is_none() {
                self.permit = None;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        match self.end.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(Incomplete.into()))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
