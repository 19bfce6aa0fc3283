//! The provider block: what a user says of the cluster, in the engine's terms.

mod block;
mod report;
#[cfg(test)]
mod tests;

use std::time::Duration;

use kre_engine::{
    kubernetes::{Cluster, Failure, Limits, Settings},
    work::World,
};
use terraform::{
    Diagnostics, Path, Schema, Value, bridge,
    declare::{Declaration, DeclareError},
    diagnostics,
};
use terraform_server::Environment;

use block::Block;

/// The cluster, or why nobody knows yet which one it is.
#[derive(Debug)]
pub(crate) enum Target {
    Known(World),
    /// These arguments depend on something that is known only after apply.
    Unknown(Vec<String>),
}

/// A provider block, taken.
#[derive(Debug)]
pub(crate) struct Configured {
    pub(crate) target: Target,
    pub(crate) fail_fast: Duration,
}

/// Describes the provider block.
pub(crate) fn schema() -> Result<Schema, DeclareError> {
    Declaration::of::<Block>().build()
}

/// Tells of arguments that do not go together. What is unknown may still be left out.
pub(crate) fn validate(config: &Value) -> Diagnostics {
    let block: Block = match bridge::from_value(config) {
        Ok(block) => block,
        // The schema has said already what is wrong with it.
        Err(_) => return Diagnostics::new(),
    };
    let mut found = Diagnostics::new();
    for conflict in block.arguments().conflicts() {
        let detail = sentence(&conflict.to_string());
        let told = if conflict.is_harmless() {
            diagnostics::warning("Argument without effect", detail)
        } else {
            diagnostics::error("Arguments that do not go together", detail)
        };
        found.push(told.at(Path::from(conflict.argument())));
    }
    found
}

/// Takes a provider block. Opens nothing, so that a plan that asks the cluster nothing needs none.
pub(crate) fn configure(
    config: &Value,
    environment: &Environment,
) -> Result<Configured, Diagnostics> {
    let block: Block = bridge::from_value(config).map_err(Diagnostics::bug)?;
    let fail_fast = block.fail_fast();
    let unknown = unknown(config);
    let target = if unknown.is_empty() {
        let settings = Settings::new(block.arguments(), |name| environment.text(name));
        Target::Known(World::new(Cluster::new(settings, Limits::default())))
    } else {
        Target::Unknown(unknown)
    };
    Ok(Configured { target, fail_fast })
}

impl Target {
    /// Returns the cluster, or says which argument has to be known first.
    pub(crate) fn world(&self) -> Result<&World, Diagnostics> {
        match self {
            Self::Known(world) => Ok(world),
            Self::Unknown(arguments) => Err(report::unknown(arguments)),
        }
    }
}

/// Tells a user why a call to the cluster failed.
pub(crate) fn report(failure: &Failure) -> Diagnostics {
    report::failure(failure)
}

/// The arguments that are unknown, in whole or in part, and matter for finding the cluster.
fn unknown(config: &Value) -> Vec<String> {
    let arguments = config.as_entries().into_iter().flatten();
    arguments
        .filter(|(name, value)| *name != "fail_fast" && !value.is_wholly_known())
        .map(|(name, _)| name.clone())
        .collect()
}

/// Turns a message into a sentence; a period would spoil a manifest at its end.
pub(crate) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let first = first.unwrap_or_default();
    let end = if message.contains('\n') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
