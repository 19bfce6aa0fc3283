//! What KRE 7 checks when a version is created.

use std::collections::BTreeSet;

use super::{
    super::{
        manifest::kre_v1::{Krt, Node, Workflow},
        rules::RuleId,
        verdict::Report,
        yaml::Mark,
    },
    shared::{config, entrypoint, place, require, require_list, resource_name},
};

/// Reports what the original refuses: first the fields and, if all are right, the sequences.
pub(in crate::krt) fn check(report: &mut Report, krt: &Krt) {
    let top = krt.at.unwrap_or_default();
    resource_name(report, &place("Version", &krt.version, top), &krt.version);
    require(
        report,
        &place("Description", &krt.description, top),
        &krt.description,
    );
    entrypoint(report, &krt.entrypoint, top);
    config(report, &krt.config, top);
    require_list(report, "Nodes", &krt.nodes, top);
    for (index, item) in krt.nodes.items.iter().enumerate() {
        node(report, item, index, top);
    }
    require_list(report, "Workflows", &krt.workflows, top);
    for (index, item) in krt.workflows.items.iter().enumerate() {
        workflow(report, item, index, top);
    }
    if !(report.is_strict && report.has_errors()) {
        sequences(report, krt);
    }
}

fn node(report: &mut Report, node: &Node, index: usize, parent: Mark) {
    let parent = node.at.unwrap_or(parent);
    let at = |field: &str| format!("Nodes[{index}].{field}");
    resource_name(report, &place(at("Name"), &node.name, parent), &node.name);
    require(
        report,
        &place(at("Image"), &node.image, parent),
        &node.image,
    );
    require(report, &place(at("Src"), &node.src, parent), &node.src);
}

fn workflow(report: &mut Report, workflow: &Workflow, index: usize, parent: Mark) {
    let parent = workflow.at.unwrap_or(parent);
    let at = |field: &str| format!("Workflows[{index}].{field}");
    resource_name(
        report,
        &place(at("Name"), &workflow.name, parent),
        &workflow.name,
    );
    let method = place(at("Entrypoint"), &workflow.entrypoint, parent);
    require(report, &method, &workflow.entrypoint);
    require_list(report, &at("Sequential"), &workflow.sequential, parent);
}

fn sequences(report: &mut Report, krt: &Krt) {
    let known: BTreeSet<_> = krt
        .nodes
        .items
        .iter()
        .map(|node| &node.name.value)
        .collect();
    let top = krt.at.unwrap_or_default();
    for (workflow_index, workflow) in krt.workflows.items.iter().enumerate() {
        let parent = workflow.at.unwrap_or(top);
        for (index, name) in workflow.sequential.items.iter().enumerate() {
            if known.contains(&name.value) {
                continue;
            }
            let location = format!("Workflows[{workflow_index}].Sequential[{index}]");
            let at = place(location, name, parent);
            let message = format!(
                "the sequence names a node that does not exist: `{}`",
                name.value
            );
            let remedy = super::subscriptions::nearest(&name.value, known.iter().copied())
                .map_or_else(
                    || "declare the node in `nodes`".to_owned(),
                    |near| format!("declare the node in `nodes`, or did you mean `{near}`?"),
                );
            report.add(RuleId::SequentialUnknown, &at, message, remedy);
            // The original stops at the first one.
            if report.is_strict {
                return;
            }
        }
    }
}
