//! What all objects of a runtime have in common.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    anchor::InstanceId,
    desired::{Object, ObjectKey},
    runtime::{
        facts::{Facts, Holder},
        names::{COMPONENT, Component, INSTANCE, MANAGED_BY, MANAGER, RUNTIME},
        spec::RuntimeSpec,
    },
    secret::Password,
};

/// What everything is rendered from.
#[derive(Clone, Copy)]
pub(super) struct Site<'s> {
    pub(super) spec: &'s RuntimeSpec,
    pub(super) facts: &'s Facts,
}

impl Site<'_> {
    /// An object of a component, in the namespace of the runtime.
    pub(super) fn object(
        self,
        kind: (&str, &str),
        name: &str,
        component: Option<Component>,
        fields: Value,
    ) -> Object {
        let namespace = self.spec.namespace();
        let key = ObjectKey::namespaced(kind.0, kind.1, namespace.as_str(), name);
        Object::new(
            key,
            metadata(self.spec, &self.facts.instance, component),
            fields,
        )
    }

    /// The Secret with a credential, and with the address that is made of it.
    pub(super) fn secret(self, holder: Holder, component: Component) -> Object {
        let credential = self.facts.credentials.of(holder);
        let uri = credential.uri(&self.spec.endpoints().mongodb);
        let encoded = |value: &Password| STANDARD.encode(value.expose());
        let fields = json!({
            "type": "Opaque",
            "data": {
                "username": STANDARD.encode(&credential.username),
                "password": encoded(&credential.password),
                "uri": encoded(&uri),
            },
        });
        let name = holder.secret(&self.spec.id);
        self.object(("v1", "Secret"), &name, Some(component), fields)
    }

    /// The Service of a component, with the name and number of each port.
    pub(super) fn service(self, component: Component) -> Object {
        let ports: Vec<_> = component
            .ports()
            .iter()
            .map(|(name, port)| {
                json!({ "name": name, "port": port, "protocol": "TCP", "targetPort": name })
            })
            .collect();
        let fields = json!({
            "spec": {
                "type": "ClusterIP",
                "selector": selector(self.spec, component),
                "ports": ports,
            },
        });
        let name = component.name(&self.spec.id);
        self.object(("v1", "Service"), &name, Some(component), fields)
    }
}

/// The metadata of an object, but for its name.
pub(super) fn metadata(
    spec: &RuntimeSpec,
    instance: &InstanceId,
    component: Option<Component>,
) -> Value {
    let mut annotations = written(&spec.annotations);
    annotations.insert(INSTANCE.to_owned(), json!(instance.as_str()));
    json!({ "labels": labels(spec, component), "annotations": annotations })
}

/// The labels of an object or a pod. Ours win; the checks refuse others of the same key.
pub(super) fn labels(spec: &RuntimeSpec, component: Option<Component>) -> Value {
    let mut labels = written(&spec.labels);
    labels.insert(MANAGED_BY.to_owned(), json!(MANAGER));
    labels.insert(RUNTIME.to_owned(), json!(spec.id));
    if let Some(component) = component {
        labels.insert(COMPONENT.to_owned(), json!(component.label()));
    }
    Value::Object(labels)
}

/// The labels that tell the pods of a component. They cannot change, so nothing else is in them.
pub(super) fn selector(spec: &RuntimeSpec, component: Component) -> Value {
    json!({ RUNTIME: spec.id, COMPONENT: component.label() })
}

/// What a user has written, as a map.
pub(super) fn written(entries: &impl serde::Serialize) -> Map<String, Value> {
    match json!(entries) {
        Value::Object(entries) => entries,
        _ => Map::new(),
    }
}

/// A collection, or nothing if it is empty: what is empty is not ours.
pub(super) fn unless_empty(collection: &impl serde::Serialize) -> Value {
    let collection = json!(collection);
    let is_empty = match &collection {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    };
    if is_empty { Value::Null } else { collection }
}
