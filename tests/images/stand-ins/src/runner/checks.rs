//! What must be there, asked for as the originals ask, and missed with their words.

use async_nats::jetstream::kv::Store;
use async_nats::jetstream::object_store::ObjectStore;
use async_nats::{Client, Subscriber, jetstream};
use mongodb::bson::doc;

use super::context::Buckets;
use super::environment::Environment;
use super::flavour::Flavour;
use super::jetstream::{Consumer, JetStream};
use crate::log;

/// Why a runner does not get as far as to its messages.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Something is missing; the text is the original's.
    Failed(String),
    /// Its script wants it so.
    Exit,
}

/// A subscription.
pub(super) struct Input {
    pub(super) subject: String,
    pub(super) messages: Subscriber,
}

/// What the checks need.
pub(super) struct Checks<'a> {
    flavour: Flavour,
    jetstream: JetStream,
    /// The client's own JetStream, for what it does on top of the API.
    typed: jetstream::Context,
    environment: &'a Environment,
}

impl<'a> Checks<'a> {
    /// Checks over a connection.
    pub(super) fn new(flavour: Flavour, client: &Client, environment: &'a Environment) -> Self {
        let timeout = environment.nats.request_timeout;
        let mut typed = jetstream::new(client.clone());
        typed.set_timeout(timeout);
        Self {
            flavour,
            jetstream: JetStream::new(client.clone(), timeout),
            typed,
            environment,
        }
    }

    /// Returns the API that is asked.
    pub(super) fn jetstream(&self) -> JetStream {
        self.jetstream.clone()
    }

    /// Finds the three buckets of the configuration.
    pub(super) async fn buckets(&self) -> Result<Buckets, Stop> {
        let nats = &self.environment.nats;
        Ok(Buckets {
            project: self.bucket(&nats.project_bucket).await?,
            workflow: self.bucket(&nats.workflow_bucket).await?,
            node: self.bucket(&nats.node_bucket).await?,
        })
    }

    async fn bucket(&self, name: &str) -> Result<Store, Stop> {
        let failed = |why: &str| {
            Stop::Failed(match self.flavour {
                Flavour::Python => format!("Error while getting the key value store: {why}"),
                Flavour::Go => format!("error binding the key value store: {why}"),
            })
        };
        match self.jetstream.longest_message(&format!("KV_{name}")).await {
            Ok(_) => {}
            Err(fault) if fault.is_not_found() => {
                return Err(failed(match self.flavour {
                    Flavour::Python => {
                        "nats: BucketNotFoundError: code=None err_code=None description='None'"
                    }
                    Flavour::Go => "nats: bucket not found",
                }));
            }
            Err(fault) => return Err(failed(&fault.say(self.flavour))),
        }
        let store = self.typed.get_key_value(name).await;
        store.map_err(|error| failed(&error.to_string()))
    }

    /// Finds the object store, if there is to be one.
    pub(super) async fn objects(&self) -> Result<Option<ObjectStore>, Stop> {
        let Some(name) = &self.environment.nats.object_store else {
            return Ok(None);
        };
        let failed = |why: &str| {
            Stop::Failed(match self.flavour {
                Flavour::Python => {
                    format!("Error while getting info for Object Store {name}: nats: error: {why}")
                }
                Flavour::Go => format!("error initializing object store: {why}"),
            })
        };
        if self.flavour == Flavour::Python {
            log::info(&format!("Checking if the Object Store {name} exists..."));
        }
        let found = self.jetstream.longest_message(&format!("OBJ_{name}")).await;
        found.map_err(|fault| failed(&fault.say(Flavour::Go)))?;
        let store = self.typed.get_object_store(name).await;
        let store = store.map_err(|error| failed(&error.to_string()))?;
        log::info(&format!("Successfully bound to Object Store {name}"));
        Ok(Some(store))
    }

    /// Subscribes to the inputs.
    pub(super) async fn subscribe(&self) -> Result<Vec<Input>, Stop> {
        let nats = &self.environment.nats;
        let mut inputs = Vec::new();
        for subject in &nats.inputs {
            let durable = self.environment.durable(subject);
            let failed = |why: &str| {
                Stop::Failed(format!(
                    "Error subscribing to NATS subject {subject}: {why}"
                ))
            };
            let stream = self.stream(subject).await.map_err(|fault| failed(&fault))?;
            let consumer = Consumer {
                durable: &durable,
                stream: &stream,
                subject,
                max_ack_pending: nats.max_ack_pending,
            };
            let subscribed = self.jetstream.subscribe(consumer).await;
            let messages = subscribed.map_err(|fault| failed(&fault.say(self.flavour)))?;
            log::info(&format!(
                "Listening to '{subject}' subject with queue group '{durable}'"
            ));
            let subject = subject.clone();
            inputs.push(Input { subject, messages });
        }
        Ok(inputs)
    }

    /// kre-py believes what it is told; kre-go asks whose subject it is.
    async fn stream(&self, subject: &str) -> Result<String, String> {
        if self.flavour == Flavour::Python {
            return Ok(self.environment.nats.stream.clone());
        }
        match self.jetstream.stream_of(subject).await {
            Ok(Some(stream)) => Ok(stream),
            Ok(None) => Err("nats: no stream matches subject".to_owned()),
            Err(fault) => Err(fault.say(self.flavour)),
        }
    }
}

/// Pings MongoDB; a server that is not there takes 30 seconds, unless the URI says otherwise.
pub(super) async fn find_database(environment: &Environment) -> Result<(), Stop> {
    log::info("MongoDB connecting...");
    let failed = |error: mongodb::error::Error| {
        Stop::Failed(format!(
            "Error connecting to MongoDB: {}",
            database_error(&error)
        ))
    };
    let uri = &environment.mongo_uri;
    let client = mongodb::Client::with_uri_str(uri).await.map_err(failed)?;
    log::info("MongoDB ping...");
    let database = client.database("admin");
    let ping = database.run_command(doc! { "ping": 1 }).await;
    ping.map_err(failed)?;
    log::info("MongoDB connected");
    Ok(())
}

fn database_error(error: &mongodb::error::Error) -> String {
    match &*error.kind {
        mongodb::error::ErrorKind::ServerSelection { message, .. } => {
            format!("server selection error: server selection timeout, {message}")
        }
        _ => error.to_string(),
    }
}
