//! MongoDB, as the originals' driver speaks of it.

use std::time::Duration;

use mongodb::{
    Client,
    bson::doc,
    error::{Error, ErrorKind},
    options::ClientOptions,
};

/// How long the originals look for a server.
const SELECTION: Duration = Duration::from_secs(30);

/// Connects, which the originals do before anything else: a server must answer.
pub(crate) async fn connect(uri: &str) -> Result<Client, Error> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout = Some(SELECTION);
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
