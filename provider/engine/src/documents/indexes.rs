//! Indexes of MongoDB.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use kre_core::desired::Index;
use mongodb::bson::{Bson, Document, doc};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    Documents, DocumentsError,
    attempt::Task,
    users::{into_document, is},
};

const NAMESPACE_NOT_FOUND: i32 = 26;
const INDEX_NOT_FOUND: i32 = 27;
const INDEX_OPTIONS_CONFLICT: i32 = 85;
const INDEX_KEYS_CONFLICT: i32 = 86;

impl Documents {
    /// Returns the indexes of a collection, by name, as the server tells of them, but for `key`:
    /// that is a list with one object for each field, as the order of fields matters.
    ///
    /// There are none where there is no collection.
    pub async fn indexes(
        &self,
        database: &str,
        collection: &str,
        until: Instant,
    ) -> Result<BTreeMap<String, Value>, DocumentsError> {
        let name = format!("read the indexes of collection `{database}.{collection}`");
        let task = Task {
            name: &name,
            secret: None,
            until,
        };
        let ask = || async move {
            let listed = self.run(database, doc! { "listIndexes": collection }).await;
            match listed {
                Err(error) if is(&error, NAMESPACE_NOT_FOUND) => Ok(Document::new()),
                other => other,
            }
        };
        let answer = self.attempts.repeat(&task, ask).await?;
        // No collection has more indexes than fit into the first batch.
        let batch = answer
            .get_document("cursor")
            .and_then(|cursor| cursor.get_array("firstBatch"));
        let listed = batch.into_iter().flatten().cloned();
        let listed = listed.filter_map(into_document);
        Ok(listed.filter_map(|listed| index(&listed)).collect())
    }

    /// Makes an index be there; the server returns when all documents are in it.
    pub async fn put_index(&self, index: &Index, until: Instant) -> Result<(), DocumentsError> {
        let Index {
            database,
            collection,
            name,
            ..
        } = index;
        let name = format!("create index `{name}` of collection `{database}.{collection}`");
        let task = Task {
            name: &name,
            secret: None,
            until,
        };
        let conflicts = &AtomicBool::new(false);
        let put = || async move {
            let put = self.run(&index.database, command(index)).await;
            if let Err(error) = &put
                && (is(error, INDEX_OPTIONS_CONFLICT) || is(error, INDEX_KEYS_CONFLICT))
            {
                conflicts.store(true, Ordering::Relaxed);
            }
            put.map(drop)
        };
        let outcome = self.attempts.repeat(&task, put).await;
        if conflicts.load(Ordering::Relaxed)
            && let Err(error) = outcome
        {
            return Err(self.conflict(index, name, until).await?.unwrap_or(error));
        }
        outcome
    }

    /// Makes an index be gone.
    pub async fn drop_index(
        &self,
        database: &str,
        collection: &str,
        name: &str,
        until: Instant,
    ) -> Result<(), DocumentsError> {
        let task = format!("drop index `{name}` of collection `{database}.{collection}`");
        let task = Task {
            name: &task,
            secret: None,
            until,
        };
        let command = doc! { "dropIndexes": collection, "index": name };
        let command = &command;
        let drop_it = || async move {
            match self.run(database, command.clone()).await {
                Err(error) if is(&error, INDEX_NOT_FOUND) || is(&error, NAMESPACE_NOT_FOUND) => {
                    Ok(())
                }
                other => other.map(drop),
            }
        };
        self.attempts.repeat(&task, drop_it).await
    }

    /// Names the index that stands in the way of another one.
    async fn conflict(
        &self,
        index: &Index,
        task: String,
        until: Instant,
    ) -> Result<Option<DocumentsError>, DocumentsError> {
        let indexes = self
            .indexes(&index.database, &index.collection, until)
            .await?;
        let fields = Value::from(in_order(&fields(index)));
        let has_same_fields = |value: &Value| value.get("key") == Some(&fields);
        let other = indexes.get_key_value(&index.name);
        let other = other.or_else(|| indexes.iter().find(|(_, value)| has_same_fields(value)));
        Ok(other.map(|(name, value)| DocumentsError::OtherIndex {
            task,
            found: shown(name, value),
        }))
    }
}

fn command(index: &Index) -> Document {
    let mut wanted = doc! { "key": fields(index), "name": &index.name };
    if index.is_unique {
        wanted.insert("unique", true);
    }
    doc! { "createIndexes": &index.collection, "indexes": [wanted] }
}

fn fields(index: &Index) -> Document {
    let fields = index.fields.iter();
    let order = |ascends: bool| Bson::Int32(if ascends { 1 } else { -1 });
    fields
        .map(|(field, ascends)| (field.clone(), order(*ascends)))
        .collect()
}

/// Returns an index by name.
fn index(document: &Document) -> Option<(String, Value)> {
    let name = document.get_str("name").ok()?.to_owned();
    let fields = document.get_document("key").map(in_order);
    let mut value = serde_json::to_value(document).ok()?;
    if let (Ok(fields), Some(key)) = (fields, value.get_mut("key")) {
        *key = fields.into();
    }
    Some((name, value))
}

/// The fields of an index as a list: objects of JSON have no order.
fn in_order(fields: &Document) -> Vec<Value> {
    let field = |(name, order): (&String, &Bson)| json!({ name: order });
    fields.iter().map(field).collect()
}

/// Writes an index as errors name it: `date` over `[{"date":1}]`.
fn shown(name: &str, index: &Value) -> String {
    let key = index.get("key").unwrap_or(&Value::Null);
    let is_unique = index.get("unique").and_then(Value::as_bool) == Some(true);
    let unique = if is_unique { ", unique" } else { "" };
    format!("`{name}` over `{key}`{unique}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_fields_is_told() {
        let document = doc! { "v": 2, "key": { "b": 1, "a": -1 }, "name": "by-b", "unique": true };
        let (name, value) = index(&document).unwrap();
        assert_eq!(value["key"], json!([{ "b": 1 }, { "a": -1 }]));
        assert_eq!(
            shown(&name, &value),
            r#"`by-b` over `[{"b":1},{"a":-1}]`, unique"#
        );
    }
}
