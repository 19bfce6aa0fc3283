//! Whether what requires replacement is anywhere at all.

use crate::{
    contract::{Findings, Violation, element},
    path::{Path, Step},
    value::Value,
};

/// Returns the paths that are said to require replacement but lead nowhere, neither in the prior
/// state nor in the plan. Hosts do not look at them on creation.
pub fn replacement_violations(prior: &Value, planned: &Value, paths: &[Path]) -> Vec<Violation> {
    let mut found = Findings::default();
    if prior.is_null() {
        return found.0;
    }
    for path in paths {
        if !leads_somewhere(prior, path.steps()) && !leads_somewhere(planned, path.steps()) {
            let problem = "requires replacement, but neither the prior state nor the plan has it";
            found.add(path, problem);
        }
    }
    found.0
}

/// Tells whether a path can be followed to its end; nothing is known of what is in an unknown.
fn leads_somewhere(value: &Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    if value.is_unknown() {
        return true;
    }
    let next = element(value, step);
    next.is_some_and(|value| leads_somewhere(value, rest))
}
