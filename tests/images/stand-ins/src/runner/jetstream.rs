//! JetStream as the originals' clients use it: requests of its API, one by one.

use std::time::Duration;

use async_nats::{Client, HeaderMap, Request, RequestErrorKind, Subscriber};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::flavour::Flavour;

/// How long a message may stay unacknowledged before it is delivered again.
const ACK_WAIT: Duration = Duration::from_hours(22);

/// Not found: the status of all the errors that say so.
const NOT_FOUND: u64 = 404;

/// Why a request has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The server refuses.
    Refused(Refusal),
    /// There is no answer in time.
    Timeout,
    /// Nobody is there to answer.
    NoResponders,
    /// The request does not get as far.
    Other(String),
}

/// How a server refuses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Refusal {
    code: u64,
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}

impl Fault {
    /// Tells whether what was asked for is not there.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == NOT_FOUND)
    }

    /// Words it as the original's client does.
    pub(super) fn say(&self, flavour: Flavour) -> String {
        match (self, flavour) {
            (Self::Refused(refusal), Flavour::Python) => refusal.python(),
            (Self::Refused(refusal), Flavour::Go) => format!("nats: {}", refusal.description),
            (Self::Timeout, _) => "nats: timeout".to_owned(),
            (Self::NoResponders, _) => "nats: no responders available for request".to_owned(),
            (Self::Other(error), _) => format!("nats: {error}"),
        }
    }
}

impl Refusal {
    fn python(&self) -> String {
        let Self {
            code,
            err_code,
            description,
        } = self;
        let class = match code {
            400 => "BadRequestError",
            404 => "NotFoundError",
            500 => "ServerError",
            503 => "ServiceUnavailableError",
            _ => "APIError",
        };
        format!("nats: {class}: code={code} err_code={err_code} description='{description}'")
    }
}

/// A durable consumer, which a node shares with its replicas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Consumer<'a> {
    /// Its name, and its queue's.
    pub(super) durable: &'a str,
    pub(super) stream: &'a str,
    pub(super) subject: &'a str,
    /// Unlimited if negative.
    pub(super) max_ack_pending: i64,
}

/// JetStream, for one node.
#[derive(Debug, Clone)]
pub(super) struct JetStream {
    client: Client,
    timeout: Duration,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Refused { error: Refusal },
    Granted(T),
}

#[derive(Deserialize)]
struct StreamInfo {
    config: StreamConfig,
}

#[derive(Deserialize)]
struct StreamConfig {
    #[serde(default)]
    max_msg_size: i64,
}

#[derive(Deserialize)]
struct StreamNames {
    streams: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct ConsumerInfo {
    config: ConsumerConfig,
}

#[derive(Deserialize)]
struct ConsumerConfig {
    #[serde(default)]
    deliver_subject: String,
}

impl JetStream {
    /// Uses a connection, and waits so long for an answer.
    pub(super) fn new(client: Client, timeout: Duration) -> Self {
        Self { client, timeout }
    }

    /// Returns the longest message that a stream takes, in bytes; -1 means any.
    pub(super) async fn longest_message(&self, stream: &str) -> Result<i64, Fault> {
        let info: StreamInfo = self
            .ask(&format!("STREAM.INFO.{stream}"), &json!({}))
            .await?;
        Ok(info.config.max_msg_size)
    }

    /// Finds the stream that has a subject, if there is one.
    pub(super) async fn stream_of(&self, subject: &str) -> Result<Option<String>, Fault> {
        let filter = json!({ "subject": subject });
        let names: StreamNames = self.ask("STREAM.NAMES", &filter).await?;
        Ok(names.streams.unwrap_or_default().into_iter().next())
    }

    /// Publishes, and waits until it is stored.
    pub(super) async fn publish(
        &self,
        stream: Option<&str>,
        subject: &str,
        bytes: Vec<u8>,
    ) -> Result<(), Fault> {
        let mut request = Request::new().payload(bytes.into());
        if let Some(stream) = stream {
            let mut headers = HeaderMap::new();
            headers.insert("Nats-Expected-Stream", stream);
            request = request.headers(headers);
        }
        let _stored: Value = self.request(subject, request).await?;
        Ok(())
    }

    /// Subscribes as a member of the queue of a consumer, which is made unless it is there already.
    pub(super) async fn subscribe(&self, consumer: Consumer<'_>) -> Result<Subscriber, Fault> {
        let subject = match self.deliver_subject(consumer).await {
            Err(fault) if fault.is_not_found() => {
                let subject = self.client.new_inbox();
                self.create(consumer, &subject).await?;
                subject
            }
            found => found?,
        };
        let queue = consumer.durable.to_owned();
        let subscriber = self.client.queue_subscribe(subject, queue).await;
        let subscriber = subscriber.map_err(|error| Fault::Other(error.to_string()))?;
        // The server knows of it before anybody hears so.
        let flushed = self.client.flush().await;
        flushed.map_err(|error| Fault::Other(error.to_string()))?;
        Ok(subscriber)
    }

    async fn deliver_subject(&self, consumer: Consumer<'_>) -> Result<String, Fault> {
        let Consumer {
            stream, durable, ..
        } = consumer;
        let subject = format!("CONSUMER.INFO.{stream}.{durable}");
        let info: ConsumerInfo = self.ask(&subject, &json!({})).await?;
        Ok(info.config.deliver_subject)
    }

    async fn create(&self, consumer: Consumer<'_>, deliver_subject: &str) -> Result<(), Fault> {
        let Consumer {
            durable,
            stream,
            subject,
            max_ack_pending,
        } = consumer;
        let config = json!({
            "durable_name": durable,
            "deliver_subject": deliver_subject,
            "deliver_group": durable,
            "deliver_policy": "new",
            "ack_policy": "explicit",
            "ack_wait": u64::try_from(ACK_WAIT.as_nanos()).unwrap_or(u64::MAX),
            "max_ack_pending": max_ack_pending,
            "replay_policy": "instant",
            "filter_subject": subject,
        });
        let request = json!({ "stream_name": stream, "config": config });
        let subject = format!("CONSUMER.DURABLE.CREATE.{stream}.{durable}");
        let _info: Value = self.ask(&subject, &request).await?;
        Ok(())
    }

    async fn ask<T: DeserializeOwned>(&self, subject: &str, request: &Value) -> Result<T, Fault> {
        let request = Request::new().payload(request.to_string().into());
        self.request(&format!("$JS.API.{subject}"), request).await
    }

    async fn request<T: DeserializeOwned>(
        &self,
        subject: &str,
        request: Request,
    ) -> Result<T, Fault> {
        let request = request.timeout(Some(self.timeout));
        let answer = self.client.send_request(subject.to_owned(), request).await;
        let answer = answer.map_err(|error| match error.kind() {
            RequestErrorKind::TimedOut => Fault::Timeout,
            RequestErrorKind::NoResponders => Fault::NoResponders,
            _ => Fault::Other(error.to_string()),
        })?;
        match serde_json::from_slice(&answer.payload) {
            Ok(Answer::Granted(granted)) => Ok(granted),
            Ok(Answer::Refused { error }) => Err(Fault::Refused(error)),
            Err(error) => Err(Fault::Other(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing() -> Fault {
        let answer = r#"{"error":{"code":404,"err_code":10059,"description":"stream not found"}}"#;
        match serde_json::from_str(answer).unwrap() {
            Answer::Refused { error } => Fault::Refused(error),
            Answer::Granted(Value::Null | _) => panic!("granted"),
        }
    }

    #[test]
    fn a_refusal_is_worded_as_nats_py_does() {
        assert_eq!(
            missing().say(Flavour::Python),
            "nats: NotFoundError: code=404 err_code=10059 description='stream not found'"
        );
    }

    #[test]
    fn a_refusal_is_worded_as_nats_go_does() {
        assert_eq!(missing().say(Flavour::Go), "nats: stream not found");
    }

    #[test]
    fn what_is_not_found_is_told_from_what_does_not_answer() {
        assert!(missing().is_not_found());
        assert!(!Fault::Timeout.is_not_found());
    }
}
