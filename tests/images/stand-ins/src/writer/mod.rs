//! kre-mongo-writer: stores what nodes save, and what they log (research/kre.md §5.3).

mod data;
mod logs;

use std::process::ExitCode;

use async_nats::{Message, Subscriber};
use futures_util::StreamExt as _;
use mongodb::Client;

use crate::{documents, environment::variable, log, signals};

/// Where the original's `tee` also writes.
const LOG_FILE: &str = "/var/log/app/app.log";

/// What nodes save, by runtime.
const DATA: &str = "mongo_writer_data.*";

/// What nodes log, by runtime.
const LOGS: &str = "mongo_writer_logs.*";

/// Where NATS is if nobody says so.
const NATS: &str = "kre-nats:4222";

/// Why it ends.
#[derive(Debug, thiserror::Error)]
enum WriterError {
    #[error("Error connecting to MongoDB: {0}")]
    MongoDb(String),
    #[error("Error connecting to NATS: {0}")]
    Nats(#[from] async_nats::ConnectError),
    #[error("Error subscribing to NATS subject '{0}'")]
    Subscribe(&'static str),
    #[error("panic: interface conversion: interface {{}} is nil, not string ({0})")]
    Panic(&'static str),
}

/// Writes until it is killed.
///
/// The code is always success: the original's command ends in a pipe to `tee`.
pub(crate) fn run() -> ExitCode {
    log::copy_to(LOG_FILE);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            if let Err(error) = runtime.block_on(live()) {
                log::error(&error.to_string());
            }
        }
        Err(error) => log::error(&error.to_string()),
    }
    ExitCode::SUCCESS
}

async fn live() -> Result<(), WriterError> {
    if let Err(error) = signals::ignore_termination() {
        log::error(&error.to_string());
    }
    let uri = variable("KRE_RUNTIME_MONGO_URI").unwrap_or_default();
    let client = documents::connect(&uri)
        .await
        .map_err(|error| WriterError::MongoDb(documents::words(&error)))?;
    let address = variable("KRE_NATS_URL").or_else(|| variable("KRT_NATS_SERVER"));
    let nats = async_nats::connect(address.as_deref().unwrap_or(NATS)).await?;
    let mut data = subscribe(&nats, DATA).await?;
    let mut logs = subscribe(&nats, LOGS).await?;
    log::info("Waiting for messages...");
    loop {
        // One after the other, in the order of each subject.
        tokio::select! {
            Some(message) = data.next() => save(&client, &nats, message).await,
            Some(message) = logs.next() => keep(&client, &message).await?,
            else => return Ok(()),
        }
    }
}

/// Subscribes alone: whoever else writes gets every message too, and stores it again.
async fn subscribe(
    nats: &async_nats::Client,
    subject: &'static str,
) -> Result<Subscriber, WriterError> {
    nats.subscribe(subject)
        .await
        .map_err(|_| WriterError::Subscribe(subject))
}

/// Stores a document, and tells whoever asked for it.
async fn save(client: &Client, nats: &async_nats::Client, message: Message) {
    let is_saved = match data::parse(&message.payload) {
        Ok(data::Saved {
            collection,
            document,
        }) => {
            let database = format!("{}-data", token(&message));
            let collection = client.database(&database).collection(&collection);
            let stored = collection.insert_one(document).await;
            stored.map_err(|error| documents::words(&error)).map(drop)
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = &is_saved {
        log::error(&format!("Error saving a document: {error}"));
    }
    let Some(reply) = message.reply else { return };
    let answer = format!(r#"{{"success":{}}}"#, is_saved.is_ok());
    if let Err(error) = nats.publish(reply, answer.into()).await {
        log::error(&format!("Error answering: {error}"));
    }
}

/// Stores lines of a log; one that does not say whose it is ends the writer.
async fn keep(client: &Client, message: &Message) -> Result<(), WriterError> {
    let lines = match logs::parse(&message.payload) {
        Ok(lines) => lines,
        Err(logs::LogError::Missing(field)) => return Err(WriterError::Panic(field)),
        Err(error) => {
            log::error(&format!("Error reading a log: {error}"));
            return Ok(());
        }
    };
    if lines.is_empty() {
        return Ok(());
    }
    let collection = client.database(token(message)).collection("logs");
    if let Err(error) = collection.insert_many(lines).await {
        let words = documents::words(&error);
        log::error(&format!("Error saving a log: {words}"));
    }
    Ok(())
}

/// The runtime that a message is about: what stands behind the first dot of its subject.
fn token(message: &Message) -> &str {
    let subject = message.subject.as_str();
    subject.split_once('.').map_or("", |(_, token)| token)
}
