//! The connection to NATS of what does not need it to start: made as soon as that is possible, and
//! never given up.

use std::{future::Future, io, time::Duration};

use async_nats::{Client, ConnectError, ConnectOptions, Event, jetstream};
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
        let found = within(patience, receiver.wait_for(Option::is_some)).await;
        let client = found.and_then(|found| found.ok()?.clone());
        client.ok_or(Away)
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

async fn within<T>(patience: Duration, future: impl Future<Output = T>) -> Option<T> {
    timeout(patience, future).await.ok()
}

/// Connects, and tells the client where NATS is when it has moved.
async fn keep(server: String, sender: watch::Sender<Option<Client>>) {
    let (complaints, mut failures) = mpsc::channel(1);
    let client = loop {
        match attempt(&server, complaints.clone()).await {
            Ok(client) => break client,
            Err(error) => {
                complain(&chain(&error));
                sleep(PAUSE).await;
            }
        }
    };
    sender.send_replace(Some(client.clone()));
    while let Some(()) = failures.recv().await {
        // Where the machine resolves names, the client does so by itself at each attempt.
        if place::resolver().is_some()
            && let Ok(address) = place::resolve(&server).await
        {
            drop(client.set_server_pool(address).await);
        }
    }
}

async fn attempt(server: &str, complaints: mpsc::Sender<()>) -> Result<Client, AttemptError> {
    let options = ConnectOptions::new()
        .connection_timeout(ATTEMPT)
        .reconnect_delay_callback(|attempts| if attempts > 1 { PAUSE } else { Duration::ZERO })
        .event_callback(move |event| {
            let failed = matches!(event, Event::ClientError(_) | Event::Disconnected);
            if failed {
                complain(&event.to_string());
                // Whoever has not looked yet will see that one too.
                let _ = complaints.try_send(());
            }
            std::future::ready(())
        });
    Ok(options.connect(place::resolve(server).await?).await?)
}

fn complain(why: &str) {
    log::error(&format!("nats: encountered error\n{why}"));
}
