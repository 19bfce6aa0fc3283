//! Objects as the cluster has them.

use std::{fmt, sync::Arc, time::SystemTime};

use kre_core::{anchor::InstanceId, desired::ObjectKey, runtime::INSTANCE};
use serde_json::{Value, json, value::RawValue};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::kinds::Kind;

/// An object as the cluster has it, or had it a moment ago. Copies share it.
#[derive(Clone, PartialEq)]
pub struct Live(Arc<Value>);

impl Live {
    /// Takes an object that the API server has told.
    pub(super) fn new(value: Value) -> Self {
        Self(Arc::new(value))
    }

    /// Takes an element of a list, which does not say its kind itself.
    pub(super) fn of_list(element: &RawValue, kind: &Kind) -> Result<Self, serde_json::Error> {
        let mut value: Value = serde_json::from_str(element.get())?;
        if let Value::Object(fields) = &mut value {
            fields.insert("apiVersion".to_owned(), json!(kind.api_version));
            fields.insert("kind".to_owned(), json!(kind.name));
        }
        Ok(Self::new(value))
    }

    /// What makes it the one that it is.
    pub fn key(&self) -> ObjectKey {
        let text = |pointer| self.text(pointer).unwrap_or_default().to_owned();
        ObjectKey {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: self.text("/metadata/namespace").map(str::to_owned),
            name: text("/metadata/name"),
        }
    }

    /// What no other object has, not even one of the same name.
    pub fn uid(&self) -> &str {
        self.text("/metadata/uid").unwrap_or_default()
    }

    /// What changes with every change of it.
    pub fn resource_version(&self) -> &str {
        self.text("/metadata/resourceVersion").unwrap_or_default()
    }

    /// The instance that made it, if it carries a stamp.
    pub fn stamp(&self) -> Option<InstanceId> {
        stamp(&self.0)
    }

    /// Tells whether it has been deleted, and is there only until its finalizers are done.
    pub fn is_terminating(&self) -> bool {
        self.text("/metadata/deletionTimestamp").is_some()
    }

    /// Tells whether it belongs to another object, and goes with that.
    pub fn is_owned(&self) -> bool {
        let owners = self.0.pointer("/metadata/ownerReferences");
        owners
            .and_then(Value::as_array)
            .is_some_and(|it| !it.is_empty())
    }

    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        let labels = self.0.pointer("/metadata/labels")?;
        labels.get(name)?.as_str()
    }

    /// Since when it exists; `None` if the cluster does not say.
    pub fn created(&self) -> Option<SystemTime> {
        let text = self.text("/metadata/creationTimestamp")?;
        let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        Some(time.into())
    }

    /// All of it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Who waits for something before it can go.
    pub(super) fn finalizers(&self) -> Vec<String> {
        let finalizers = self.0.pointer("/metadata/finalizers");
        let finalizers = finalizers.and_then(Value::as_array).into_iter().flatten();
        let finalizers = finalizers.filter_map(Value::as_str);
        finalizers.map(str::to_owned).collect()
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer)?.as_str()
    }
}

/// The stamp of an object, applied or live.
pub(super) fn stamp(object: &Value) -> Option<InstanceId> {
    let annotations = object.pointer("/metadata/annotations")?;
    let stamp = annotations.get(INSTANCE)?.as_str()?;
    Some(InstanceId::existing(stamp))
}

/// Shows no content: that of Secrets is nobody's business.
impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("key", &self.key())
            .field("uid", &self.uid())
            .field("resource_version", &self.resource_version())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn secret() -> Live {
        Live::new(json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "namespace": "a",
                "name": "b",
                "uid": "u",
                "resourceVersion": "7",
                "creationTimestamp": "1970-01-01T00:01:00Z",
                "annotations": { INSTANCE: "0123" },
            },
            "data": { "password": "c2VjcmV0" },
        }))
    }

    #[test]
    fn what_identifies_an_object_is_read_from_it() {
        let live = secret();
        assert_eq!(live.key(), ObjectKey::namespaced("v1", "Secret", "a", "b"));
        assert_eq!((live.uid(), live.resource_version()), ("u", "7"));
        assert_eq!(live.stamp(), Some(InstanceId::existing("0123")));
        let minute = SystemTime::UNIX_EPOCH + Duration::from_mins(1);
        assert_eq!(live.created(), Some(minute));
        assert!(!live.is_terminating());
    }

    #[test]
    fn a_secret_is_shown_without_its_values() {
        let shown = format!("{:?}", secret());
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }

    #[test]
    fn an_element_of_a_list_is_told_its_kind() {
        let element = RawValue::from_string(r#"{"metadata":{"name":"a"}}"#.to_owned()).unwrap();
        let key = ObjectKey::global("v1", "Namespace", "a");
        let kind = Kind::of(&key).unwrap();
        assert_eq!(Live::of_list(&element, kind).unwrap().key(), key);
    }
}
