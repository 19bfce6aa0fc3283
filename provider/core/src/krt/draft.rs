//! What the dialects have in common, with places: what our own checks look at.

use super::{
    decode::Text,
    manifest::{Config, kai, kre_v1, kre_v2},
    yaml::Mark,
};

/// A manifest of any dialect.
#[derive(Debug)]
pub(super) struct Draft<'m> {
    pub(super) version: &'m Text,
    pub(super) at: Mark,
    pub(super) config: Option<&'m Config>,
    pub(super) entrypoint_image: Option<&'m Text>,
    pub(super) proto: Option<&'m Text>,
    /// Sources of nodes outside of workflows, with their locations.
    pub(super) pool: Vec<(String, &'m Text)>,
    pub(super) workflows: Vec<DraftWorkflow<'m>>,
}

/// A workflow of any dialect.
#[derive(Debug)]
pub(super) struct DraftWorkflow<'m> {
    /// Its location, without a field.
    pub(super) prefix: String,
    pub(super) name: &'m Text,
    pub(super) at: Mark,
    pub(super) method: Option<&'m Text>,
    pub(super) exitpoint: Option<&'m Text>,
    pub(super) nodes: Vec<DraftNode<'m>>,
}

/// A node, a process, or a member of a sequence.
#[derive(Debug)]
pub(super) struct DraftNode<'m> {
    /// Its location, without a field.
    pub(super) prefix: String,
    pub(super) name: &'m Text,
    pub(super) at: Mark,
    pub(super) is_trigger: bool,
    pub(super) image: Option<&'m Text>,
    pub(super) source: Option<&'m Text>,
    pub(super) subscriptions: &'m [Text],
    pub(super) replicas: Option<(i64, Option<Mark>)>,
}

impl<'m> Draft<'m> {
    pub(super) fn of_v1(krt: &'m kre_v1::Krt) -> Self {
        let at = krt.at.unwrap_or_default();
        let workflow = |(index, workflow): (usize, &'m kre_v1::Workflow)| {
            let prefix = format!("Workflows[{index}]");
            let at = workflow.at.unwrap_or(at);
            let nodes = workflow.sequential.items.iter().enumerate();
            DraftWorkflow {
                name: &workflow.name,
                at,
                method: Some(&workflow.entrypoint),
                exitpoint: None,
                nodes: nodes
                    .map(|(index, name)| DraftNode {
                        prefix: format!("{prefix}.Sequential[{index}]"),
                        name,
                        at,
                        is_trigger: false,
                        image: None,
                        source: None,
                        subscriptions: &[],
                        replicas: None,
                    })
                    .collect(),
                prefix,
            }
        };
        let source =
            |(index, node): (usize, &'m kre_v1::Node)| (format!("Nodes[{index}].Src"), &node.src);
        let pool = krt.nodes.items.iter().enumerate().map(source).collect();
        Self {
            version: &krt.version,
            at,
            config: Some(&krt.config),
            entrypoint_image: Some(&krt.entrypoint.image),
            proto: Some(&krt.entrypoint.proto),
            pool,
            workflows: krt
                .workflows
                .items
                .iter()
                .enumerate()
                .map(workflow)
                .collect(),
        }
    }

    pub(super) fn of_v2(krt: &'m kre_v2::Krt) -> Self {
        let at = krt.at.unwrap_or_default();
        let workflow = |(index, workflow): (usize, &'m kre_v2::Workflow)| {
            let prefix = format!("Workflows[{index}]");
            let at = workflow.at.unwrap_or(at);
            let nodes = workflow.nodes.items.iter().enumerate();
            DraftWorkflow {
                name: &workflow.name,
                at,
                method: Some(&workflow.entrypoint),
                exitpoint: Some(&workflow.exitpoint),
                nodes: nodes
                    .map(|(index, node)| DraftNode {
                        prefix: format!("{prefix}.Nodes[{index}]"),
                        name: &node.name,
                        at: node.at.unwrap_or(at),
                        is_trigger: false,
                        image: Some(&node.image),
                        source: Some(&node.src),
                        subscriptions: &node.subscriptions.items,
                        replicas: Some((i64::from(node.replicas.value), node.replicas.at)),
                    })
                    .collect(),
                prefix,
            }
        };
        Self {
            version: &krt.version,
            at,
            config: Some(&krt.config),
            entrypoint_image: Some(&krt.entrypoint.image),
            proto: Some(&krt.entrypoint.proto),
            pool: Vec::new(),
            workflows: krt
                .workflows
                .items
                .iter()
                .enumerate()
                .map(workflow)
                .collect(),
        }
    }

    pub(super) fn of_kai(krt: &'m kai::Krt) -> Self {
        let at = krt.at.unwrap_or_default();
        let workflow = |(index, workflow): (usize, &'m kai::Workflow)| {
            let prefix = format!("krt.workflows[{index}]");
            let at = workflow.at.unwrap_or(at);
            let nodes = workflow.processes.items.iter().enumerate();
            DraftWorkflow {
                name: &workflow.name,
                at,
                method: None,
                exitpoint: None,
                nodes: nodes
                    .map(|(index, process)| DraftNode {
                        prefix: format!("{prefix}.processes[{index}]"),
                        name: &process.name,
                        at: process.at.unwrap_or(at),
                        is_trigger: process.kind.value == "trigger",
                        image: Some(&process.image),
                        source: None,
                        subscriptions: &process.subscriptions.items,
                        replicas: process.replicas.get().map(|count| (count.value, count.at)),
                    })
                    .collect(),
                prefix,
            }
        };
        Self {
            version: &krt.version,
            at,
            config: None,
            entrypoint_image: None,
            proto: None,
            pool: Vec::new(),
            workflows: krt
                .workflows
                .items
                .iter()
                .enumerate()
                .map(workflow)
                .collect(),
        }
    }
}
