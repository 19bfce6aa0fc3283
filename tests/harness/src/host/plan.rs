//! What a host intends to do.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::report::fail;

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// It comes into being.
    Create,
    /// A data source is read while applying.
    Read,
    /// It changes in place.
    Update,
    /// It goes away.
    Delete,
    /// It is replaced, the old one goes first.
    DeleteThenCreate,
    /// It is replaced, the new one comes first.
    CreateThenDelete,
    /// It stays, and the state forgets it.
    Forget,
    /// The new one comes and the state forgets the old one.
    CreateThenForget,
}

impl Action {
    /// Tells whether the resource is replaced, whatever comes first.
    pub fn replaces(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete)
    }

    fn read(json: &Value) -> Option<Self> {
        let words: Vec<_> = json.as_array()?.iter().filter_map(Value::as_str).collect();
        Some(match words.as_slice() {
            ["no-op"] => Self::NoOp,
            ["create"] => Self::Create,
            ["read"] => Self::Read,
            ["update"] => Self::Update,
            ["delete"] => Self::Delete,
            ["delete", "create"] => Self::DeleteThenCreate,
            ["create", "delete"] => Self::CreateThenDelete,
            ["forget"] => Self::Forget,
            ["create", "forget"] => Self::CreateThenForget,
            _ => return None,
        })
    }
}

/// What happens to one resource, or what has happened to it since the last apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The resource.
    pub address: String,
    /// What happens to it.
    pub action: Action,
    /// Its address before it moved.
    pub previous_address: Option<String>,
    /// Why, in the host's words, e.g. `replace_because_cannot_update`.
    pub reason: Option<String>,
    /// Its value before; null if it was not there.
    pub before: Value,
    /// Its value after, without what is not known yet; null if it goes away.
    pub after: Value,
    /// What is not known yet: `true` in the places of unknown values.
    pub after_unknown: Value,
    /// What is sensitive in `after`: `true` in the places of sensitive values.
    pub after_sensitive: Value,
    /// Paths of the attributes that cannot change in place, as a list of lists of steps, or null.
    pub replace_paths: Value,
    /// The change as the host wrote it.
    pub json: Value,
}

impl Change {
    /// Reads a change; `None` if it has another form than hosts give it.
    fn read(json: &Value) -> Option<Self> {
        let values = json.get("change")?;
        let value = |name| values.get(name).cloned().unwrap_or_default();
        let text = |name| json.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            address: text("address")?,
            action: Action::read(values.get("actions")?)?,
            previous_address: text("previous_address"),
            reason: text("action_reason"),
            before: value("before"),
            after: value("after"),
            after_unknown: value("after_unknown"),
            after_sensitive: value("after_sensitive"),
            replace_paths: value("replace_paths"),
            json: json.clone(),
        })
    }

    /// Tells whether a top-level attribute will be known only after apply, wholly or in part.
    pub fn is_unknown(&self, attribute: &str) -> bool {
        self.after_unknown.get(attribute).is_some_and(holds_true)
    }

    /// Returns the top-level attributes that change or become unknown, in alphabetical order.
    pub fn changed(&self) -> Vec<&str> {
        let sides = [&self.before, &self.after, &self.after_unknown];
        let names = sides
            .into_iter()
            .filter_map(Value::as_object)
            .flat_map(|side| side.keys());
        let mut names: Vec<_> = names
            .map(String::as_str)
            .filter(|name| self.before.get(name) != self.after.get(name) || self.is_unknown(name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Tells whether it is anything that an apply would do.
    fn is_work(&self) -> bool {
        let importing = self.json.pointer("/change/importing");
        let is_imported = importing.is_some_and(|importing| !importing.is_null());
        self.action != Action::NoOp || self.previous_address.is_some() || is_imported
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.address, self.action)?;
        for name in self.changed() {
            let before = self.before.get(name).unwrap_or(&Value::Null);
            write!(f, "\n  {name}: {before} -> ")?;
            match self.after.get(name) {
                _ if self.after_unknown.get(name) == Some(&Value::Bool(true)) => {
                    f.write_str("?")?
                }
                Some(after) => write!(f, "{after}")?,
                None => f.write_str("null")?,
            }
        }
        Ok(())
    }
}

/// What a host intends to do, and the file from which it can be applied.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The plan as `show -json` writes it.
    pub json: Value,
    file: PathBuf,
    is_empty: bool,
    resources: Vec<Change>,
    drift: Vec<Change>,
}

impl Plan {
    /// Reads a plan that the host called empty or not.
    #[track_caller]
    pub(super) fn read(json: Value, file: PathBuf, is_empty: bool) -> Self {
        let resources = changes(&json, "resource_changes");
        let drift = changes(&json, "resource_drift");
        Self {
            json,
            file,
            is_empty,
            resources,
            drift,
        }
    }

    /// Tells whether the host said that there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Returns what happens to resources, without those to which nothing happens.
    pub fn changes(&self) -> Vec<&Change> {
        self.resources
            .iter()
            .filter(|change| change.is_work())
            .collect()
    }

    /// Returns what has happened to resources since the last apply.
    ///
    /// Unless the plan is refresh-only, hosts leave out what has no part in any change.
    pub fn drift(&self) -> &[Change] {
        &self.drift
    }

    /// Returns what happens to a resource, also if that is nothing; fails the test without it.
    #[track_caller]
    pub fn change(&self, address: &str) -> &Change {
        match self
            .resources
            .iter()
            .find(|change| change.address == address)
        {
            Some(change) => change,
            None => fail(format!("`{address}` is not in the plan:\n{self}")),
        }
    }

    /// Returns the file that holds the plan.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Fails the test unless there is nothing to do.
    #[track_caller]
    pub fn assert_empty(&self) {
        if !self.is_empty {
            fail(format!("the plan is not empty:\n{self}"));
        }
    }

    /// Tells whether the content of the plan says that there is nothing to do.
    pub(super) fn looks_empty(&self) -> bool {
        let outputs = self.json.get("output_changes").and_then(Value::as_object);
        let mut actions = outputs
            .into_iter()
            .flatten()
            .map(|(_, output)| output.get("actions"));
        let invocations = self
            .json
            .get("action_invocations")
            .and_then(Value::as_array);
        self.changes().is_empty()
            && actions.all(|actions| actions.and_then(Action::read) == Some(Action::NoOp))
            && invocations.is_none_or(Vec::is_empty)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.resources {
            writeln!(f, "{change}")?;
        }
        for change in &self.drift {
            writeln!(f, "since the last apply: {change}")?;
        }
        let outputs = self.json.get("output_changes").unwrap_or(&Value::Null);
        write!(f, "outputs: {outputs}")
    }
}

#[track_caller]
fn changes(json: &Value, name: &str) -> Vec<Change> {
    let list = json
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    list.map(|change| match Change::read(change) {
        Some(change) => change,
        None => fail(format!("a change in `{name}` is not understood: {change}")),
    })
    .collect()
}

/// Tells whether `true` stands anywhere in a value.
fn holds_true(json: &Value) -> bool {
    match json {
        Value::Bool(is_true) => *is_true,
        Value::Array(elements) => elements.iter().any(holds_true),
        Value::Object(attributes) => attributes.values().any(holds_true),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plan(json: Value) -> Plan {
        Plan::read(json, PathBuf::new(), false)
    }

    fn update() -> Value {
        json!({
            "address": "kre_runtime.demo",
            "change": {
                "actions": ["update"],
                "before": { "id": "demo", "name": "old", "status": "STARTED", "parts": [1] },
                "after": { "id": "demo", "name": "new", "parts": [1, null] },
                "after_unknown": { "status": true, "parts": [false, true] },
            },
        })
    }

    #[test]
    fn a_change_names_the_attributes_that_change() {
        let plan = plan(json!({ "resource_changes": [update()] }));

        let change = plan.change("kre_runtime.demo");
        assert_eq!(change.changed(), ["name", "parts", "status"]);
        assert!(change.is_unknown("status") && change.is_unknown("parts"));
        assert!(!change.is_unknown("name"));
    }

    #[test]
    fn a_change_is_readable() {
        let plan = plan(json!({ "resource_changes": [update()] }));

        assert_eq!(
            plan.changes()[0].to_string(),
            "kre_runtime.demo: Update\n  name: \"old\" -> \"new\"\n  parts: [1] -> [1,null]\n  \
             status: \"STARTED\" -> ?"
        );
    }

    #[test]
    fn a_move_is_work_although_nothing_changes() {
        let still = json!({ "address": "a.a", "change": { "actions": ["no-op"] } });
        let moved = json!({
            "address": "a.b",
            "previous_address": "a.c",
            "change": { "actions": ["no-op"] },
        });

        assert!(plan(json!({ "resource_changes": [still] })).looks_empty());
        assert!(!plan(json!({ "resource_changes": [moved] })).looks_empty());
    }

    #[test]
    fn a_new_output_is_work() {
        let output = |action| json!({ "output_changes": { "greeting": { "actions": [action] } } });

        assert!(plan(output("no-op")).looks_empty());
        assert!(!plan(output("create")).looks_empty());
    }

    #[test]
    #[should_panic(expected = "`kre_runtime.other` is not in the plan:\nkre_runtime.demo: Update")]
    fn a_resource_that_is_not_in_the_plan_fails_the_test() {
        plan(json!({ "resource_changes": [update()] })).change("kre_runtime.other");
    }
}
