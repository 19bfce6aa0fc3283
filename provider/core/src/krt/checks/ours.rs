//! What the originals let pass although it breaks at run time, or looks odd.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Dialect,
        decode::Text,
        draft::{Draft, DraftNode, DraftWorkflow},
        images,
        manifest::Config,
        rules::RuleId,
        verdict::{Place, Report},
    },
    names::{is_environment_key, suggested_variable},
    subscriptions,
};

/// The longest name in a cluster.
const MAX_CLUSTER_NAME: usize = 63;

/// Reports what concerns every dialect. Lengths in the cluster need the name of the runtime.
pub(in crate::krt) fn check(report: &mut Report, draft: &Draft<'_>, runtime: Option<&str>) {
    let is_kre = report.dialect != Dialect::Kai;
    if is_kre {
        version(report, draft);
        unique_workflows(report, draft);
        methods(report, draft);
    }
    if let Some(text) = draft.config {
        config(report, text);
    }
    if let Some(image) = draft.entrypoint_image {
        let place = Place::new("Entrypoint.Image", image.at.unwrap_or(draft.at));
        images::check(report, &place, &image.value);
    }
    collisions(report, draft);
    for workflow in &draft.workflows {
        for node in &workflow.nodes {
            check_node(report, node);
            if let Some(runtime) = runtime {
                length(report, (runtime, draft.version), workflow, node);
            }
        }
        if report.dialect != Dialect::KreV1 {
            subscriptions::check(report, workflow);
        }
    }
}

fn field(report: &Report, go: &str) -> String {
    match report.dialect {
        Dialect::Kai => go.to_lowercase(),
        _ => go.to_owned(),
    }
}

fn check_node(report: &mut Report, node: &DraftNode<'_>) {
    let name_mark = node.name.at.unwrap_or(node.at);
    if node.name.value == "entrypoint" && report.dialect != Dialect::Kai {
        let place = Place::new(format!("{}.Name", node.prefix), name_mark);
        let message = "a node cannot have the name of the entrypoint: `entrypoint`";
        report.add(
            RuleId::NameReserved,
            &place,
            message,
            "give the node another name",
        );
    }
    if let Some((replicas, mark)) = node.replicas
        && replicas < 0
    {
        let location = format!("{}.{}", node.prefix, field(report, "Replicas"));
        let place = Place::new(location, mark.unwrap_or(node.at));
        let message = format!("the number of replicas is negative: `{replicas}`");
        report.add(RuleId::ReplicasNegative, &place, message, "write 1 or more");
    }
    if let Some(image) = node.image {
        let place = Place::new(
            format!("{}.Image", node.prefix),
            image.at.unwrap_or(node.at),
        );
        images::check(report, &place, &image.value);
    }
}

fn version(report: &mut Report, draft: &Draft<'_>) {
    if draft.version.value == "active" {
        let place = Place::new("Version", draft.version.at.unwrap_or(draft.at));
        let message = "the public Service has the name that this version would get: `active`";
        report.add(
            RuleId::NameReserved,
            &place,
            message,
            "give the version another name",
        );
    }
}

fn unique_workflows(report: &mut Report, draft: &Draft<'_>) {
    let mut names = BTreeSet::new();
    let mut methods = BTreeSet::new();
    for workflow in &draft.workflows {
        let name = &workflow.name.value;
        if !name.is_empty() && !names.insert(name) {
            let mark = workflow.name.at.unwrap_or(workflow.at);
            let place = Place::new(format!("{}.Name", workflow.prefix), mark);
            let message = format!("two workflows are called `{name}`");
            report.add(
                RuleId::WorkflowDuplicate,
                &place,
                message,
                "give one of them another name",
            );
        }
        let Some(method) = workflow.method else {
            continue;
        };
        if !method.is_empty() && !methods.insert(&method.value) {
            let place = method_place(workflow, method);
            let message = format!("two workflows answer the method `{}`", method.value);
            let remedy = "give each workflow a method of its own";
            report.add(RuleId::EntrypointDuplicate, &place, message, remedy);
        }
    }
}

fn method_place(workflow: &DraftWorkflow<'_>, method: &Text) -> Place {
    let location = format!("{}.Entrypoint", workflow.prefix);
    Place::new(location, method.at.unwrap_or(workflow.at))
}

fn methods(report: &mut Report, draft: &Draft<'_>) {
    for workflow in &draft.workflows {
        let Some(method) = workflow.method else {
            continue;
        };
        let is_wrong = |character: char| {
            character.is_whitespace()
                || character.is_control()
                || matches!(character, '.' | '*' | '>' | '/' | '\\')
        };
        if method.value.contains(is_wrong) {
            let message = format!(
                "a stream cannot have the method in its name: `{}`",
                method.value
            );
            let remedy = "name a method of the service as the proto file does";
            report.add(
                RuleId::EntrypointMethod,
                &method_place(workflow, method),
                message,
                remedy,
            );
        }
    }
}

fn config(report: &mut Report, config: &Config) {
    let parent = config.at.unwrap_or_default();
    let variables = config.variables.items.iter().enumerate();
    let variables = variables.map(|(index, key)| (format!("Config.Variables[{index}]"), key));
    let files = config.files.items.iter().enumerate();
    let files = files.map(|(index, key)| (format!("Config.Files[{index}]"), key));
    let mut seen = BTreeSet::new();
    for (location, key) in variables.chain(files) {
        let is_file = location.starts_with("Config.Files");
        let place = Place::new(location, key.at.unwrap_or(parent));
        let key = &key.value;
        if key.starts_with("KRT_") {
            let message = format!("keys that begin with `KRT_` belong to the engine: `{key}`");
            report.add(
                RuleId::ConfigReserved,
                &place,
                message,
                "give the key another name",
            );
        }
        if is_file && !is_environment_key(key) {
            let message = format!("the key cannot be an environment variable: `{key}`");
            let remedy = suggested_variable(key)
                .map(|better| format!("call it `{better}`"))
                .unwrap_or_default();
            report.add(RuleId::ConfigKeyFormat, &place, message, remedy);
        }
        if !seen.insert(key) {
            let message = format!("the key is there twice: `{key}`");
            report.add(
                RuleId::ConfigDuplicate,
                &place,
                message,
                "leave one of them out",
            );
        }
    }
}

fn collisions(report: &mut Report, draft: &Draft<'_>) {
    let mut rendered = BTreeMap::new();
    for workflow in &draft.workflows {
        for node in &workflow.nodes {
            let names = (workflow.name.value.as_str(), node.name.value.as_str());
            if names.0.is_empty() || names.1.is_empty() {
                continue;
            }
            let name = format!("{}-{}", names.0, names.1);
            let first = *rendered.entry(name.clone()).or_insert(names);
            if first == names {
                continue;
            }
            let location = format!("{}.{}", node.prefix, field(report, "Name"));
            let place = Place::new(location, node.name.at.unwrap_or(node.at));
            let message = format!(
                "`{}` of workflow `{}` and `{}` of workflow `{}` get the same name in the cluster: `{name}`",
                first.1, first.0, names.1, names.0
            );
            report.add(
                RuleId::NameCollision,
                &place,
                message,
                "rename one of the four",
            );
        }
    }
}

fn length(
    report: &mut Report,
    (runtime, version): (&str, &Text),
    workflow: &DraftWorkflow<'_>,
    node: &DraftNode<'_>,
) {
    let (version, workflow) = (&version.value, &workflow.name.value);
    let name = format!("{runtime}-{version}-{workflow}-{}", node.name.value);
    if name.len() <= MAX_CLUSTER_NAME {
        return;
    }
    let location = format!("{}.{}", node.prefix, field(report, "Name"));
    let place = Place::new(location, node.name.at.unwrap_or(node.at));
    let message =
        format!("the name in the cluster has more than {MAX_CLUSTER_NAME} characters: `{name}`");
    let remedy = "shorten the name of the version, the workflow or the node";
    report.add(RuleId::NameTooLong, &place, message, remedy);
}
