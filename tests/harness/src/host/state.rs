//! What a host remembers, as it lies on disk.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::report::{OrFail, fail};

/// The content of a state file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The file as it is, private state included; null if there is no file.
    pub json: Value,
}

impl State {
    /// Returns the addresses of all objects, with those of replaced ones that are still there.
    pub fn addresses(&self) -> Vec<String> {
        self.objects().map(|(address, _)| address).collect()
    }

    /// Returns the object of a resource as it is stored, or `None` if there is none.
    ///
    /// Its values are in `attributes`; a tainted one has `"status": "tainted"`.
    pub fn find(&self, address: &str) -> Option<&Value> {
        self.objects()
            .filter(|(_, object)| object.get("deposed").is_none())
            .find_map(|(found, object)| (found == address).then_some(object))
    }

    /// Returns the object of a resource as it is stored; fails the test without it.
    #[track_caller]
    pub fn object(&self, address: &str) -> &Value {
        match self.find(address) {
            Some(object) => object,
            None => fail(format!("`{address}` is not in the state:\n{:#}", self.json)),
        }
    }

    /// Returns an attribute of a resource; fails the test without it.
    #[track_caller]
    pub fn attribute(&self, address: &str, name: &str) -> &Value {
        let object = self.object(address);
        match object
            .get("attributes")
            .and_then(|attributes| attributes.get(name))
        {
            Some(value) => value,
            None => fail(format!(
                "`{address}` has no `{name}` in the state:\n{object:#}"
            )),
        }
    }

    /// Tells whether a resource will be replaced because its creation did not finish.
    #[track_caller]
    pub fn is_tainted(&self, address: &str) -> bool {
        self.object(address).get("status").and_then(Value::as_str) == Some("tainted")
    }

    /// Returns the private state of a resource; empty if it has none.
    #[track_caller]
    pub fn private(&self, address: &str) -> Vec<u8> {
        let object = self.object(address);
        let text = object
            .get("private")
            .and_then(Value::as_str)
            .unwrap_or_default();
        STANDARD.decode(text).or_fail("private state is not base64")
    }

    fn objects(&self) -> impl Iterator<Item = (String, &Value)> {
        let resources = self.json.get("resources").and_then(Value::as_array);
        resources.into_iter().flatten().flat_map(|resource| {
            let instances = resource.get("instances").and_then(Value::as_array);
            let address = address(resource);
            let instances = instances.into_iter().flatten();
            instances.map(move |instance| (format!("{address}{}", key(instance)), instance))
        })
    }
}

fn address(resource: &Value) -> String {
    let text = |name| {
        resource
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let module = match text("module") {
        "" => String::new(),
        module => format!("{module}."),
    };
    let mode = if text("mode") == "data" { "data." } else { "" };
    format!("{module}{mode}{}.{}", text("type"), text("name"))
}

fn key(instance: &Value) -> String {
    let key = instance.get("index_key");
    key.map(|key| format!("[{key}]")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn state() -> State {
        let json = json!({
            "resources": [
                {
                    "mode": "managed", "type": "kre_runtime", "name": "demo",
                    "instances": [
                        { "deposed": "0123abcd", "attributes": { "id": "old" } },
                        { "attributes": { "id": "demo" }, "private": "eyJhIjoxfQ==" },
                    ],
                },
                {
                    "module": "module.a", "mode": "data", "type": "kre_runtime", "name": "other",
                    "instances": [
                        { "index_key": "x", "status": "tainted", "attributes": { "id": "other" } },
                    ],
                },
            ],
        });
        State { json }
    }

    #[test]
    fn objects_have_the_addresses_that_a_user_writes() {
        let expected = [
            "kre_runtime.demo",
            "kre_runtime.demo",
            "module.a.data.kre_runtime.other[\"x\"]",
        ];
        assert_eq!(state().addresses(), expected);
    }

    #[test]
    fn the_object_of_a_resource_is_not_the_one_that_it_replaced() {
        assert_eq!(state().attribute("kre_runtime.demo", "id"), "demo");
    }

    #[test]
    fn private_state_is_decoded() {
        assert_eq!(state().private("kre_runtime.demo"), br#"{"a":1}"#);
    }

    #[test]
    fn an_unfinished_object_is_tainted() {
        assert!(state().is_tainted("module.a.data.kre_runtime.other[\"x\"]"));
        assert!(!state().is_tainted("kre_runtime.demo"));
    }

    #[test]
    fn a_state_without_a_file_has_no_objects() {
        assert_eq!(State::default().find("kre_runtime.demo"), None);
    }
}
