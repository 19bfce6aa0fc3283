//! What a user can do in the configuration about what Kubernetes complains of.

use kre_core::{
    desired::ObjectKey,
    name::RuntimeId,
    path::AttributePath,
    runtime::{Component, Trouble, attribute_of},
};
use kre_engine::{
    objects::ApplyError,
    wait::{Cause, Report},
};

/// The service that has a label.
pub(super) fn component(label: &str) -> Option<Component> {
    let mut all = Component::ALL.into_iter();
    all.find(|component| component.label() == label)
}

/// What is wrong with a pod, if the configuration has to do with it.
pub(super) fn of_wait(report: &Report) -> Option<Trouble> {
    match report.cause {
        Cause::ImagePull => Some(Trouble::Image),
        Cause::ImageDenied => Some(Trouble::PullSecret),
        Cause::Start | Cause::Crash | Cause::Exit => Some(Trouble::Start),
        Cause::Memory => Some(Trouble::Memory),
        Cause::Unschedulable => Some(unschedulable(&report.detail)),
        Cause::Volume | Cause::Resize => Some(Trouble::Volume),
        Cause::Quota => Some(Trouble::Quota),
        Cause::Configuration
        | Cause::Mount
        | Cause::Admission
        | Cause::Creation
        | Cause::Missing
        | Cause::Paused
        | Cause::Evicted
        | Cause::Unready
        | Cause::Starting
        | Cause::Leaving
        | Cause::Unobserved => None,
    }
}

/// When nothing in the configuration has to change after all, as a clause.
pub(super) fn unless(report: &Report) -> &'static str {
    match report.cause {
        Cause::Quota => "unless the quota can be raised, ",
        Cause::Start | Cause::Crash | Cause::Exit if !report.log.is_empty() => {
            "unless its log says otherwise, "
        }
        _ => "",
    }
}

/// The attribute to change when an object is refused, if there is one.
pub(super) fn of_apply(id: &RuntimeId, error: &ApplyError) -> Option<AttributePath> {
    match error {
        ApplyError::Quota { key, .. } => {
            let component = of_claim(id, key)?;
            Some(attribute_of(component, Trouble::Size))
        }
        _ => None,
    }
}

/// Whose volume a claim is for.
fn of_claim(id: &RuntimeId, key: &ObjectKey) -> Option<Component> {
    let is_claim = key.kind == "PersistentVolumeClaim";
    let mut all = Component::ALL.into_iter().filter(|_| is_claim);
    all.find(|component| component.claim(id) == key.name)
}

/// What most nodes have against a pod, by the scheduler's tally: `0/3 nodes are available: 1
/// Insufficient memory, 2 node(s) didn't match Pod's node affinity/selector. preemption: …`.
fn unschedulable(tally: &str) -> Trouble {
    let reasons = tally.split_once(": ").map_or(tally, |(_, reasons)| reasons);
    let reasons = reasons.split(". ").next().unwrap_or_default();
    let counted = reasons.split(", ").filter_map(|reason| {
        let (count, reason) = reason.trim().split_once(' ')?;
        let trouble = if reason.contains("affinity/selector") {
            Trouble::Selector
        } else if reason.contains("taint") {
            Trouble::Taint
        } else {
            Trouble::Scheduling
        };
        Some((count.parse::<usize>().ok()?, trouble))
    });
    let most = counted.max_by_key(|(count, _)| *count);
    most.map_or(Trouble::Scheduling, |(_, trouble)| trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tally: &str, expected: Trouble) {
        assert_eq!(unschedulable(tally), expected);
    }

    #[test]
    fn nodes_without_the_labels_are_a_matter_of_the_selector() {
        check(
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            Trouble::Selector,
        );
    }

    #[test]
    fn most_nodes_decide() {
        check(
            "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient memory.",
            Trouble::Scheduling,
        );
        check(
            "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {gpu: true}.",
            Trouble::Taint,
        );
    }

    #[test]
    fn a_tally_that_cannot_be_read_is_a_matter_of_requests() {
        check("no nodes available to schedule pods", Trouble::Scheduling);
        check("", Trouble::Scheduling);
    }
}
