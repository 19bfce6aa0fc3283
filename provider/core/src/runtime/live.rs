//! What live objects say of the attributes that they were rendered from.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    component::{Amounts, LogLevel, Resources, Toleration},
    names::{Component, LOG_LEVEL},
    spec::RuntimeSpec,
};
use crate::{
    desired::ObjectKey,
    text::{ImageReference, LabelKey, LabelValue, Quantity},
};

/// Reads back the attributes that can be seen in live objects: those of which `changed` says that
/// the field has another value than our own apply got back. Everything else is as it was, in its
/// own spelling, and so is what does not parse or has no object.
///
/// Fields are named as the API server does when they conflict, without the leading dot:
/// `spec.template.spec.containers[name="nats"].image`.
pub fn read_back(
    spec: &RuntimeSpec,
    found: &BTreeMap<ObjectKey, Value>,
    changed: &dyn Fn(&ObjectKey, &str) -> bool,
) -> RuntimeSpec {
    let mut seen = spec.clone();
    for (component, key) in spec.workloads() {
        let Some(object) = found.get(&key) else {
            continue;
        };
        let view = View {
            object,
            component,
            changed: &|field| changed(&key, field),
        };
        match component {
            Component::Nats => {
                let nats = &mut seen.nats;
                view.pod(&mut nats.node_selector, &mut nats.tolerations);
                view.container(&mut nats.image, &mut nats.resources);
            }
            Component::MongoDb => {
                let mongodb = &mut seen.mongodb;
                view.pod(&mut mongodb.node_selector, &mut mongodb.tolerations);
                view.container(&mut mongodb.image, &mut mongodb.resources);
            }
            Component::MongoWriter => {
                let writer = &mut seen.mongo_writer;
                view.pod(&mut writer.node_selector, &mut writer.tolerations);
                view.container(&mut writer.image, &mut writer.resources);
                view.log_level(&mut writer.log_level);
            }
        }
    }
    for (component, key) in spec.claims() {
        let field = "spec.resources.requests.storage";
        let live = found.get(&key).filter(|_| changed(&key, field));
        let live = live.and_then(|claim| claim.pointer("/spec/resources/requests/storage"));
        let size = match component {
            Component::Nats => &mut seen.nats.storage.size,
            Component::MongoDb => &mut seen.mongodb.storage.size,
            Component::MongoWriter => continue,
        };
        keep_or_take(size, live);
    }
    seen
}

/// A look at the workload of a component.
struct View<'v> {
    object: &'v Value,
    component: Component,
    changed: &'v dyn Fn(&str) -> bool,
}

impl View<'_> {
    fn pod(
        &self,
        node_selector: &mut BTreeMap<LabelKey, LabelValue>,
        tolerations: &mut Vec<Toleration>,
    ) {
        let Some(pod) = self.object.pointer("/spec/template/spec") else {
            return;
        };
        // Both are fields that have one owner, whatever is inside.
        if (self.changed)("spec.template.spec.nodeSelector") {
            match pod.get("nodeSelector") {
                Some(live) => keep_or_take(node_selector, Some(live)),
                None => node_selector.clear(),
            }
        }
        if (self.changed)("spec.template.spec.tolerations") {
            let live = pod.get("tolerations").and_then(Value::as_array);
            let live = live.into_iter().flatten().map(toleration);
            if let Ok(live) = live.collect() {
                *tolerations = live;
            }
        }
    }

    fn container(&self, image: &mut ImageReference, resources: &mut Resources) {
        let Some(container) = self.live_container() else {
            return;
        };
        if self.has_changed("image") {
            keep_or_take(image, container.get("image"));
        }
        let Resources { requests, limits } = resources;
        for (name, amounts) in [("requests", requests), ("limits", limits)] {
            let live = container.get("resources").and_then(|it| it.get(name));
            if let Some(amounts) = amounts {
                self.amounts(name, amounts, live);
            }
        }
    }

    /// Those that are set: what others have added is not ours.
    fn amounts(&self, name: &str, amounts: &mut Amounts, live: Option<&Value>) {
        let Amounts {
            cpu,
            memory,
            ephemeral_storage,
        } = amounts;
        for (resource, amount) in [
            ("cpu", cpu),
            ("memory", memory),
            ("ephemeral-storage", ephemeral_storage),
        ] {
            let field = format!("resources.{name}.{resource}");
            let Some(set) = amount.as_mut().filter(|_| self.has_changed(&field)) else {
                continue;
            };
            match live.and_then(|live| live.get(resource)) {
                Some(live) => keep_or_take::<Quantity>(set, Some(live)),
                None => *amount = None,
            }
        }
    }

    fn log_level(&self, level: &mut LogLevel) {
        if !self.has_changed(&format!("env[name=\"{LOG_LEVEL}\"].value")) {
            return;
        }
        let container = self.live_container();
        let variable = container.and_then(|it| named(it.get("env")?, LOG_LEVEL));
        keep_or_take(level, variable.and_then(|it| it.get("value")));
    }

    fn live_container(&self) -> Option<&Value> {
        let containers = self.object.pointer("/spec/template/spec/containers")?;
        named(containers, self.component.label())
    }

    /// Tells whether a field of the container has changed.
    fn has_changed(&self, field: &str) -> bool {
        let container = self.component.label();
        (self.changed)(&format!(
            "spec.template.spec.containers[name=\"{container}\"].{field}"
        ))
    }
}

/// Takes what is there, unless it is no such thing, or the same in another spelling.
fn keep_or_take<T: DeserializeOwned + PartialEq>(value: &mut T, live: Option<&Value>) {
    let live = live.and_then(|live| T::deserialize(live).ok());
    if let Some(live) = live.filter(|live| live != value) {
        *value = live;
    }
}

/// Finds the element of a list that has a name.
fn named<'l>(list: &'l Value, name: &str) -> Option<&'l Value> {
    let elements = list.as_array()?;
    elements
        .iter()
        .find(|element| element.get("name").and_then(Value::as_str) == Some(name))
}

/// Reads a toleration as Kubernetes has it.
fn toleration(live: &Value) -> Result<Toleration, serde_json::Error> {
    Ok(Toleration {
        key: optional(live, "key")?,
        operator: optional(live, "operator")?.unwrap_or_default(),
        value: optional(live, "value")?,
        effect: optional(live, "effect")?,
        toleration_seconds: optional(live, "tolerationSeconds")?,
    })
}

/// Reads a field that may be missing, or empty, which is the same to Kubernetes.
fn optional<T: DeserializeOwned>(
    live: &Value,
    field: &str,
) -> Result<Option<T>, serde_json::Error> {
    let value = live.get(field).filter(|value| value.as_str() != Some(""));
    value.map(T::deserialize).transpose()
}
