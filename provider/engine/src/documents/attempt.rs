//! Calls that are repeated while the server may still come, and what their failures mean.

use std::{net::SocketAddr, time::Duration};

use kre_core::secret::Password;
use mongodb::error::{CommandError, Error, ErrorKind};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{DocumentsError, Login};
use crate::forward::{Forwards, Port};

/// The wait before the second attempt, which doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long a refused login is not believed: while the image of MongoDB prepares a new volume, a
/// server runs that does not know its users yet.
const DOUBT: Duration = Duration::from_secs(5);

/// Answers of a server that goes, comes, or is not the one to ask yet.
const PASSING: [i32; 11] = [
    6, 7, 89, 9001, // The network between servers.
    91, 11600, 11602, // Shutting down.
    189, 10107, 13435, 13436, // No primary yet.
];
const UNAUTHORIZED: i32 = 13;
const AUTHENTICATION_FAILED: i32 = 18;

/// What all calls of one client share.
pub(super) struct Attempts {
    pub(super) forwards: Forwards,
    pub(super) server: Port,
    pub(super) login: Login,
}

/// What is to be done, and until when.
pub(super) struct Task<'t> {
    /// What errors call it: `drop user …`.
    pub(super) name: &'t str,
    /// What a server must not be quoted with.
    pub(super) secret: Option<&'t Password>,
    pub(super) until: Instant,
}

impl Attempts {
    /// Returns an address that leads to the server.
    pub(super) async fn address(&self, task: &Task<'_>) -> Result<SocketAddr, DocumentsError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.forwards.address(&self.server, task.until).await {
                Ok(address) => return Ok(address),
                Err(error) => error,
            };
            if !error.is_passing() || Instant::now() + pause >= task.until {
                return Err(DocumentsError::Forward {
                    task: task.name.to_owned(),
                    source: error,
                });
            }
            sleep_until(Instant::now() + pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Calls until there is an answer, a failure that stays, or no time left.
    ///
    /// Not an `AsyncFn`: futures that borrow from one are not known to be `Send`.
    pub(super) async fn repeat<T, C: Future<Output = Result<T, Error>>>(
        &self,
        task: &Task<'_>,
        mut call: impl FnMut() -> C,
    ) -> Result<T, DocumentsError> {
        let since = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut last = None;
        loop {
            let error = match timeout_at(task.until, call()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => return Err(self.too_late(task, last)),
            };
            let failure = self.explain(task, &error);
            let is_passing = match &failure {
                DocumentsError::Forward { source, .. } => source.is_passing(),
                DocumentsError::Silent { .. } => true,
                DocumentsError::Refused { .. } => since.elapsed() < DOUBT,
                _ => false,
            };
            if !is_passing || Instant::now() + pause >= task.until {
                return Err(failure);
            }
            tracing::debug!(%failure, "trying again");
            last = Some(failure);
            sleep_until(Instant::now() + pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Explains an error of the driver.
    fn explain(&self, task: &Task<'_>, error: &Error) -> DocumentsError {
        match &*error.kind {
            ErrorKind::Authentication { message, .. } => self.refused(task, message),
            ErrorKind::Command(said) => match said.code {
                AUTHENTICATION_FAILED => self.refused(task, &said.message),
                UNAUTHORIZED => self.forbidden(task, &said.message),
                code if PASSING.contains(&code) => self.silent(task, &said.message),
                _ => self.said(task, error),
            },
            ErrorKind::Io(_)
            | ErrorKind::ConnectionPoolCleared { .. }
            | ErrorKind::ServerSelection { .. }
            | ErrorKind::InvalidResponse { .. } => {
                let cause = self.no_way(task);
                cause.unwrap_or_else(|| self.silent(task, &error.kind.to_string()))
            }
            _ => self.said(task, error),
        }
    }

    /// Tells what was learnt so far, which is more than that time is up.
    fn too_late(&self, task: &Task<'_>, last: Option<DocumentsError>) -> DocumentsError {
        let cause = self.no_way(task).or(last);
        cause.unwrap_or_else(|| self.silent(task, ""))
    }

    /// Returns why connections end, which the driver cannot see.
    fn no_way(&self, task: &Task<'_>) -> Option<DocumentsError> {
        Some(DocumentsError::Forward {
            task: task.name.to_owned(),
            source: self.forwards.trouble(&self.server)?,
        })
    }

    fn refused(&self, task: &Task<'_>, said: &str) -> DocumentsError {
        DocumentsError::Refused {
            task: task.name.to_owned(),
            server: self.server.clone(),
            user: self.login.credential.username.clone(),
            secret: self.login.secret.clone(),
            said: self.masked(task, said),
        }
    }

    fn forbidden(&self, task: &Task<'_>, said: &str) -> DocumentsError {
        DocumentsError::Forbidden {
            task: task.name.to_owned(),
            server: self.server.clone(),
            user: self.login.credential.username.clone(),
            secret: self.login.secret.clone(),
            said: self.masked(task, said),
        }
    }

    /// Tells what the server, or the driver, had to say.
    pub(super) fn said(&self, task: &Task<'_>, error: &Error) -> DocumentsError {
        let said = match &*error.kind {
            ErrorKind::Command(CommandError {
                code,
                code_name,
                message,
                ..
            }) => format!("{message} ({code} {code_name})"),
            kind => kind.to_string(),
        };
        DocumentsError::Said {
            task: task.name.to_owned(),
            server: self.server.clone(),
            said: self.masked(task, &said),
        }
    }

    fn silent(&self, task: &Task<'_>, said: &str) -> DocumentsError {
        let said = match said {
            "" => String::new(),
            said => format!(": {}", self.masked(task, said)),
        };
        DocumentsError::Silent {
            task: task.name.to_owned(),
            server: self.server.clone(),
            said,
        }
    }

    /// Makes sure that nothing quotes a password, whatever servers and drivers think of.
    fn masked(&self, task: &Task<'_>, said: &str) -> String {
        let secrets = [Some(&self.login.credential.password), task.secret];
        let texts = secrets.into_iter().flatten().map(Password::expose);
        let is_there = |text: &&str| !text.is_empty();
        texts
            .filter(is_there)
            .fold(said.to_owned(), |said, secret| said.replace(secret, "***"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::{Arguments, Cluster, Limits, Settings};
    use kre_core::runtime::Credential;
    use serde_json::json;

    fn attempts() -> Attempts {
        let settings = Settings::new(Arguments::default(), |_| None);
        let cluster = Cluster::new(settings, Limits::default());
        Attempts {
            forwards: Forwards::new(cluster),
            server: Port {
                namespace: "demo".to_owned(),
                pod: "demo-mongo-0".to_owned(),
                port: 27017,
            },
            login: Login {
                credential: Credential {
                    username: "root".to_owned(),
                    password: Password::existing("root-canary"),
                },
                secret: "demo-mongo".to_owned(),
            },
        }
    }

    fn command_error(code: i32, message: &str) -> Error {
        let said = json!({ "code": code, "codeName": "Name", "errmsg": message });
        let said: CommandError = serde_json::from_value(said).unwrap();
        Error::from(ErrorKind::Command(said))
    }

    fn explained(error: &Error) -> DocumentsError {
        let secret = Password::existing("put-canary");
        let task = Task {
            name: "create user `a` of database `admin`",
            secret: Some(&secret),
            until: Instant::now(),
        };
        attempts().explain(&task, error)
    }

    #[test]
    fn whoever_may_not_is_told_what_to_grant() {
        let error = explained(&command_error(13, "not authorized on admin"));
        assert_eq!(
            error.to_string(),
            "failed to create user `a` of database `admin`: user `root` of MongoDB at port 27017 of pod `demo-mongo-0` in namespace `demo` may not (not authorized on admin); give the user role `root` of database `admin`, or have Secret `demo-mongo` name one who has it"
        );
    }

    #[test]
    fn a_server_that_quotes_passwords_is_not_quoted() {
        for code in [2, 13, 18, 91] {
            let error = explained(&command_error(code, "bad: put-canary, root-canary"));
            let all = format!("{error} {error:?}");
            assert!(all.contains("bad: ***, ***"), "{all}");
        }
    }

    #[test]
    fn a_server_that_shuts_down_may_come_back() {
        let error = explained(&command_error(91, "shutting down"));
        assert!(matches!(error, DocumentsError::Silent { .. }), "{error:?}");
    }
}
