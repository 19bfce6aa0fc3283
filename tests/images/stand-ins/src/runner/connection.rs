//! Connections to NATS, as patient or impatient as the originals are.

use std::time::Duration;

use async_nats::{Client, ClientError, ConnectError, ConnectOptions, Event};

use crate::log;

/// How long both clients wait before they try again.
const INTERVAL: Duration = Duration::from_secs(2);

/// How long an attempt of theirs may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// Connects as nats-py does: complains about each failure, and tries again for ever.
pub(super) async fn connect_patiently(server: &str, name: &str) -> Client {
    loop {
        let options = options(name).event_callback(async |event| {
            if let Event::ClientError(ClientError::Other(error)) = event {
                complain(&error);
            }
        });
        match options.connect(server).await {
            Ok(client) => return client,
            Err(error) => complain(&error.to_string()),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Connects as nats.go does: now or not at all, but a lost connection is sought again for ever.
pub(super) async fn connect_at_once(server: &str, name: &str) -> Result<Client, ConnectError> {
    options(name).connect(server).await
}

fn options(name: &str) -> ConnectOptions {
    ConnectOptions::new()
        .name(name)
        .connection_timeout(ATTEMPT)
        .ignore_discovered_servers()
        .reconnect_delay_callback(|_| INTERVAL)
}

fn complain(error: &str) {
    log::error(&format!("nats: encountered error\n{error}"));
}
