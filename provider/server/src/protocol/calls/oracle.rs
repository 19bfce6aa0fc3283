//! A host's own assertions, made before it makes them.
//!
//! Builds with debug assertions, which all tests run, report a broken promise as a mistake in the
//! provider and name it. Release builds leave the assertions to the host, which makes them anyway.

use terraform::{
    Diagnostics, Path, Value,
    contract::{self, SchemaKind, Violation},
    schema::Block,
};

use crate::{protocol::catalogue::Catalogue, provider::Provider, resource::Plan};

const ASSERTS: bool = cfg!(debug_assertions);

/// Asserts that all schemas are such that a host accepts them.
pub(super) fn schemas<P: Provider>(catalogue: &Catalogue<P>) -> Result<(), Diagnostics> {
    if !ASSERTS {
        return Ok(());
    }
    let mut violations =
        contract::schema_violations(&catalogue.provider()?.schema, SchemaKind::Provider);
    let tables = [
        (catalogue.resources.schemas()?, SchemaKind::Managed),
        (catalogue.data_sources.schemas()?, SchemaKind::Data),
        (
            catalogue.ephemeral_resources.schemas()?,
            SchemaKind::Ephemeral,
        ),
    ];
    for (bodies, kind) in tables {
        for (_, body) in bodies {
            violations.extend(contract::schema_violations(&body.schema, kind));
        }
    }
    for function in catalogue.functions.values() {
        violations.extend(contract::function_violations(function.signature()?));
    }
    report("a schema is one that hosts refuse", &violations)
}

/// Asserts that a plan keeps to the configuration.
pub(super) fn plan(block: &Block, plan: &Plan) -> Result<(), Diagnostics> {
    if !ASSERTS {
        return Ok(());
    }
    let Plan {
        prior,
        config,
        planned,
        replace,
        ..
    } = plan;
    let mut violations = contract::plan_violations(block, prior, config, planned);
    let replace: Vec<Path> = replace.iter().cloned().collect();
    violations.extend(contract::replacement_violations(prior, planned, &replace));
    report("the plan is one that hosts refuse", &violations)
}

/// Asserts that the result of a change is what was planned; the state is saved nevertheless.
pub(super) fn applied(block: &Block, planned: &Value, state: &Value) -> Diagnostics {
    if !ASSERTS || planned.is_null() {
        return Diagnostics::new();
    }
    let violations = contract::apply_violations(block, planned, state);
    report("the result is not what was planned", &violations)
        .err()
        .unwrap_or_default()
}

/// Asserts that a state that was read can be saved.
pub(super) fn read(block: &Block, state: &Value) -> Result<(), Diagnostics> {
    if !ASSERTS || state.is_null() {
        return Ok(());
    }
    report(
        "the state is one that hosts refuse",
        &contract::read_violations(block, state),
    )
}

/// Asserts that an answer keeps the values of its configuration.
pub(super) fn answer(block: &Block, config: &Value, answer: &Value) -> Result<(), Diagnostics> {
    if !ASSERTS {
        return Ok(());
    }
    let violations = contract::plan_violations(block, &Value::Null, config, answer);
    report("the answer does not keep to the configuration", &violations)
}

fn report(what: &str, violations: &[Violation]) -> Result<(), Diagnostics> {
    if violations.is_empty() {
        return Ok(());
    }
    let violations: Vec<_> = violations
        .iter()
        .map(|violation| format!("- {violation}"))
        .collect();
    Err(Diagnostics::bug(format!(
        "{what}:\n{}",
        violations.join("\n")
    )))
}
