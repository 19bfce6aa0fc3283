//! `conformance_counter`: cannot be changed, only replaced, and named by the provider if need be.

use schemars::JsonSchema;
use serde::Deserialize;
use terraform::{
    Diagnostics, Schema,
    declare::{Declaration, DeclareError},
};
use terraform_server::{Applied, Change, Current, Found, ImportBy, Imported, Resource};

use crate::{Conformance, objects::named};

/// A counter that starts somewhere.
#[derive(Deserialize, JsonSchema)]
pub struct Counter {
    /// Name, which no other counter has. Left out, it is a free one, so that a counter can be
    /// created before the one that it replaces is destroyed.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"), length(max = 40))]
    #[schemars(extend("x-terraform" = {"computed": true, "replace": true, "keep_prior": true}))]
    pub name: Option<String>,
    /// The first number.
    #[schemars(extend("x-terraform" = {"replace": true}))]
    pub start: i64,
    /// From each number to the next one.
    #[schemars(extend("x-terraform" = {"replace": true}))]
    pub step: i64,
}

impl Resource for Counter {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_counter";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().build()
    }

    async fn create(provider: &Conformance, change: Change) -> Applied {
        make(provider, change).into()
    }

    async fn read(provider: &Conformance, current: Current) -> Result<Found, Diagnostics> {
        provider.look::<Self>(current)
    }

    async fn delete(provider: &Conformance, change: Change) -> Applied {
        remove(provider, &change).into()
    }

    async fn import(_: &Conformance, by: ImportBy) -> Result<Imported, Diagnostics> {
        Ok(named(by))
    }
}

fn make(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let counters = provider.objects::<Counter>()?;
    let Counter { name, .. } = change.spec()?;
    if let Some(name) = name {
        counters.create(&name, &change.planned)?;
        return Ok(Applied::done(change.planned));
    }
    let mut state = change.planned;
    for number in 1.. {
        let name = format!("{}-{number}", provider.prefix);
        state = state.with("name", name.as_str());
        if counters.try_create(&name, &state)? {
            break;
        }
    }
    Ok(Applied::done(state))
}

fn remove(provider: &Conformance, change: &Change) -> Result<Applied, Diagnostics> {
    let name = change.prior.attribute("name").as_str().unwrap_or_default();
    provider.objects::<Counter>()?.delete(name)?;
    Ok(Applied::gone())
}
