//! What should be ours of an object that nothing is remembered of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Owned, Seal,
    managers::{Fields, Managers},
    owned::{Mark, Node},
    place::Place,
    step::{Step, canonical},
};

impl Owned {
    /// Remembers an object of which nothing is remembered, as if it had been applied: what is ours
    /// has the value that it has, and what an apply would set though others have taken or removed
    /// it had the value that the apply would set.
    pub fn imported(live: &Value, desired: &Value, seal: &Seal) -> Self {
        let mut owned = Self::of(live, seal);
        let managers = Managers::of(live);
        let import = Import {
            managers: &managers,
            seal,
        };
        let root = At {
            live: Place::root(live),
            fields: Some(managers.root()),
        };
        import.visit(&mut owned.root, &applied(desired), root);
        owned
    }
}

/// The fields that an apply makes ours: not those by which the object is found.
fn applied(desired: &Value) -> Value {
    let mut applied = desired.clone();
    let Some(fields) = applied.as_object_mut() else {
        return applied;
    };
    fields.retain(|name, _| name != "apiVersion" && name != "kind");
    if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
        metadata.retain(|name, _| name == "annotations" || name == "labels");
    }
    applied
}

struct Import<'i> {
    managers: &'i Managers<'i>,
    seal: &'i Seal,
}

/// Where a walk has come to.
#[derive(Clone, Copy)]
struct At<'i> {
    live: Place<'i>,
    /// Who owns what of it; `None` where nobody does.
    fields: Option<&'i Fields>,
}

impl Import<'_> {
    /// Adds what is not ours of what is desired, if others own parts of it, or nobody.
    fn visit(&self, node: &mut Node, desired: &Value, at: At<'_>) {
        for (step, desired) in steps(desired, at.fields) {
            let at = At {
                live: at.live.step(&step),
                fields: at.fields.and_then(|fields| fields.children.get(&step)),
            };
            let mut child = node.children.remove(&step).unwrap_or_default();
            if at.fields.is_some_and(|fields| !fields.children.is_empty()) {
                self.visit(&mut child, desired, at);
            } else if !at
                .fields
                .is_some_and(|fields| self.managers.is_ours(fields))
            {
                child.mark = Some(self.mark(&step, desired, at));
            }
            if child.mark.is_some() || !child.children.is_empty() {
                node.children.insert(step, child);
            }
        }
    }

    fn mark(&self, step: &Step, desired: &Value, at: At<'_>) -> Mark {
        if step.is_to_element() {
            return Mark::Present;
        }
        let digest = self.seal.digest(desired, at.live.is_hidden());
        digest.map_or(Mark::Present, Mark::Value)
    }
}

/// The steps to the parts of a value. Which fields tell elements of a list apart is known from
/// those that somebody owns; where nobody does, the list has no parts.
fn steps<'v>(value: &'v Value, fields: Option<&Fields>) -> Vec<(Step, &'v Value)> {
    match value {
        Value::Object(parts) => {
            let parts = parts.iter();
            parts
                .map(|(name, part)| (Step::Field(name.clone()), part))
                .collect()
        }
        Value::Array(elements) => {
            let mut known = fields.into_iter().flat_map(|fields| fields.children.keys());
            let keys = known.find_map(|step| match step {
                Step::Item(keys) => Some(keys),
                _ => None,
            });
            let elements = keys.into_iter().flat_map(|keys| {
                let elements = elements.iter();
                elements.map(|element| (Step::Item(same(keys, element)), element))
            });
            elements.collect()
        }
        _ => Vec::new(),
    }
}

/// What an element has in the fields by which others are told apart.
fn same(keys: &BTreeMap<String, String>, element: &Value) -> BTreeMap<String, String> {
    let keys = keys.keys();
    keys.map(|name| {
        let value = element.get(name).unwrap_or(&Value::Null);
        (name.clone(), canonical(value))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::drift::Finding;

    /// An object that was applied, and what others have made of it.
    fn found(change: impl Fn(&mut Value, &mut Value, &mut Value)) -> String {
        let desired = json!({
            "apiVersion": "v1",
            "kind": "Thing",
            "metadata": { "name": "a", "labels": { "app": "a" } },
            "spec": { "replicas": 1, "ports": [{ "port": 1, "name": "one" }, { "port": 2 }] },
        });
        let mut ours = json!({
            "f:metadata": { "f:labels": { "f:app": {} } },
            "f:spec": {
                "f:replicas": {},
                "f:ports": {
                    "k:{\"port\":1}": { ".": {}, "f:port": {}, "f:name": {} },
                    "k:{\"port\":2}": { ".": {}, "f:port": {} },
                },
            },
        });
        let mut theirs = json!({ "f:spec": { "f:ports": {} } });
        let mut live = desired.clone();
        change(&mut live, &mut ours, &mut theirs);
        let entry =
            |manager: &str, fields: &Value| json!({ "manager": manager, "fieldsV1": fields });
        live["metadata"]["managedFields"] = json!([
            entry(crate::runtime::MANAGER, &ours),
            entry("kubectl-edit", &theirs)
        ]);
        let seal = Seal::new(b"a key of the cluster");
        let owned = Owned::imported(&live, &desired, &seal);
        Finding::of(&owned, Some(&live), &seal).to_string()
    }

    #[test]
    fn what_is_all_ours_is_applied() {
        assert_eq!(found(|_, _, _| ()), "applied");
    }

    #[test]
    fn what_others_have_taken_is_changed() {
        let found = found(|live, ours, theirs| {
            live["spec"]["ports"][0]["name"] = json!("other");
            let fields = &mut ours["f:spec"]["f:ports"]["k:{\"port\":1}"];
            fields.as_object_mut().unwrap().remove("f:name");
            theirs["f:spec"]["f:ports"]["k:{\"port\":1}"] = json!({ "f:name": {} });
        });
        assert_eq!(found, "changed: spec.ports[port=1].name (by kubectl-edit)");
    }

    #[test]
    fn what_others_have_removed_is_changed() {
        let found = found(|live, ours, _| {
            live["spec"]["ports"].as_array_mut().unwrap().remove(0);
            let ports = ours["f:spec"]["f:ports"].as_object_mut().unwrap();
            ports.remove("k:{\"port\":1}");
            live["metadata"].as_object_mut().unwrap().remove("labels");
            ours.as_object_mut().unwrap().remove("f:metadata");
        });
        assert_eq!(found, "changed: metadata, spec.ports[port=1]");
    }

    #[test]
    fn what_nobody_owns_any_more_is_changed() {
        let found = found(|live, ours, _| {
            live["spec"]["replicas"] = json!(0);
            ours["f:spec"].as_object_mut().unwrap().remove("f:replicas");
        });
        assert_eq!(found, "changed: spec.replicas");
    }

    #[test]
    fn what_others_have_added_is_theirs() {
        let found = found(|live, _, theirs| {
            live["spec"]["paused"] = json!(true);
            theirs["f:spec"]["f:paused"] = json!({});
        });
        assert_eq!(found, "applied");
    }
}
