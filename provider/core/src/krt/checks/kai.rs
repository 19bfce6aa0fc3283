//! What KAI checks when a version is created (its library's release 0.1.11).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        decode::Text,
        manifest::kai::{Krt, Process, Workflow},
        rules::RuleId,
        verdict::{Place, Report},
        yaml::Mark,
    },
    limits::{node_selectors, resource_limits},
    names::is_version_tag,
    shared::{missing, name_format, place, require},
    subscriptions::nearest,
};

/// The longest name that KAI takes.
const MAX_NAME: usize = 20;

/// Reports what the original refuses, in its order.
pub(in crate::krt) fn check(report: &mut Report, krt: &Krt) {
    let top = krt.at.unwrap_or_default();
    require(
        report,
        &place("krt.description", &krt.description, top),
        &krt.description,
    );
    version(report, &krt.version, top);
    if krt.workflows.items.is_empty() {
        let mark = krt.workflows.at.unwrap_or(top);
        missing(report, &Place::new("krt.workflows", mark));
        return;
    }
    let mut names = BTreeSet::new();
    for (index, item) in krt.workflows.items.iter().enumerate() {
        if !names.insert(item.name.value.as_str()) {
            let location = format!("krt.workflows[{index}].name");
            let at = place(location, &item.name, item.at.unwrap_or(top));
            let message = format!("two workflows are called `{}`", item.name.value);
            report.add(
                RuleId::WorkflowDuplicate,
                &at,
                message,
                "give one of them another name",
            );
        }
    }
    for (index, item) in krt.workflows.items.iter().enumerate() {
        workflow(report, item, &format!("krt.workflows[{index}]"), top);
    }
}

fn version(report: &mut Report, version: &Text, top: Mark) {
    let at = place("krt.version", version, top);
    if require(report, &at, version) && !is_version_tag(&version.value) {
        let message = format!(
            "the version is no tag such as `v1.2.3`: `{}`",
            version.value
        );
        report.add(
            RuleId::VersionTag,
            &at,
            message,
            "write `v` and three numbers with dots",
        );
    }
}

fn name(report: &mut Report, at: &Place, name: &Text) {
    if require(report, at, name) {
        name_format(report, at, &name.value, MAX_NAME);
    }
}

fn workflow(report: &mut Report, workflow: &Workflow, prefix: &str, parent: Mark) {
    let parent = workflow.at.unwrap_or(parent);
    name(
        report,
        &place(format!("{prefix}.name"), &workflow.name, parent),
        &workflow.name,
    );
    let kind = &workflow.kind.value;
    if !matches!(kind.as_str(), "data" | "training" | "feedback" | "serving") {
        let at = place(format!("{prefix}.type"), &workflow.kind, parent);
        let message = format!("the type of a workflow is unknown: `{kind}`");
        let remedy = "write `data`, `training`, `feedback` or `serving`";
        report.add(RuleId::WorkflowType, &at, message, remedy);
    }
    let list = Place::new(
        format!("{prefix}.processes"),
        workflow.processes.at.unwrap_or(parent),
    );
    if workflow.processes.items.is_empty() {
        missing(report, &list);
        return;
    }
    for (index, item) in workflow.processes.items.iter().enumerate() {
        process(
            report,
            item,
            &format!("{prefix}.processes[{index}]"),
            parent,
        );
    }
    let types = counted(report, workflow, prefix, &list);
    for (index, item) in workflow.processes.items.iter().enumerate() {
        let at = format!("{prefix}.processes[{index}]");
        relations(report, item, &at, (parent, &types));
    }
}

fn process(report: &mut Report, process: &Process, prefix: &str, parent: Mark) {
    let parent = process.at.unwrap_or(parent);
    let at = |field: &str| format!("{prefix}.{field}");
    name(
        report,
        &place(at("name"), &process.name, parent),
        &process.name,
    );
    let kind = &process.kind.value;
    if !matches!(kind.as_str(), "trigger" | "task" | "exit") {
        let at = place(at("type"), &process.kind, parent);
        let message = format!("the type of a process is unknown: `{kind}`");
        report.add(
            RuleId::ProcessType,
            &at,
            message,
            "write `trigger`, `task` or `exit`",
        );
    }
    require(
        report,
        &place(at("image"), &process.image, parent),
        &process.image,
    );
    object_store(report, process, prefix, parent);
    if kind != "trigger" && process.subscriptions.at.is_none() {
        missing(report, &Place::new(at("subscriptions"), parent));
    }
    networking(report, process, prefix, parent);
    resource_limits(report, process, prefix, parent);
    node_selectors(report, &process.node_selectors, &at("nodeSelectors"));
}

fn object_store(report: &mut Report, process: &Process, prefix: &str, parent: Mark) {
    let Some(store) = process.object_store.get() else {
        return;
    };
    let parent = store.at.unwrap_or(parent);
    let at = place(format!("{prefix}.objectStore.name"), &store.name, parent);
    name(report, &at, &store.name);
    if !matches!(store.scope.value.as_str(), "product" | "workflow") {
        let at = place(format!("{prefix}.objectStore.scope"), &store.scope, parent);
        let value = &store.scope.value;
        let message = format!("the scope of an object store is unknown: `{value}`");
        report.add(
            RuleId::ObjectStoreScope,
            &at,
            message,
            "write `workflow` or `product`",
        );
    }
}

fn networking(report: &mut Report, process: &Process, prefix: &str, parent: Mark) {
    let Some(networking) = process.networking.get() else {
        return;
    };
    let parent = networking.at.unwrap_or(parent);
    for (field, port) in [
        ("targetPort", &networking.target_port),
        ("destinationPort", &networking.destination_port),
    ] {
        if port.value == 0 {
            let mark = port.at.unwrap_or(parent);
            missing(
                report,
                &Place::new(format!("{prefix}.networking.{field}"), mark),
            );
        }
    }
    if !matches!(networking.protocol.value.as_str(), "" | "HTTP" | "GRPC") {
        let at = place(
            format!("{prefix}.networking.protocol"),
            &networking.protocol,
            parent,
        );
        let message = format!("the protocol is unknown: `{}`", networking.protocol.value);
        report.add(
            RuleId::Protocol,
            &at,
            message,
            "write `HTTP` or `GRPC`, in capital letters",
        );
    }
}

/// Reports what is there twice or not at all; returns the types of the processes.
fn counted<'k>(
    report: &mut Report,
    workflow: &'k Workflow,
    prefix: &str,
    list: &Place,
) -> BTreeMap<&'k str, &'k str> {
    let mut types = BTreeMap::new();
    for (index, process) in workflow.processes.items.iter().enumerate() {
        let prefix = format!("{prefix}.processes[{index}]");
        let mut seen = BTreeSet::new();
        for subscription in &process.subscriptions.items {
            if !seen.insert(&subscription.value) {
                let at = subscription_place(&prefix, subscription, list.mark);
                let message = format!("the process subscribes twice to `{}`", subscription.value);
                report.add(
                    RuleId::SubscriptionDuplicate,
                    &at,
                    message,
                    "leave one of them out",
                );
            }
        }
        let name = process.name.value.as_str();
        if types.contains_key(name) {
            let at = place(
                format!("{prefix}.name"),
                &process.name,
                process.at.unwrap_or(list.mark),
            );
            let message = format!("two processes of the workflow are called `{name}`");
            report.add(
                RuleId::NodeDuplicate,
                &at,
                message,
                "give one of them another name",
            );
        } else {
            types.insert(name, process.kind.value.as_str());
        }
    }
    let has = |kind: &str| {
        workflow
            .processes
            .items
            .iter()
            .any(|process| process.kind.value == kind)
    };
    if !has("trigger") || !has("exit") {
        let message = "the workflow needs a trigger and an exit";
        report.add(
            RuleId::ProcessesIncomplete,
            list,
            message,
            "add the missing process",
        );
    }
    types
}

fn subscription_place(prefix: &str, subscription: &Text, parent: Mark) -> Place {
    let location = format!("{prefix}.subscriptions.{}", subscription.value);
    place(location, subscription, parent)
}

fn relations(
    report: &mut Report,
    process: &Process,
    prefix: &str,
    (parent, types): (Mark, &BTreeMap<&str, &str>),
) {
    for subscription in &process.subscriptions.items {
        let at = subscription_place(prefix, subscription, parent);
        let target = subscription.value.split('.').next().unwrap_or_default();
        if target == process.name.value {
            let message = format!("the process subscribes to itself: `{}`", subscription.value);
            report.add(
                RuleId::SubscriptionSelf,
                &at,
                message,
                "name another process",
            );
            continue;
        }
        let Some(kind) = types.get(target).copied() else {
            let at = Place::new(prefix, at.mark);
            let message = format!("the workflow has no such process: `{}`", subscription.value);
            let remedy = nearest(target, types.keys().copied()).map_or_else(
                || "name a process of the same workflow".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            report.add(RuleId::SubscriptionUnknown, &at, message, remedy);
            continue;
        };
        let own = process.kind.value.as_str();
        let may_hear = match own {
            "trigger" => kind == "exit",
            "task" | "exit" => kind != "exit",
            _ => false,
        };
        if !may_hear {
            let message = format!("a process of type `{own}` cannot hear one of type `{kind}`");
            let remedy = "triggers hear exits; tasks and exits hear triggers and tasks";
            report.add(RuleId::SubscriptionType, &at, message, remedy);
        }
    }
}
