//! `kre_runtime`: a namespace, and in it what versions and their workflows need.

mod assume;
mod consequences;
mod derive;
mod guide;
mod import;
mod life;
mod plan;
mod reality;
mod record;
mod report;
mod state;
#[cfg(test)]
mod tests;
mod told;
mod trouble;
mod unwritten;

use std::{future::ready, marker::PhantomData};

use kre_core::runtime::{Problem, RuntimeSpec};
use terraform::{
    Diagnostics, Schema, Value,
    declare::{Declaration, DeclareError},
    diagnostics,
};
use terraform_server::{
    Applied, Change, Current, Found, ImportBy, Imported, Plan, Provider, Resource,
};

pub use guide::guide;
pub use life::Life;

use super::paths::path;
use state::Computed;

/// The resource, for a provider that can give it a life.
#[derive(Debug)]
pub struct Runtime<P>(PhantomData<P>);

/// Describes the resource.
pub fn schema() -> Result<Schema, DeclareError> {
    Declaration::of::<RuntimeSpec>()
        .computed::<Computed>()
        .build()
}

impl<P: Provider + Life> Resource for Runtime<P> {
    type Provider = P;
    const TYPE_NAME: &'static str = "kre_runtime";

    fn schema() -> Result<Schema, DeclareError> {
        schema()
    }

    fn validate(config: &Value) -> Diagnostics {
        match assume::assumed(config) {
            Ok(spec) => problems(&spec),
            // The schema has said already what is wrong with it.
            Err(_) => Diagnostics::new(),
        }
    }

    fn plan(_: &P, plan: &mut Plan) -> impl Future<Output = Diagnostics> + Send {
        ready(plan::complete(plan).unwrap_or_else(|refusal| refusal))
    }

    fn create(provider: &P, change: Change) -> impl Future<Output = Applied> + Send {
        provider.create(change)
    }

    fn read(
        provider: &P,
        current: Current,
    ) -> impl Future<Output = Result<Found, Diagnostics>> + Send {
        provider.read(current)
    }

    fn update(provider: &P, change: Change) -> impl Future<Output = Applied> + Send {
        provider.update(change)
    }

    fn delete(provider: &P, change: Change) -> impl Future<Output = Applied> + Send {
        provider.delete(change)
    }

    fn import(_: &P, by: ImportBy) -> impl Future<Output = Result<Imported, Diagnostics>> + Send {
        ready(import::named(&by))
    }
}

/// Tells of every rule that a specification breaks.
fn problems(spec: &RuntimeSpec) -> Diagnostics {
    let problems = spec.problems().into_iter();
    let told = problems.map(|problem| {
        let Problem { path: place, .. } = &problem;
        diagnostics::error("Invalid attribute value", problem.to_string()).at(path(place))
    });
    told.collect()
}
