//! What rendering needs from outside.

use std::collections::BTreeMap;

use super::names::{self, Component};
use crate::{anchor::InstanceId, name::RuntimeId, secret::Password, text::escaped};

/// What rendering needs from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The stamp of this instance.
    pub instance: InstanceId,
    /// Who may log in to MongoDB: those that exist, or fresh ones.
    pub credentials: Credentials,
}

/// Who may log in to MongoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// May do everything. The provider alone uses it.
    pub root: Credential,
    /// What nodes and entrypoints log in with.
    pub client: Credential,
    /// What the writer logs in with.
    pub writer: Credential,
}

/// A user's name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Password,
}

/// Whose credential it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The provider.
    Root,
    /// Nodes and entrypoints.
    Client,
    /// The writer.
    Writer,
}

impl Holder {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Root, Self::Client, Self::Writer];

    /// The Secret that holds the credential, as `username` and `password`.
    pub fn secret(self, id: &RuntimeId) -> String {
        match self {
            Self::Root => Component::MongoDb.name(id),
            Self::Client => names::mongodb_client(id),
            Self::Writer => Component::MongoWriter.name(id),
        }
    }

    /// The name of the user.
    pub const fn username(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Client => "client",
            Self::Writer => "writer",
        }
    }

    /// A credential that nobody has had before, of random bytes.
    pub fn fresh(self, bytes: &[u8; 24]) -> Credential {
        Credential {
            username: self.username().to_owned(),
            password: Password::of_random(bytes),
        }
    }
}

impl Credentials {
    /// The credential of a holder.
    pub fn of(&self, holder: Holder) -> &Credential {
        match holder {
            Holder::Root => &self.root,
            Holder::Client => &self.client,
            Holder::Writer => &self.writer,
        }
    }
}

impl Credential {
    /// Reads the data of a Secret; `None` if it does not hold a name and a password.
    pub fn of_secret(data: &BTreeMap<String, Vec<u8>>) -> Option<Self> {
        let text = |key: &str| {
            let text = std::str::from_utf8(data.get(key)?).ok()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(Self {
            username: text("username")?,
            password: Password::existing(text("password")?),
        })
    }

    /// The address with which this user logs in to a server.
    pub fn uri(&self, address: &str) -> Password {
        let (name, password) = (
            escaped(&self.username, b""),
            escaped(self.password.expose(), b""),
        );
        Password::existing(format!("mongodb://{name}:{password}@{address}/admin"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_with_any_characters_makes_an_address() {
        let credential = Credential {
            username: "root".to_owned(),
            password: Password::existing("a:b@c/ü"),
        };
        assert_eq!(
            credential.uri("demo-mongo:27017").expose(),
            "mongodb://root:a%3Ab%40c%2F%C3%BC@demo-mongo:27017/admin"
        );
    }

    #[test]
    fn a_secret_without_a_password_is_no_credential() {
        let data = |password: &str| {
            let entries = [("username", "root"), ("password", password)];
            entries.map(|(key, it)| (key.to_owned(), it.into())).into()
        };
        let credential = Credential::of_secret(&data("secret")).unwrap();
        assert_eq!(credential.password.expose(), "secret");
        assert_eq!(Credential::of_secret(&data("")), None);
        assert_eq!(Credential::of_secret(&BTreeMap::new()), None);
    }
}
