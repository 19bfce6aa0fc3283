//! `conformance_secret`: a value that nobody ever sees again.

use schemars::JsonSchema;
use serde::Deserialize;
use terraform::{
    Diagnostics, Number, Schema,
    declare::{Declaration, DeclareError},
};
use terraform_server::{Applied, Change, Current, Found, ImportBy, Imported, Plan, Resource};

use crate::{Conformance, objects::named};

/// A secret. The world keeps its length and nothing else of it.
#[derive(Deserialize, JsonSchema)]
pub struct Secret {
    /// Name, which no other secret has.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"), length(max = 40))]
    #[schemars(extend("x-terraform" = {"replace": true, "identity": "required"}))]
    pub name: String,
    /// The secret itself.
    #[schemars(extend("x-terraform" = {"write_only": true}))]
    pub value_wo: Option<String>,
    /// Version of the secret. Only a change of it makes the provider look at `value_wo` again.
    pub value_wo_version: i64,
}

/// What the world says of a secret.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Observed {
    /// How many characters it has.
    #[schemars(extend("x-terraform" = {"keep_prior": true}))]
    length: i64,
    /// How often it was set.
    #[schemars(extend("x-terraform" = {"keep_prior": true}))]
    rotations: i64,
}

impl Resource for Secret {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_secret";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().computed::<Observed>().build()
    }

    async fn plan(_: &Conformance, plan: &mut Plan) -> Diagnostics {
        let version = |state: &terraform::Value| state.attribute("value_wo_version").clone();
        if plan.changes() && version(&plan.prior) != version(&plan.planned) {
            plan.open("length");
            plan.open("rotations");
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
        rotate(provider, change).into()
    }

    async fn delete(provider: &Conformance, change: Change) -> Applied {
        remove(provider, &change).into()
    }

    async fn import(_: &Conformance, by: ImportBy) -> Result<Imported, Diagnostics> {
        Ok(named(by))
    }
}

fn make(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let Secret { name, .. } = change.spec()?;
    let length = length(&change);
    let state = change.planned.with("length", length).with("rotations", 1);
    provider.objects::<Secret>()?.create(&name, &state)?;
    Ok(Applied::done(state))
}

/// Only a new version of the secret is an update.
fn rotate(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let Secret { name, .. } = change.spec()?;
    let rotations = change.prior.attribute("rotations").as_number();
    let rotations = rotations.and_then(Number::as_i64).unwrap_or_default();
    let length = length(&change);
    let state = change.planned.with("length", length);
    let state = state.with("rotations", rotations + 1);
    provider.objects::<Secret>()?.update(&name, &state)?;
    Ok(Applied::done(state))
}

fn remove(provider: &Conformance, change: &Change) -> Result<Applied, Diagnostics> {
    let Secret { name, .. } = change.before()?;
    provider.objects::<Secret>()?.delete(&name)?;
    Ok(Applied::gone())
}

/// Write-only values stand in the configuration alone.
fn length(change: &Change) -> i64 {
    let secret = change.config.attribute("value_wo").as_str();
    let characters = secret.map_or(0, |secret| secret.chars().count());
    i64::try_from(characters).unwrap_or(i64::MAX)
}
