//! Users and indexes in MongoDB.
//!
//! Every call can be repeated: what is as it should be is left so. A call that meets a server that
//! starts, or goes and comes back, is repeated here until its deadline.

mod attempt;
mod error;
mod indexes;
mod options;
mod users;

use std::{fmt, time::Duration};

use kre_core::runtime::Credential;
use mongodb::{
    Client,
    bson::{Document, doc},
};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout},
};

use self::attempt::{Attempts, Task};
use crate::forward::{Forwards, Port};

pub use error::DocumentsError;

/// How long the end of the connections is waited for; they end without anybody waiting, too.
const FAREWELL: Duration = Duration::from_secs(2);

/// Who logs in to a server of MongoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Name and password of a user that database `admin` knows.
    pub credential: Credential,
    /// The Secret that holds them, in the namespace of the server.
    pub secret: String,
}

/// A client of one server, logged in.
///
/// It keeps two connections until [`Documents::close`]; dropping it ends them as well.
pub struct Documents {
    client: Client,
    /// Among others, what holds the listener that the client connects to.
    attempts: Attempts,
}

impl Documents {
    /// Logs in to a server.
    ///
    /// A server that cannot be reached yet is waited for until `until`, also one without a pod:
    /// whoever does not want to wait looks at the pod first, or gives little time.
    pub async fn open(
        forwards: &Forwards,
        server: &Port,
        login: &Login,
        until: Instant,
    ) -> Result<Self, DocumentsError> {
        let attempts = Attempts {
            forwards: forwards.clone(),
            server: server.clone(),
            login: login.clone(),
        };
        let task = Task {
            name: "log in",
            secret: None,
            until,
        };
        let address = attempts.address(&task).await?;
        let options = options::of(address, &login.credential);
        let client = Client::with_options(options).map_err(|error| attempts.said(&task, &error))?;
        let documents = Self { client, attempts };
        // What is asked does not matter: no question is answered before the login.
        let ask = || documents.run("admin", doc! { "ping": 1 });
        match documents.attempts.repeat(&task, ask).await {
            Ok(_) => Ok(documents),
            Err(error) => {
                documents.close().await;
                Err(error)
            }
        }
    }

    /// Ends all connections and everything that runs for them.
    pub async fn close(self) {
        let client = self.client.clone();
        // Not in this future: what is begun has to come to its end.
        let farewell = tokio::spawn(async move { client.shutdown().immediate(true).await });
        // A server that is gone has no ears for it.
        let _ = timeout(FAREWELL, farewell).await;
    }

    /// Sends a command once.
    async fn run(&self, database: &str, command: Document) -> mongodb::error::Result<Document> {
        self.client.database(database).run_command(command).await
    }
}

impl Drop for Documents {
    fn drop(&mut self) {
        // Monitors of the driver would notice only at their next round.
        if let Ok(runtime) = Handle::try_current() {
            let client = self.client.clone();
            runtime.spawn(async move { client.shutdown().immediate(true).await });
        }
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Documents");
        let shown = shown.field("server", &self.attempts.server);
        shown.finish_non_exhaustive()
    }
}
