//! Plans: what is known already, what cannot be, and what a change does. No cluster is asked.

use kre_core::{
    path::AttributePath,
    runtime::{RuntimeSpec, changes, respelled},
};
use terraform::{Diagnostics, Value, bridge, diagnostics};
use terraform_server::{Plan, Private};

use super::{
    assume::assumed,
    consequences::{self, Consequences},
    derive, path, problems, record,
    state::{APPLIED, COMPUTED, Status},
};

/// Completes a plan; an error is why it is refused.
pub(super) fn complete(plan: &mut Plan) -> Result<Diagnostics, Diagnostics> {
    if plan.destroys() {
        return Ok(Diagnostics::new());
    }
    derive::namespace(&mut plan.planned, &plan.config);
    let new = specification(&plan.planned)?;
    problems(&new).into_result()?;
    if plan.creates() {
        remember_what_is_replaced(plan);
        derive::derive(&mut plan.planned, &new)?;
        return Ok(Diagnostics::new());
    }
    update(plan, &new)
}

fn update(plan: &mut Plan, new: &RuntimeSpec) -> Result<Diagnostics, Diagnostics> {
    let old: RuntimeSpec = bridge::from_value(&plan.prior).map_err(|error| misfit(&error))?;
    keep_spellings(plan, &old, new);
    let new = specification(&plan.planned)?;
    if !has_changes(plan) && !needs_work(plan, &new)? {
        plan.planned = plan.prior.clone();
        return Ok(Diagnostics::new());
    }
    derive::derive(&mut plan.planned, &new)?;
    plan.open("status");
    if plan.prior.attribute("cluster_uid").is_null() {
        plan.open("cluster_uid");
    }
    let mut changes = changes(&old, &new);
    changes.retain(|change| is_known(&plan.planned, &change.path));
    let Consequences {
        replace,
        refused,
        mut warnings,
    } = consequences::of(&changes, &old, &new);
    plan.replace.extend(replace);
    if !may_be_replaced(plan) {
        refused.into_result()?;
    }
    // A plan that is made again before its apply has been read.
    if !plan.replace.is_empty() || plan.first.is_some() {
        warnings = Diagnostics::new();
    }
    Ok(warnings)
}

/// Hands the record of a runtime that is being replaced to the creation of the new one: as the
/// host's first plan of the creation got it, or, before the apply, gave it.
fn remember_what_is_replaced(plan: &mut Plan) {
    let nothing = Private::default();
    if let Some(first) = plan.first.as_ref().filter(|_| plan.private == nothing) {
        plan.private = first.clone();
    }
}

/// Keeps the prior text of everything that is only spelled in another way.
fn keep_spellings(plan: &mut Plan, old: &RuntimeSpec, new: &RuntimeSpec) {
    for (place, text) in respelled(old, new) {
        if is_known(&plan.planned, &place) {
            plan.planned.set_at(&path(&place), text.into());
        }
    }
}

/// Tells whether the specification is another one.
fn has_changes(plan: &Plan) -> bool {
    let attributes = plan.planned.as_entries().into_iter().flatten();
    let mut written = attributes.filter(|(name, _)| !COMPUTED.contains(&name.as_str()));
    written.any(|(name, value)| plan.prior.attribute(name) != value)
}

/// Tells whether there is something to do though the specification is the same.
fn needs_work(plan: &Plan, spec: &RuntimeSpec) -> Result<bool, Diagnostics> {
    let is_ready = plan.prior.attribute("status").as_str() == Some(Status::Ready.as_str());
    let objects = plan.prior.attribute("objects").as_entries();
    let mut objects = objects.into_iter().flatten();
    let has_drifted = objects.any(|(_, found)| found.as_str() != Some(APPLIED));
    Ok(!is_ready || has_drifted || record::is_outdated(&plan.private, spec)?)
}

/// Tells whether the runtime is replaced, or will be if an unknown value turns out to be another.
fn may_be_replaced(plan: &Plan) -> bool {
    let decide = ["id", "namespace", "engine"];
    let mut decide = decide.map(|name| plan.planned.attribute(name)).into_iter();
    !plan.replace.is_empty() || decide.any(Value::is_unknown)
}

fn is_known(planned: &Value, place: &AttributePath) -> bool {
    planned.at(&path(place)).is_some_and(Value::is_wholly_known)
}

fn specification(planned: &Value) -> Result<RuntimeSpec, Diagnostics> {
    assumed(planned).map_err(|error| misfit(&error))
}

fn misfit(error: &bridge::BridgeError) -> Diagnostics {
    Diagnostics::bug(format!(
        "a value does not fit the struct that declared it: {}",
        diagnostics::chain(error)
    ))
}
