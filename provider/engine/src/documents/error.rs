//! Why MongoDB did not do what it was asked to.

use crate::forward::{ForwardError, Port};

/// Why a call to MongoDB failed. No message holds a password.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DocumentsError {
    /// There is no way to the server.
    #[error("failed to {task}: MongoDB cannot be reached")]
    Forward {
        /// What should be done.
        task: String,
        /// The cause, with what to do about it.
        #[source]
        source: ForwardError,
    },
    /// There is a way, but no server that answers.
    #[error(
        "failed to {task}: MongoDB at {server} does not answer{said}; look at `kubectl logs --namespace {} {}`",
        server.namespace, server.pod
    )]
    Silent {
        /// What should be done.
        task: String,
        /// Where the server should be.
        server: Port,
        /// What was seen instead, after a colon.
        said: String,
    },
    /// The server does not know this user, or another password.
    #[error(
        "failed to {task}: MongoDB at {server} refuses the login of user `{user}` ({said}); check that Secret `{secret}` in namespace `{}` holds what the server was first started with: it keeps that with its data, whatever the Secret says later",
        server.namespace
    )]
    Refused {
        /// What should be done.
        task: String,
        /// Where the server is.
        server: Port,
        /// Who tried.
        user: String,
        /// The Secret with the user's password.
        secret: String,
        /// What the server said.
        said: String,
    },
    /// The user may not do this.
    #[error(
        "failed to {task}: user `{user}` of MongoDB at {server} may not ({said}); give the user role `root` of database `admin`, or have Secret `{secret}` name one who has it"
    )]
    Forbidden {
        /// What should be done.
        task: String,
        /// Where the server is.
        server: Port,
        /// Who tried.
        user: String,
        /// The Secret with the user's password.
        secret: String,
        /// What the server said.
        said: String,
    },
    /// Another index has the name, or the fields under another name.
    #[error(
        "failed to {task}: the collection has another one, {found}; drop it if nothing needs it, or give one of them another name"
    )]
    OtherIndex {
        /// What should be done.
        task: String,
        /// The index that is there.
        found: String,
    },
    /// The server refuses this.
    #[error("failed to {task}: MongoDB at {server} said: {said}")]
    Said {
        /// What should be done.
        task: String,
        /// Where the server is.
        server: Port,
        /// What the server said.
        said: String,
    },
}
