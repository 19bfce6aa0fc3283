//! What a handler has at hand.

use std::future::Future;
use std::path::PathBuf;

use async_nats::Client;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::object_store::ObjectStore;
use prost::Message as _;
use tokio::io::AsyncReadExt;

use super::environment::{Environment, Variables};
use super::error::HandlerError;
use super::flavour::Flavour;
use super::jetstream::JetStream;
use super::script::Scope;
use crate::message::KreNatsMessage;
use crate::{log, wire};

/// What a handler has at hand.
pub(super) struct Context {
    pub(super) flavour: Flavour,
    pub(super) variables: Variables,
    pub(super) environment: Environment,
    pub(super) client: Client,
    pub(super) jetstream: JetStream,
    pub(super) buckets: Buckets,
    /// `None` where the node has none.
    pub(super) objects: Option<ObjectStore>,
}

/// The configuration, by scope.
#[derive(Debug)]
pub(super) struct Buckets {
    pub(super) project: Store,
    pub(super) workflow: Store,
    pub(super) node: Store,
}

impl Buckets {
    fn of(&self, scope: Scope) -> &Store {
        match scope {
            Scope::Node => &self.node,
            Scope::Workflow => &self.workflow,
            Scope::Project => &self.project,
        }
    }
}

impl Context {
    /// Returns where a file of the KRT is.
    pub(super) fn path(&self, relative: &str) -> PathBuf {
        self.environment.base_path.join(relative)
    }

    /// Returns the longest message that can be sent, in bytes.
    pub(super) async fn limit(&self) -> Result<usize, HandlerError> {
        let stream = &self.environment.nats.stream;
        let longest = self.jetstream.longest_message(stream).await;
        let longest = longest.map_err(|fault| HandlerError::Raised(fault.say(self.flavour)))?;
        Ok(wire::limit(self.client.server_info().max_payload, longest))
    }

    /// Sends a message to the other nodes; if NATS does not take it, nobody but the log hears.
    pub(super) async fn publish(
        &self,
        message: &KreNatsMessage,
        channel: Option<&str>,
    ) -> Result<(), HandlerError> {
        let bytes = match wire::fit(message.encode_to_vec(), self.limit().await?) {
            Ok(bytes) => bytes,
            Err(error) if self.flavour == Flavour::Go => {
                log::error(&format!("Error preparing output msg: {error}"));
                return Ok(());
            }
            Err(error) => return Err(HandlerError::Wire(error)),
        };
        let nats = &self.environment.nats;
        let subject = nats.output(channel);
        let (stream, done, failed) = match self.flavour {
            Flavour::Python => (
                Some(nats.stream.as_str()),
                format!("Publishing response to {subject} subject"),
                "Error publishing response",
            ),
            Flavour::Go => (
                None,
                format!("Publishing response to '{subject}' subject"),
                "Error publishing output",
            ),
        };
        match self.jetstream.publish(stream, &subject, bytes).await {
            Ok(()) => log::info(&done),
            Err(fault) => log::error(&format!("{failed}: {}", fault.say(self.flavour))),
        }
        Ok(())
    }

    /// Looks a value up; without a scope from the node to the project.
    pub(super) async fn value(
        &self,
        key: &str,
        scope: Option<Scope>,
    ) -> Result<String, HandlerError> {
        const INWARDS: [Scope; 3] = [Scope::Node, Scope::Workflow, Scope::Project];
        let scopes = scope.as_ref().map_or(&INWARDS[..], std::slice::from_ref);
        for scope in scopes {
            let why = match self.buckets.of(*scope).get(key).await {
                Ok(Some(value)) => return Ok(String::from_utf8_lossy(&value).into_owned()),
                Ok(None) => "nats: key not found".to_owned(),
                Err(error) => error.to_string(),
            };
            log::error(&format!(
                "Error while getting the value for key {key}: {why}"
            ));
        }
        Err(HandlerError::NoValue)
    }

    /// Sets a value.
    pub(super) async fn set_value(
        &self,
        key: &str,
        value: &str,
        scope: Scope,
    ) -> Result<(), HandlerError> {
        let bucket = self.buckets.of(scope);
        raised(bucket.put(key, value.to_owned().into())).await?;
        Ok(())
    }

    /// Deletes a value.
    pub(super) async fn delete_value(&self, key: &str, scope: Scope) -> Result<(), HandlerError> {
        raised(self.buckets.of(scope).delete(key)).await
    }

    /// Stores an object.
    pub(super) async fn put_object(&self, name: &str, text: &str) -> Result<(), HandlerError> {
        if text.is_empty() {
            return Err(HandlerError::EmptyObject);
        }
        let put = self.objects()?.put(name, &mut text.as_bytes()).await;
        put.map_err(|error| HandlerError::PutObject {
            name: name.to_owned(),
            why: error.to_string(),
        })?;
        Ok(())
    }

    /// Returns what an object holds.
    pub(super) async fn object(&self, name: &str) -> Result<String, HandlerError> {
        let failed = |why: String| HandlerError::GetObject {
            name: name.to_owned(),
            why,
        };
        let object = self.objects()?.get(name).await;
        let mut object = object.map_err(|error| failed(error.to_string()))?;
        let mut bytes = Vec::new();
        let read = object.read_to_end(&mut bytes).await;
        read.map_err(|error| failed(error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Deletes an object.
    pub(super) async fn delete_object(&self, name: &str) -> Result<(), HandlerError> {
        let deleted = self.objects()?.delete(name).await;
        deleted.map_err(|error| HandlerError::DeleteObject {
            name: name.to_owned(),
            why: error.to_string(),
        })
    }

    fn objects(&self) -> Result<&ObjectStore, HandlerError> {
        self.objects.as_ref().ok_or(match self.flavour {
            Flavour::Python => HandlerError::NoObjectStorePython,
            Flavour::Go => HandlerError::NoObjectStoreGo,
        })
    }
}

async fn raised<T, E: std::fmt::Display>(
    what: impl Future<Output = Result<T, E>>,
) -> Result<T, HandlerError> {
    what.await
        .map_err(|error| HandlerError::Raised(error.to_string()))
}
