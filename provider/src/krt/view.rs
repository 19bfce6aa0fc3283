//! What a manifest says, as configurations see it.

use std::collections::BTreeMap;

use kre_core::krt::{self, Krt, Problem};
use schemars::JsonSchema;
use serde::Serialize;

/// What a KRT manifest says.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Manifest {
    /// The dialect that it is written in: `kre-v1`, `kre-v2` or `kai`.
    dialect: String,
    /// Name of the version; of KAI, its tag.
    version: String,
    /// What the version is for.
    description: String,
    /// What answers requests from outside; null for KAI.
    entrypoint: Option<Entrypoint>,
    /// Keys of the configuration whose values are given with the version.
    config_variables: Vec<String>,
    /// Keys of the configuration whose values are contents of files.
    config_files: Vec<String>,
    /// Configuration that stands in the manifest with its values, as KAI has it.
    config: BTreeMap<String, String>,
    /// The workflows, by name.
    workflows: BTreeMap<String, Workflow>,
}

/// What answers requests from outside.
#[derive(Debug, Serialize, JsonSchema)]
struct Entrypoint {
    /// The file of the KRT that declares the gRPC service.
    proto: String,
    /// Image of the entrypoint.
    image: String,
}

/// A graph of nodes that handles one kind of request.
#[derive(Debug, Serialize, JsonSchema)]
struct Workflow {
    /// The method of the service that it answers; null for KAI.
    entrypoint: Option<String>,
    /// The node whose messages are the answers; null for KAI.
    exitpoint: Option<String>,
    /// What it is for, as KAI says it: `data`, `training`, `feedback` or `serving`.
    r#type: Option<String>,
    /// Configuration with its values, as KAI has it.
    config: BTreeMap<String, String>,
    /// The nodes, by name.
    nodes: BTreeMap<String, Node>,
}

/// A step of a workflow.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(
    clippy::struct_field_names,
    reason = "`node_selectors` is what KAI calls them"
)]
struct Node {
    /// What it does in its workflow, as KAI says it: `trigger`, `task` or `exit`.
    r#type: Option<String>,
    /// Image of the runner.
    image: String,
    /// The file of the KRT that the runner starts; null for KAI.
    src: Option<String>,
    /// Whether it needs a GPU.
    gpu: bool,
    /// How many pods run it.
    replicas: i64,
    /// Whose messages it receives: `entrypoint`, nodes, and channels of nodes.
    subscriptions: Vec<String>,
    /// A store for large objects; null if it uses none.
    object_store: Option<ObjectStore>,
    /// Configuration with its values, as KAI has it.
    config: BTreeMap<String, String>,
    /// Names of secrets, as KAI has them.
    secrets: Vec<String>,
    /// How it is reached from outside, as KAI says it.
    networking: Option<Networking>,
    /// What it may use, as KAI says it.
    resource_limits: Option<ResourceLimits>,
    /// Labels of the machines that it may run on, as KAI says it.
    node_selectors: BTreeMap<String, String>,
}

/// A store for large objects.
#[derive(Debug, Serialize, JsonSchema)]
struct ObjectStore {
    /// Name of the store.
    name: String,
    /// Who shares it: `workflow`, or `project` of KRE and `product` of KAI.
    scope: String,
}

/// How a process is reached from outside.
#[derive(Debug, Serialize, JsonSchema)]
struct Networking {
    /// The port of the process.
    target_port: i64,
    /// The port of the service.
    destination_port: i64,
    /// `HTTP` or `GRPC`.
    protocol: String,
}

/// What a process may use.
#[derive(Debug, Serialize, JsonSchema)]
struct ResourceLimits {
    /// Processors.
    cpu: Amount,
    /// Memory.
    memory: Amount,
}

/// How much is set aside, and how much may be used.
#[derive(Debug, Serialize, JsonSchema)]
struct Amount {
    /// What is set aside.
    request: String,
    /// What is never exceeded.
    limit: String,
}

/// Something that is wrong or odd in a manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// `error` or `warning`.
    severity: String,
    /// Name of the rule that is broken.
    rule: String,
    /// The field, as the original engine writes it; empty if it concerns the whole file.
    location: String,
    /// The line, from 1.
    line: u64,
    /// The column, from 1.
    column: u64,
    /// What is wrong.
    message: String,
    /// What to do about it; may be empty.
    remedy: String,
}

impl From<&Krt> for Manifest {
    fn from(krt: &Krt) -> Self {
        let entrypoint = krt.entrypoint.as_ref();
        Self {
            dialect: krt.dialect.to_string(),
            version: krt.version.clone(),
            description: krt.description.clone(),
            entrypoint: entrypoint.map(|krt::Entrypoint { proto, image }| Entrypoint {
                proto: proto.clone(),
                image: image.clone(),
            }),
            config_variables: krt.keys.variables.clone(),
            config_files: krt.keys.files.clone(),
            config: krt.config.clone(),
            workflows: krt.workflows.iter().map(workflow).collect(),
        }
    }
}

fn workflow(workflow: &krt::Workflow) -> (String, Workflow) {
    let seen = Workflow {
        entrypoint: workflow.method.clone(),
        exitpoint: workflow.exitpoint.as_ref().map(ToString::to_string),
        r#type: workflow.purpose.clone(),
        config: workflow.config.clone(),
        nodes: workflow.nodes.iter().map(node).collect(),
    };
    (workflow.name.to_string(), seen)
}

fn node(node: &krt::Node) -> (String, Node) {
    let written = krt::Subscription::written;
    let seen = Node {
        r#type: node.role.map(|role| role.as_str().to_owned()),
        image: node.image.clone(),
        src: node.source.clone(),
        gpu: node.gpu,
        replicas: node.replicas,
        subscriptions: node.subscriptions.iter().map(written).collect(),
        object_store: node.object_store.as_ref().map(|store| ObjectStore {
            name: store.name.clone(),
            scope: store.scope.clone(),
        }),
        config: node.config.clone(),
        secrets: node.secrets.clone(),
        networking: node.networking.as_ref().map(|networking| Networking {
            target_port: networking.target_port,
            destination_port: networking.destination_port,
            protocol: networking.protocol.clone(),
        }),
        resource_limits: node.resources.as_ref().map(|resources| ResourceLimits {
            cpu: amount(&resources.cpu),
            memory: amount(&resources.memory),
        }),
        node_selectors: node.node_selectors.clone(),
    };
    (node.name.to_string(), seen)
}

fn amount(krt::Amount { request, limit }: &krt::Amount) -> Amount {
    Amount {
        request: request.clone(),
        limit: limit.clone(),
    }
}

impl From<&Problem> for Finding {
    fn from(problem: &Problem) -> Self {
        Self {
            severity: problem.severity.to_string(),
            rule: problem.rule.to_string(),
            location: problem.location.clone(),
            line: u64::try_from(problem.line).unwrap_or(u64::MAX),
            column: u64::try_from(problem.column).unwrap_or(u64::MAX),
            message: problem.message.clone(),
            remedy: problem.remedy.clone(),
        }
    }
}
