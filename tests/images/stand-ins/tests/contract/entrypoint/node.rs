//! A node of the workflow, first and last at once.

use std::{
    io::{Read as _, Write as _},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use async_nats::jetstream;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use futures_util::StreamExt as _;
use prost::Message as _;
use prost_types::Any;
use tokio::{runtime::Builder, sync::oneshot};

use crate::{
    message::{KreNatsMessage, MessageType},
    stage::{STREAM, Stage},
};

/// A thread that answers what comes from the entrypoint, until it is dropped.
pub(super) struct Node {
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    received: mpsc::Receiver<Vec<u8>>,
}

impl Node {
    /// Answers each message with any number of others.
    pub(super) fn start(
        stage: &Stage,
        answer: impl Fn(KreNatsMessage) -> Vec<KreNatsMessage> + Send + 'static,
    ) -> Self {
        Self::sending(stage, move |message| {
            let answers = answer(message).into_iter();
            answers.map(|answer| answer.encode_to_vec()).collect()
        })
    }

    /// Answers with what it was told, compressed without need.
    pub(super) fn packing(stage: &Stage) -> Self {
        Self::sending(stage, |message| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&echo(&message).encode_to_vec()).unwrap();
            vec![encoder.finish().unwrap()]
        })
    }

    fn sending(
        stage: &Stage,
        answer: impl Fn(KreNatsMessage) -> Vec<Vec<u8>> + Send + 'static,
    ) -> Self {
        let (end, ended) = oneshot::channel();
        let (is_ready, ready) = mpsc::channel();
        let (arrivals, received) = mpsc::channel();
        let server = stage.nats();
        let work = async move {
            let client = async_nats::connect(server).await.unwrap();
            let context = jetstream::new(client.clone());
            let subject = format!("{STREAM}.entrypoint");
            let messages = client.subscribe(subject).await.unwrap();
            client.flush().await.unwrap();
            is_ready.send(()).unwrap();
            let mut messages = messages.take_until(ended);
            while let Some(message) = messages.next().await {
                let bytes = message.payload.to_vec();
                for answer in answer(decode(&bytes)) {
                    let subject = format!("{STREAM}.last");
                    let published = context.publish(subject, answer.into());
                    published.await.unwrap().await.unwrap();
                }
                // The test may be at its end.
                let _ = arrivals.send(bytes);
            }
        };
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let thread = thread::spawn(move || runtime.block_on(work));
        ready.recv().unwrap();
        Self {
            end: Some(end),
            thread: Some(thread),
            received,
        }
    }

    /// Answers with what it was told.
    pub(super) fn echoing(stage: &Stage) -> Self {
        Self::start(stage, |message| vec![echo(&message)])
    }

    /// Returns the next message that has come, as it was on its way.
    pub(super) fn next(&self) -> Vec<u8> {
        self.received.recv().unwrap()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Reads a message.
pub(super) fn decode(bytes: &[u8]) -> KreNatsMessage {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return KreNatsMessage::decode(bytes).unwrap();
    }
    let mut whole = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut whole).unwrap();
    KreNatsMessage::decode(whole.as_slice()).unwrap()
}

/// Answers a request with its own text: both types have it as their first member.
pub(super) fn echo(request: &KreNatsMessage) -> KreNatsMessage {
    let value = request.payload.clone().unwrap_or_default().value;
    KreNatsMessage {
        request_id: request.request_id.clone(),
        payload: Some(Any {
            type_url: "type.googleapis.com/greeter.Reply".to_owned(),
            value,
        }),
        from_node: "last".to_owned(),
        message_type: MessageType::Ok.into(),
        ..KreNatsMessage::default()
    }
}

/// Fails a request.
pub(super) fn refuse(request: &KreNatsMessage, why: &str) -> KreNatsMessage {
    KreNatsMessage {
        request_id: request.request_id.clone(),
        error: why.to_owned(),
        from_node: "last".to_owned(),
        message_type: MessageType::Error.into(),
        ..KreNatsMessage::default()
    }
}
