//! Which element of a set became which.

use crate::{
    contract::{Findings, shown::Shown},
    matching::matching,
    path::Path,
    value::Value,
};

/// Finds the elements of a set that cannot have come from the plan, and planned ones that nothing
/// came from.
///
/// Each planned element becomes one actual element. Several may become the same, so a set may
/// shrink; but each actual element needs a planned one of its own, so it never grows. Hosts check
/// only that each element has some counterpart, and the number.
pub(super) fn check_set(
    planned: &[Value],
    actual: &[Value],
    becomes: impl Fn(&Value, &Value) -> bool,
    path: &Path,
    found: &mut Findings,
) {
    let sources: Vec<Vec<usize>> = actual
        .iter()
        .map(|actual| {
            let planned = planned.iter().enumerate();
            let sources = planned.filter(|(_, planned)| becomes(planned, actual));
            sources.map(|(position, _)| position).collect()
        })
        .collect();
    let mut correlated = true;
    for (position, element) in planned.iter().enumerate() {
        if !sources.iter().any(|sources| sources.contains(&position)) {
            correlated = false;
            let problem = format!(
                "no element of the set is the planned one: {}",
                Shown(element)
            );
            found.add(path, problem);
        }
    }
    for (sources, element) in sources.iter().zip(actual) {
        if sources.is_empty() {
            correlated = false;
            let problem = format!("element of the set was not planned: {}", Shown(element));
            found.add(path, problem);
        }
    }
    if planned.len() < actual.len() {
        let (planned, actual) = (planned.len(), actual.len());
        found.add(
            path,
            format!("the set grew from {planned} to {actual} elements"),
        );
    } else if correlated && matching(&sources).len() < actual.len() {
        found.add(path, "several elements of the set were planned as only one");
    }
}
