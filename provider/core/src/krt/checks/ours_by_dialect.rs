//! Our own checks that concern one dialect alone.

use std::collections::BTreeSet;

use super::{
    super::{
        images,
        manifest::{kai, kre_v1, kre_v2},
        rules::RuleId,
        verdict::{Place, Report},
    },
    names::{is_resource_name, suggested_name},
    shared::KRE_MAX_NAME,
};

/// Reports what concerns KRE's first dialect alone.
pub(in crate::krt) fn check_v1(report: &mut Report, krt: &kre_v1::Krt) {
    let top = krt.at.unwrap_or_default();
    if krt.workflows.at.is_some() && krt.workflows.items.is_empty() {
        let place = Place::new("Workflows", krt.workflows.at.unwrap_or(top));
        report.add(
            RuleId::WorkflowsEmpty,
            &place,
            "there is no workflow",
            "add one to `workflows`",
        );
    }
    let mut used = BTreeSet::new();
    for (index, workflow) in krt.workflows.items.iter().enumerate() {
        let parent = workflow.at.unwrap_or(top);
        let location = format!("Workflows[{index}].Sequential");
        if workflow.sequential.at.is_some() && workflow.sequential.items.is_empty() {
            let place = Place::new(location, workflow.sequential.at.unwrap_or(parent));
            let message = format!("the workflow has no nodes: `{}`", workflow.name.value);
            report.add(
                RuleId::WorkflowWithoutNodes,
                &place,
                message,
                "name nodes in `sequential`",
            );
            continue;
        }
        let mut seen = BTreeSet::new();
        for (position, name) in workflow.sequential.items.iter().enumerate() {
            used.insert(&name.value);
            if !seen.insert(&name.value) {
                let place =
                    Place::new(format!("{location}[{position}]"), name.at.unwrap_or(parent));
                let message = format!("the node is in the sequence twice: `{}`", name.value);
                report.add(
                    RuleId::NodeDuplicate,
                    &place,
                    message,
                    "declare a second node",
                );
            }
        }
    }
    pool(report, krt, &used);
}

fn pool(report: &mut Report, krt: &kre_v1::Krt, used: &BTreeSet<&String>) {
    let top = krt.at.unwrap_or_default();
    let mut seen = BTreeSet::new();
    for (index, node) in krt.nodes.items.iter().enumerate() {
        let name = &node.name.value;
        let parent = node.at.unwrap_or(top);
        let place = Place::new(
            format!("Nodes[{index}].Name"),
            node.name.at.unwrap_or(parent),
        );
        if !seen.insert(name) {
            let message = format!("two nodes are called `{name}`");
            report.add(
                RuleId::NodeDuplicate,
                &place,
                message,
                "give one of them another name",
            );
        } else if !used.contains(name) {
            let message = format!("the node is part of no workflow: `{name}`");
            report.add(
                RuleId::NodeUnused,
                &place,
                message,
                "add it to a sequence, or leave it out",
            );
        }
        let image = Place::new(
            format!("Nodes[{index}].Image"),
            node.image.at.unwrap_or(parent),
        );
        images::check(report, &image, &node.image.value);
    }
}

/// Reports what concerns KRE's second dialect alone.
pub(in crate::krt) fn check_v2(report: &mut Report, krt: &kre_v2::Krt) {
    for (index, workflow) in krt.workflows.items.iter().enumerate() {
        for (position, node) in workflow.nodes.items.iter().enumerate() {
            let Some(store) = node.object_store.get() else {
                continue;
            };
            let name = &store.name.value;
            if is_resource_name(name) {
                continue;
            }
            let location = format!("Workflows[{index}].Nodes[{position}].ObjectStore.Name");
            let place = Place::new(location, store.name.at.or(store.at).unwrap_or_default());
            let message = format!("no object store can be called so: `{name}`");
            let remedy = suggested_name(name, KRE_MAX_NAME).map_or_else(
                || "give the store a name of lower-case letters".to_owned(),
                |better| format!("call it `{better}`"),
            );
            report.add(RuleId::ObjectStoreName, &place, message, remedy);
        }
    }
}

/// Reports what concerns KAI alone.
pub(in crate::krt) fn check_kai(report: &mut Report, krt: &kai::Krt) {
    for (index, workflow) in krt.workflows.items.iter().enumerate() {
        for (position, process) in workflow.processes.items.iter().enumerate() {
            let prefix = format!("krt.workflows[{index}].processes[{position}]");
            check_process(report, process, &prefix);
        }
    }
}

fn check_process(report: &mut Report, process: &kai::Process, prefix: &str) {
    let parent = process.at.unwrap_or_default();
    if let (Some(mark), true) = (
        process.subscriptions.at,
        process.subscriptions.items.is_empty(),
    ) && process.kind.value != "trigger"
    {
        let place = Place::new(format!("{prefix}.subscriptions"), mark);
        let message = format!(
            "the process subscribes to nothing: `{}`",
            process.name.value
        );
        report.add(
            RuleId::SubscriptionMissing,
            &place,
            message,
            "name another process",
        );
    }
    if let Some(networking) = process.networking.get() {
        for (field, port) in [
            ("targetPort", &networking.target_port),
            ("destinationPort", &networking.destination_port),
        ] {
            if port.value != 0 && !(1..=65535).contains(&port.value) {
                let mark = port.at.unwrap_or(parent);
                let place = Place::new(format!("{prefix}.networking.{field}"), mark);
                let message = format!("there is no such port: `{}`", port.value);
                report.add(
                    RuleId::PortRange,
                    &place,
                    message,
                    "write a number from 1 to 65535",
                );
            }
        }
    }
    if let Some(mark) = process.secrets.at
        && !process.secrets.items.is_empty()
    {
        let place = Place::new(format!("{prefix}.secrets"), mark);
        let message = "secrets are read by nobody";
        report.add(RuleId::SecretsUnused, &place, message, "leave them out");
    }
}
