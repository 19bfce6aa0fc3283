//! MongoDB, as the originals' driver speaks of it.

use std::time::Duration;

use mongodb::{
    Client,
    bson::doc,
    error::{Error, ErrorKind},
    options::{ClientOptions, ServerAddress},
};

use crate::place;

/// How long the originals look for a server.
const SELECTION: Duration = Duration::from_secs(30);

/// Connects, which the originals do before anything else: a server must answer.
pub(crate) async fn connect(uri: &str) -> Result<Client, Error> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout = Some(SELECTION);
    for host in &mut options.hosts {
        // A name that leads nowhere yet is the driver's, which waits for it in the original's words.
        if let Ok(found) = place::resolve(&host.to_string()).await {
            *host = ServerAddress::parse(found)?;
        }
    }
    let client = Client::with_options(options)?;
    client
        .database("admin")
        .run_command(doc! { "ping": 1 })
        .await?;
    Ok(client)
}

/// Says what went wrong in the words of the originals' driver.
pub(crate) fn words(error: &Error) -> String {
    match &*error.kind {
        ErrorKind::Authentication { message, .. } => format!(
            "connection() error occurred during connection handshake: auth error: sasl conversation error: unable to authenticate: {message}"
        ),
        ErrorKind::ServerSelection { message, .. } => {
            format!("server selection error: server selection timeout, current topology: {message}")
        }
        _ => error.to_string(),
    }
}
