//! `conformance_everything`: every type, nesting and behaviour that an attribute can have.

mod sample;
mod spec;

use terraform::{
    Diagnostics, Schema, Value,
    declare::{Declaration, DeclareError},
    diagnostics,
};
use terraform_server::{Applied, Change, Current, Found, ImportBy, Imported, Plan, Resource};

use crate::{Conformance, objects::named};

pub use spec::Everything;

impl Resource for Everything {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_everything";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>()
            .computed::<spec::Observed>()
            .build()
    }

    async fn plan(_: &Conformance, plan: &mut Plan) -> Diagnostics {
        if plan.changes() {
            plan.set("id", plan.planned.attribute("name").clone());
        }
        Diagnostics::new()
    }

    async fn create(provider: &Conformance, change: Change) -> Applied {
        make(provider, change).into()
    }

    async fn read(provider: &Conformance, current: Current) -> Result<Found, Diagnostics> {
        provider.look::<Self>(current)
    }

    async fn update(provider: &Conformance, change: Change) -> Applied {
        alter(provider, change).into()
    }

    async fn delete(provider: &Conformance, change: Change) -> Applied {
        remove(provider, &change).into()
    }

    async fn import(_: &Conformance, by: ImportBy) -> Result<Imported, Diagnostics> {
        Ok(named(by))
    }
}

fn make(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let state = chosen(change.planned)?;
    provider
        .objects::<Everything>()?
        .create(name(&state), &state)?;
    Ok(Applied::done(state))
}

fn alter(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let state = chosen(change.planned)?;
    provider
        .objects::<Everything>()?
        .update(name(&state), &state)?;
    Ok(Applied::done(state))
}

fn remove(provider: &Conformance, change: &Change) -> Result<Applied, Diagnostics> {
    provider
        .objects::<Everything>()?
        .delete(name(&change.prior))?;
    Ok(Applied::gone())
}

/// Chooses what the plan left open.
fn chosen(planned: Value) -> Result<Value, Diagnostics> {
    let schema = Everything::schema();
    let schema = schema.map_err(|error| Diagnostics::bug(diagnostics::chain(&error)))?;
    Ok(sample::complete(&schema.implied_type(), planned))
}

fn name(state: &Value) -> &str {
    state.attribute("name").as_str().unwrap_or_default()
}
