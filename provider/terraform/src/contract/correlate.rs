//! Which element of a set became which.

use std::collections::{BTreeMap, VecDeque};

use crate::{
    contract::{Findings, shown::Shown},
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
    } else if correlated && matching(&sources) < actual.len() {
        found.add(path, "several elements of the set were planned as only one");
    }
}

/// The most elements that can each have a source of its own, given the sources of each.
fn matching(sources: &[Vec<usize>]) -> usize {
    let mut owners: BTreeMap<usize, usize> = BTreeMap::new();
    (0..sources.len())
        .filter(|element| augment(*element, sources, &mut owners))
        .count()
}

/// Finds a source for one more element, moving others to another source of theirs where that
/// helps; tells whether it did.
fn augment(element: usize, sources: &[Vec<usize>], owners: &mut BTreeMap<usize, usize>) -> bool {
    // For each source seen, the element that asked for it.
    let mut asked: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting = VecDeque::from([element]);
    while let Some(asking) = waiting.pop_front() {
        for source in sources.get(asking).into_iter().flatten() {
            if asked.contains_key(source) {
                continue;
            }
            asked.insert(*source, asking);
            let Some(owner) = owners.get(source) else {
                hand_over(*source, &asked, owners);
                return true;
            };
            waiting.push_back(*owner);
        }
    }
    false
}

/// Gives a free source to the element that asked for it, the source which that one had to who
/// asked for it, and so on until one had none.
fn hand_over(free: usize, asked: &BTreeMap<usize, usize>, owners: &mut BTreeMap<usize, usize>) {
    let mut next = Some(free);
    while let Some(source) = next
        && let Some(element) = asked.get(&source)
    {
        let had = owners.iter().find(|(_, owner)| *owner == element);
        next = had.map(|(source, _)| *source);
        owners.insert(source, *element);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_moves_where_another_element_needs_it() {
        // Each but the last takes the first free source, which the last one alone can use.
        let sources = [vec![0, 1], vec![1, 2], vec![0]];
        assert_eq!(matching(&sources), 3);
    }

    #[test]
    fn elements_that_share_one_source_are_not_matched_twice() {
        assert_eq!(matching(&[vec![0], vec![0], vec![1, 2]]), 2);
    }
}
