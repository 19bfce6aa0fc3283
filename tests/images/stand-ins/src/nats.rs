//! The connection to NATS of what does not need it to start: made as soon as that is possible, and
//! never given up.

use std::{io, time::Duration};

use async_nats::{Client, ClientError, ConnectError, ConnectOptions, Event, jetstream};
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

use crate::{causes::chain, log, place};

/// How long the originals' client waits between two attempts.
const PAUSE: Duration = Duration::from_secs(2);

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// NATS, which may be there or not.
#[derive(Debug, Clone)]
pub(crate) struct Connection(watch::Receiver<Option<Client>>);

/// Nobody has reached NATS for as long as one would wait.
#[derive(Debug, thiserror::Error)]
#[error("nats: timeout")]
pub(crate) struct Away;

/// Why an attempt has failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum AttemptError {
    Resolve(#[from] io::Error),
    Connect(#[from] ConnectError),
}

impl Connection {
    /// Starts to connect to a `host:port`, and goes on until that has succeeded.
    pub(crate) fn open(server: String) -> Self {
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(keep(server, sender));
        Self(receiver)
    }

    /// Returns the client, which may have lost its server since.
    pub(crate) async fn client(&self, patience: Duration) -> Result<Client, Away> {
        let mut receiver = self.0.clone();
        let found = timeout(patience, receiver.wait_for(Option::is_some)).await;
        match found {
            Ok(Ok(client)) => client.clone().ok_or(Away),
            _ => Err(Away),
        }
    }

    /// Returns the client, and JetStream behind it, which answers each question within `patience`.
    pub(crate) async fn jetstream(
        &self,
        patience: Duration,
    ) -> Result<(Client, jetstream::Context), Away> {
        let client = self.client(patience).await?;
        let mut context = jetstream::new(client.clone());
        context.set_timeout(patience);
        Ok((client, context))
    }
}

/// Connects, and again with another client when one has given up.
async fn keep(server: String, sender: watch::Sender<Option<Client>>) {
    let (farewell, mut lost) = mpsc::channel(1);
    loop {
        match attempt(&server, farewell.clone()).await {
            Ok(client) => {
                sender.send_replace(Some(client));
                // Never `None`: it is held here too.
                lost.recv().await;
                sender.send_replace(None);
            }
            Err(error) => {
                complain(&chain(&error));
                sleep(PAUSE).await;
            }
        }
    }
}

/// Makes a client, which connects again by itself as long as names lead it.
///
/// Where the machine does not know the names, it gives up after one attempt: what it has is an
/// address, and the server may have another one by then.
async fn attempt(server: &str, farewell: mpsc::Sender<()>) -> Result<Client, AttemptError> {
    let options = ConnectOptions::new()
        .connection_timeout(ATTEMPT)
        .max_reconnects(place::resolver().map(|_| 1))
        .reconnect_delay_callback(|attempts| if attempts > 1 { PAUSE } else { Duration::ZERO })
        .event_callback(move |event| {
            match event {
                Event::ClientError(ClientError::MaxReconnects) => {
                    let _ = farewell.try_send(());
                }
                Event::ClientError(_) | Event::Disconnected => complain(&event.to_string()),
                _ => {}
            }
            std::future::ready(())
        });
    Ok(options.connect(place::resolve(server).await?).await?)
}

fn complain(why: &str) {
    log::error(&format!("nats: encountered error\n{why}"));
}
