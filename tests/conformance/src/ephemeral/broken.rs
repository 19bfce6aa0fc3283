//! `conformance_broken`: an ephemeral resource that fails.

use std::time::SystemTime;

use schemars::JsonSchema;
use serde::Deserialize;
use terraform::{
    Diagnostics, Path, Schema,
    declare::{Declaration, DeclareError},
    diagnostics,
};
use terraform_server::{EphemeralResource, Opened, Private, Query, Renewed};

use crate::Conformance;

/// Fails at some point of its life.
#[derive(Deserialize, JsonSchema)]
pub struct Broken {
    /// When it fails.
    at: At,
}

/// A point in the life of an ephemeral resource.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum At {
    /// When it is opened.
    Open,
    /// When it is renewed, which is at once.
    Renew,
    /// When it is closed.
    Close,
}

impl EphemeralResource for Broken {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_broken";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().build()
    }

    async fn open(_: &Conformance, query: Query) -> Result<Opened, Diagnostics> {
        let Self { at } = query.spec()?;
        if at == At::Open {
            let error = diagnostics::error("Nothing was opened", "`at` asks for it.");
            return Err(error.at(Path::from("at")).into());
        }
        Ok(Opened {
            value: query.config,
            lease: Private::of(&(at == At::Close))?,
            renew_at: (at == At::Renew).then(SystemTime::now),
            warnings: Diagnostics::new(),
        })
    }

    async fn renew(_: &Conformance, _: Private) -> Result<Renewed, Diagnostics> {
        Err(Diagnostics::error(
            "Nothing was renewed",
            "`at` asks for it.",
        ))
    }

    async fn close(_: &Conformance, lease: Private) -> Diagnostics {
        match lease.read() {
            Ok(Some(true)) => Diagnostics::error("Nothing was closed", "`at` asks for it."),
            _ => Diagnostics::new(),
        }
    }
}
