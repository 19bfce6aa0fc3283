//! `conformance_legacy_thing`: what things were called. A `moved` block makes them things.

use schemars::JsonSchema;
use serde::Deserialize;
use terraform::{
    Diagnostics, Schema, Value,
    declare::{Declaration, DeclareError},
};
use terraform_server::{Applied, Change, Current, Found, Resource};

use super::Thing;
use crate::Conformance;

/// A thing, as it was called before. In the world it is the same object.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(extend("deprecated" = true))]
pub struct LegacyThing {
    /// Name, which no other thing has.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"), length(max = 40))]
    #[schemars(extend("x-terraform" = {"replace": true}))]
    pub name: String,
    /// What is now the label.
    pub note: Option<String>,
}

impl Resource for LegacyThing {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_legacy_thing";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().build()
    }

    async fn create(provider: &Conformance, change: Change) -> Applied {
        make(provider, change).into()
    }

    async fn read(provider: &Conformance, current: Current) -> Result<Found, Diagnostics> {
        let before = current.state.clone();
        let mut found = provider.look::<Thing>(current)?;
        let attributes = found.state.as_entries();
        if let Some(label) = attributes.and_then(|attributes| attributes.get("label")) {
            found.state = before.with("note", label.clone());
        }
        Ok(found)
    }

    async fn update(provider: &Conformance, change: Change) -> Applied {
        alter(provider, change).into()
    }

    async fn delete(provider: &Conformance, change: Change) -> Applied {
        remove(provider, &change).into()
    }
}

fn make(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let (name, thing) = thing(&change)?;
    provider.objects::<Thing>()?.create(&name, &thing)?;
    Ok(Applied::done(change.planned))
}

fn alter(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let (name, thing) = thing(&change)?;
    provider.objects::<Thing>()?.update(&name, &thing)?;
    Ok(Applied::done(change.planned))
}

fn remove(provider: &Conformance, change: &Change) -> Result<Applied, Diagnostics> {
    let LegacyThing { name, .. } = change.before()?;
    provider.objects::<Thing>()?.delete(&name)?;
    Ok(Applied::gone())
}

/// The name, and what the thing is called today.
fn thing(change: &Change) -> Result<(String, Value), Diagnostics> {
    let LegacyThing { name, note } = change.spec()?;
    let label = note.map_or(Value::Null, Value::from);
    let thing = Thing::plain(name.as_str().into(), label);
    Ok((name, thing))
}
