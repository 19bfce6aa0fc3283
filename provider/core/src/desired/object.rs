//! Objects of Kubernetes.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{EntryId, Item};

/// What makes an object the one that it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectKey {
    /// Group and version: `apps/v1`, or `v1` alone.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace; `None` for objects that are in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// An object, with exactly the fields that we own.
#[derive(Clone, PartialEq)]
pub struct Object {
    key: ObjectKey,
    content: Value,
    holds_data: bool,
}

impl ObjectKey {
    /// The key of an object in a namespace.
    pub fn namespaced(api_version: &str, kind: &str, namespace: &str, name: &str) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
        }
    }

    /// The key of an object that is in no namespace.
    pub fn global(api_version: &str, kind: &str, name: &str) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

impl Object {
    /// Makes an object of its metadata, but for the name, and of its other fields. Fields that
    /// are null are left out, at any depth: they are not ours.
    pub fn new(key: ObjectKey, metadata: Value, fields: Value) -> Self {
        let mut content = Map::new();
        content.insert("apiVersion".to_owned(), json!(key.api_version));
        content.insert("kind".to_owned(), json!(key.kind));
        let mut named = Map::new();
        named.insert("name".to_owned(), json!(key.name));
        named.insert("namespace".to_owned(), json!(key.namespace));
        if let Value::Object(metadata) = metadata {
            named.extend(metadata);
        }
        content.insert("metadata".to_owned(), Value::Object(named));
        if let Value::Object(fields) = fields {
            content.extend(fields);
        }
        Self {
            key,
            content: without_nulls(Value::Object(content)),
            holds_data: false,
        }
    }

    /// Says that its loss would be one of data: a destroy that retains keeps it.
    #[must_use]
    pub fn holding_data(mut self) -> Self {
        self.holds_data = true;
        self
    }

    /// What makes it the one that it is.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// What is applied: no nulls, no status.
    pub fn content(&self) -> &Value {
        &self.content
    }

    /// The name by which it is found again, and whether its loss would be one of data.
    pub fn item(&self) -> Item {
        Item {
            id: EntryId::Object(self.key.clone()),
            holds_data: self.holds_data,
        }
    }
}

/// Shows no value of a Secret.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut object = f.debug_struct("Object");
        object.field("key", &self.key);
        if self.key.kind == "Secret" {
            let data = self.content.get("data").and_then(Value::as_object);
            let keys: Vec<_> = data.into_iter().flat_map(Map::keys).collect();
            object.field("keys", &keys).finish_non_exhaustive()
        } else {
            object
                .field("content", &self.content)
                .finish_non_exhaustive()
        }
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                fields
                    .map(|(name, value)| (name, without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(elements) => elements
            .into_iter()
            .filter(|element| !element.is_null())
            .map(without_nulls)
            .collect(),
        leaf => leaf,
    }
}
