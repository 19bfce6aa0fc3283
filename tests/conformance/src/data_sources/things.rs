//! `conformance_things`: all things.

use schemars::JsonSchema;
use serde::Deserialize;
use terraform::{
    Diagnostics, Schema, Value,
    declare::{Declaration, DeclareError},
};
use terraform_server::{Answer, DataSource, Query};

use crate::{Conformance, resources};

/// Lists things.
#[derive(Deserialize, JsonSchema)]
pub struct Things {
    /// What the names begin with; all things if it is not set.
    prefix: Option<String>,
}

/// What is found.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Found {
    /// The things, by name.
    things: Vec<Summary>,
}

/// A thing in short.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Summary {
    /// Name of the thing.
    name: String,
    /// How big it is.
    size: i64,
}

impl DataSource for Things {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_things";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().computed::<Found>().build()
    }

    async fn read(provider: &Conformance, query: Query) -> Result<Answer, Diagnostics> {
        let Self { prefix } = query.spec()?;
        let prefix = prefix.unwrap_or_default();
        let things = provider.objects::<resources::Thing>()?;
        let mut found = Vec::new();
        for name in things.ids()? {
            if let Some(thing) = things.read(&name)?.filter(|_| name.starts_with(&prefix)) {
                let size = thing.attribute("size").clone();
                found.push(Value::object([("name", name.into()), ("size", size)]));
            }
        }
        Ok(query.config.with("things", Value::list(found)).into())
    }
}
