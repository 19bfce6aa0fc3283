//! Objects that two may want to write at the same time, of whom one wins: anchors.

use std::time::Duration;

use kre_core::{desired::Object, runtime::MANAGER};
use kube::core::request;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};
use tracing::instrument;

use super::{
    Live, Objects,
    apply::{failed, is_own},
    ask::Refused,
    error::ApplyError,
    kinds::{Kind, segment},
};

/// How often a creation is repeated of which nobody knows whether it happened.
const ROUNDS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

impl Objects {
    /// Creates an object. One that is there already is a success if it has the same stamp: then
    /// a call before this one was interrupted, or its answer was lost.
    #[instrument(skip_all, fields(object = %object.key()))]
    pub async fn create(&self, object: &Object, until: Instant) -> Result<Live, ApplyError> {
        let key = object.key();
        let kind = Kind::of(key).map_err(|source| failed(key, source))?;
        let _writing = self.snapshots().writing(kind, key);
        let path = kind.collection(key.namespace.as_deref());
        let mut round = 0;
        loop {
            let request = write("POST", &path, object.content());
            let refused = match self.insist(request, until).await {
                Ok(value) => return Ok(Live::new(value)),
                Err(refused) => refused,
            };
            if !is_in_doubt(&refused) {
                return Err(self.refused(key, refused).await);
            }
            // If the server is gone, this is what waits for it.
            let found = self.get(key, until).await;
            match found.map_err(|source| failed(key, source))? {
                Some(found) if is_own(object, &found) => return Ok(found),
                Some(found) => return Err(ApplyError::Exists { found }),
                None if round == ROUNDS => return Err(self.refused(key, refused).await),
                None => sleep(FIRST_PAUSE * 2_u32.pow(round)).await,
            }
            round += 1;
        }
    }

    /// Replaces an object that was read before, unless somebody else has changed it since.
    ///
    /// Keeps what others have added to it: labels, annotations, keys of its data, finalizers.
    #[instrument(skip_all, fields(object = %object.key()))]
    pub async fn replace(
        &self,
        object: &Object,
        over: &Live,
        until: Instant,
    ) -> Result<Live, ApplyError> {
        let key = object.key();
        let kind = Kind::of(key).map_err(|source| failed(key, source))?;
        let _writing = self.snapshots().writing(kind, key);
        let collection = kind.collection(key.namespace.as_deref());
        let path = format!("{collection}/{}", segment(&key.name));
        let body = replacement(object.content(), over.value());
        let request = write("PUT", &path, &body);
        let refused = match self.insist(request, until).await {
            Ok(value) => return Ok(Live::new(value)),
            Err(refused) => refused,
        };
        if !matches!(refused.code(), Some(404 | 409)) {
            return Err(self.refused(key, refused).await);
        }
        let found = self.get(key, until).await;
        match found.map_err(|source| failed(key, source))? {
            // A repeated call finds what the first one has done.
            Some(found) if comparable(found.value()) == comparable(&body) => Ok(found),
            Some(found) if found.uid() == over.uid() => {
                Err(ApplyError::Outdated(Box::new(key.clone())))
            }
            found => Err(ApplyError::Replaced {
                key: Box::new(key.clone()),
                found,
            }),
        }
    }
}

fn write(method: &str, path: &str, body: &Value) -> Result<http::Request<Vec<u8>>, request::Error> {
    let body = serde_json::to_vec(body).map_err(request::Error::SerializeBody)?;
    http::Request::builder()
        .method(method)
        .uri(format!(
            "{path}?fieldManager={MANAGER}&fieldValidation=Strict"
        ))
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(body)
        .map_err(request::Error::BuildRequest)
}

/// Tells whether the object may have been created all the same.
fn is_in_doubt(refused: &Refused) -> bool {
    match refused.code() {
        Some(code) => matches!(code, 409 | 429 | 502..=504),
        None => true,
    }
}

/// An object as it shall be: ours, and what others have set on it.
fn replacement(object: &Value, over: &Value) -> Value {
    let mut replacement = over.clone();
    let entries = over.pointer("/metadata/managedFields");
    for entry in entries.and_then(Value::as_array).into_iter().flatten() {
        let is_ours = entry.get("manager").and_then(Value::as_str) == Some(MANAGER);
        if let Some(fields) = entry.get("fieldsV1").filter(|_| is_ours) {
            remove(&mut replacement, fields);
        }
    }
    if let Some(Value::Object(metadata)) = replacement.get_mut("metadata") {
        // The server goes on with those that it has.
        metadata.remove("managedFields");
    }
    merge(&mut replacement, object);
    replacement
}

/// Removes fields that are named as `fieldsV1` does. Elements of lists stay.
fn remove(value: &mut Value, fields: &Value) {
    let (Value::Object(value), Value::Object(fields)) = (value, fields) else {
        return;
    };
    for (name, inner) in fields {
        let Some(name) = name.strip_prefix("f:") else {
            continue;
        };
        let is_leaf = inner.as_object().is_some_and(Map::is_empty);
        if is_leaf {
            value.remove(name);
        } else if let Some(value) = value.get_mut(name) {
            remove(value, inner);
        }
    }
}

fn merge(value: &mut Value, ours: &Value) {
    match (value, ours) {
        (Value::Object(value), Value::Object(ours)) => {
            for (name, ours) in ours {
                merge(value.entry(name).or_insert(Value::Null), ours);
            }
        }
        (value, ours) => *value = ours.clone(),
    }
}

/// What makes two states of one object the same.
fn comparable(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        for name in ["managedFields", "resourceVersion", "generation"] {
            metadata.remove(name);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_have_set_stays_and_what_we_had_set_goes() {
        let over = json!({
            "metadata": {
                "name": "a",
                "resourceVersion": "7",
                "labels": { "ours": "1", "theirs": "1" },
                "managedFields": [
                    {
                        "manager": MANAGER,
                        "fieldsV1": {
                            "f:metadata": { "f:labels": { ".": {}, "f:ours": {} } },
                            "f:data": { ".": {}, "f:old": {}, "f:kept": {} },
                        },
                    },
                    {
                        "manager": "kubectl-edit",
                        "fieldsV1": { "f:data": { "f:foreign": {} } },
                    },
                ],
            },
            "data": { "old": "1", "kept": "1", "foreign": "1" },
        });
        let ours = json!({ "metadata": { "name": "a" }, "data": { "kept": "2", "new": "2" } });
        let expected = json!({
            "metadata": {
                "name": "a",
                "resourceVersion": "7",
                "labels": { "theirs": "1" },
            },
            "data": { "kept": "2", "new": "2", "foreign": "1" },
        });
        assert_eq!(replacement(&ours, &over), expected);
    }
}
