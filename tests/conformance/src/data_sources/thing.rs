//! `conformance_thing`: one thing, by name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terraform::{
    Diagnostics, Path, Schema,
    declare::{Declaration, DeclareError},
    diagnostics,
};
use terraform_server::{Answer, DataSource, Query};

use crate::{Conformance, resources};

/// Looks up a thing.
#[derive(Deserialize, JsonSchema)]
pub struct Thing {
    /// Name of the thing.
    name: String,
}

/// What is said of it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Found {
    /// How big it is.
    size: i64,
    /// What people call it.
    label: Option<String>,
    /// Further notes on it.
    tags: Option<BTreeMap<String, String>>,
    /// How often it was made or changed.
    generation: i64,
}

impl DataSource for Thing {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_thing";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().computed::<Found>().build()
    }

    async fn read(provider: &Conformance, query: Query) -> Result<Answer, Diagnostics> {
        let Self { name } = query.spec()?;
        let things = provider.objects::<resources::Thing>()?;
        let thing = things.read(&name)?.ok_or_else(|| missing(&name))?;
        let answer = ["size", "label", "tags", "generation"].into_iter();
        Ok(answer
            .fold(query.config, |answer, attribute| {
                answer.with(attribute, thing.attribute(attribute).clone())
            })
            .into())
    }
}

fn missing(name: &str) -> Diagnostics {
    let remedy = "Create it first, or check the spelling of the name.";
    let error = diagnostics::error(format!("No thing `{name}`"), remedy);
    error.at(Path::from("name")).into()
}
