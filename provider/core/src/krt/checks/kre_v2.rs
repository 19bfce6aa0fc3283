//! What KRE 8 checks when a version is created.

use std::collections::BTreeSet;

use super::{
    super::{
        manifest::kre_v2::{Krt, Node, Workflow},
        rules::RuleId,
        verdict::{Place, Report},
        yaml::Mark,
    },
    shared::{config, entrypoint, place, require, require_list, resource_name},
    subscriptions::nearest,
};

/// Reports what the original refuses, stage by stage: fields and workflows, that there is a
/// workflow at all, and the version of the format. A stage is reached if nothing is wrong so far.
pub(in crate::krt) fn check(report: &mut Report, krt: &Krt) {
    let top = krt.at.unwrap_or_default();
    krt_version(report, krt, top);
    resource_name(report, &place("Version", &krt.version, top), &krt.version);
    require(
        report,
        &place("Description", &krt.description, top),
        &krt.description,
    );
    entrypoint(report, &krt.entrypoint, top);
    config(report, &krt.config, top);
    require_list(report, "Workflows", &krt.workflows, top);
    for (index, item) in krt.workflows.items.iter().enumerate() {
        workflow(report, item, index, top);
    }
    let ends = |report: &Report| report.is_strict && report.has_errors();
    if !ends(report) && krt.workflows.items.is_empty() && krt.workflows.at.is_some() {
        let at = Place::new("Workflows", krt.workflows.at.unwrap_or(top));
        report.add(
            RuleId::WorkflowsEmpty,
            &at,
            "there is no workflow",
            "add one to `workflows`",
        );
    }
    if !ends(report) && krt.format.is_empty() {
        let at = place("KrtVersion", &krt.format, top);
        let message = "`krtVersion` is missing or empty";
        report.add(
            RuleId::KrtVersionMissing,
            &at,
            message,
            "write `krtVersion: v2`",
        );
    }
}

fn krt_version(report: &mut Report, krt: &Krt, top: Mark) {
    let version = &krt.format;
    if version.is_empty() || version.value == "v2" {
        return;
    }
    let message = format!("this version of the format is unknown: `{}`", version.value);
    let at = place("KrtVersion", version, top);
    report.add(
        RuleId::KrtVersionUnknown,
        &at,
        message,
        "write `krtVersion: v2`",
    );
}

fn workflow(report: &mut Report, workflow: &Workflow, index: usize, parent: Mark) {
    let parent = workflow.at.unwrap_or(parent);
    let at = |field: &str| format!("Workflows[{index}].{field}");
    resource_name(
        report,
        &place(at("Name"), &workflow.name, parent),
        &workflow.name,
    );
    let mut names = BTreeSet::new();
    for (node_index, item) in workflow.nodes.items.iter().enumerate() {
        let prefix = format!("Workflows[{index}].Nodes[{node_index}]");
        node(report, item, &prefix, parent);
        if !names.insert(item.name.value.as_str()) {
            let at = place(
                format!("{prefix}.Name"),
                &item.name,
                item.at.unwrap_or(parent),
            );
            let message = format!("two nodes of the workflow are called `{}`", item.name.value);
            report.add(
                RuleId::NodeDuplicate,
                &at,
                message,
                "give one of them another name",
            );
        }
        subscriptions(report, item, &prefix, parent);
    }
    let method = place(at("Entrypoint"), &workflow.entrypoint, parent);
    require(report, &method, &workflow.entrypoint);
    exitpoint(
        report,
        workflow,
        &place(at("Exitpoint"), &workflow.exitpoint, parent),
        &names,
    );
}

fn node(report: &mut Report, node: &Node, prefix: &str, parent: Mark) {
    let parent = node.at.unwrap_or(parent);
    let at = |field: &str| format!("{prefix}.{field}");
    resource_name(report, &place(at("Name"), &node.name, parent), &node.name);
    require(
        report,
        &place(at("Image"), &node.image, parent),
        &node.image,
    );
    require(report, &place(at("Src"), &node.src, parent), &node.src);
    let Some(store) = node.object_store.get() else {
        return;
    };
    if !matches!(store.scope.value.as_str(), "workflow" | "project") {
        let at = place(
            at("ObjectStore.Scope"),
            &store.scope,
            store.at.unwrap_or(parent),
        );
        let value = &store.scope.value;
        let message = format!("the scope of an object store is `workflow` or `project`: `{value}`");
        let remedy = "write `scope: workflow`, or `scope: project` to share it between workflows";
        report.add(RuleId::ObjectStoreScope, &at, message, remedy);
    }
}

fn subscriptions(report: &mut Report, node: &Node, prefix: &str, parent: Mark) {
    if !node.subscriptions.items.is_empty() {
        return;
    }
    let mark = node.subscriptions.at.or(node.at).unwrap_or(parent);
    let at = Place::new(format!("{prefix}.Subscriptions"), mark);
    let message = format!("the node subscribes to nothing: `{}`", node.name.value);
    let remedy = "name `entrypoint` or another node in `subscriptions`";
    report.add(RuleId::SubscriptionMissing, &at, message, remedy);
}

fn exitpoint(report: &mut Report, workflow: &Workflow, at: &Place, names: &BTreeSet<&str>) {
    let (exitpoint, name) = (&workflow.exitpoint, &workflow.name.value);
    if exitpoint.is_empty() {
        // The original says it twice; once is enough for people.
        if report.is_strict {
            require(report, at, exitpoint);
        }
        let message = format!("the workflow has no exitpoint: `{name}`");
        let remedy = "name the node whose messages are the answers in `exitpoint`";
        report.add(RuleId::ExitpointMissing, at, message, remedy);
    } else if !names.contains(exitpoint.value.as_str()) {
        let value = &exitpoint.value;
        let message = format!("the exitpoint is no node of workflow `{name}`: `{value}`");
        let remedy = nearest(value, names.iter().copied()).map_or_else(
            || "name a node of the workflow".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        report.add(RuleId::ExitpointUnknown, at, message, remedy);
    }
}
