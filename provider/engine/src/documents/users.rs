//! Users of MongoDB: who may log in, and what for.

use std::collections::BTreeMap;

use kre_core::{desired::User, secret::Password};
use mongodb::{
    bson::{Bson, Document, doc},
    error::{Error, ErrorKind},
};
use serde_json::Value;
use tokio::time::Instant;

use super::{Documents, DocumentsError, attempt::Task};

const USER_NOT_FOUND: i32 = 11;
const USER_EXISTS: i32 = 51003;

impl Documents {
    /// Returns the users that a database knows, by name, as the server tells of them.
    pub async fn users(
        &self,
        database: &str,
        until: Instant,
    ) -> Result<BTreeMap<String, Value>, DocumentsError> {
        let name = format!("read the users of database `{database}`");
        let task = Task {
            name: &name,
            secret: None,
            until,
        };
        let ask = || self.run(database, doc! { "usersInfo": 1 });
        let mut answer = self.attempts.repeat(&task, ask).await?;
        let Some(Bson::Array(users)) = answer.remove("users") else {
            return Ok(BTreeMap::new());
        };
        let documents = users.into_iter().filter_map(into_document);
        Ok(documents.filter_map(user).collect())
    }

    /// Makes a user be there with these roles, no others, and this password.
    pub async fn put_user(
        &self,
        user: &User,
        password: &Password,
        until: Instant,
    ) -> Result<(), DocumentsError> {
        let User { database, name, .. } = user;
        let put = format!("create user `{name}` of database `{database}`");
        let task = Task {
            name: &put,
            secret: Some(password),
            until,
        };
        let put = || async move {
            let created = self
                .run(database, command("createUser", user, password))
                .await;
            match created {
                Err(error) if is(&error, USER_EXISTS) => {
                    self.run(database, command("updateUser", user, password))
                        .await
                }
                other => other,
            }
        };
        self.attempts.repeat(&task, put).await.map(drop)
    }

    /// Makes a user be gone.
    pub async fn drop_user(
        &self,
        database: &str,
        name: &str,
        until: Instant,
    ) -> Result<(), DocumentsError> {
        let task = format!("drop user `{name}` of database `{database}`");
        let task = Task {
            name: &task,
            secret: None,
            until,
        };
        let drop_it = || async move {
            match self.run(database, doc! { "dropUser": name }).await {
                Err(error) if is(&error, USER_NOT_FOUND) => Ok(()),
                other => other.map(drop),
            }
        };
        self.attempts.repeat(&task, drop_it).await
    }
}

fn command(verb: &str, user: &User, password: &Password) -> Document {
    let roles = user.roles.iter();
    let roles = roles.map(|role| Bson::from(doc! { "role": role.name, "db": &role.database }));
    doc! { verb: &user.name, "pwd": password.expose(), "roles": roles.collect::<Vec<_>>() }
}

/// Returns a user by name, without what would prove to be the user.
fn user(mut document: Document) -> Option<(String, Value)> {
    let name = document.get_str("user").ok()?.to_owned();
    document.remove("credentials");
    Some((name, serde_json::to_value(document).ok()?))
}

/// Tells whether the server gave this code.
pub(super) fn is(error: &Error, code: i32) -> bool {
    matches!(&*error.kind, ErrorKind::Command(said) if said.code == code)
}

pub(super) fn into_document(value: Bson) -> Option<Document> {
    match value {
        Bson::Document(document) => Some(document),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proves_to_be_a_user_is_not_told() {
        let document = doc! { "user": "a", "db": "admin", "credentials": { "key": "canary" } };
        let (name, value) = user(document).unwrap();
        assert_eq!(name, "a");
        assert_eq!(value, serde_json::json!({ "user": "a", "db": "admin" }));
    }
}
