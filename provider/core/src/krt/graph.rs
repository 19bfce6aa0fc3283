//! What a manifest says, in the terms that all dialects share.

use std::collections::BTreeMap;

use super::{Dialect, name::Name};

/// A version: its configuration and its workflows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Krt {
    /// The dialect that it was written in.
    pub dialect: Dialect,
    /// The name of the version; for KAI, its tag.
    pub version: String,
    /// What the version is for.
    pub description: String,
    /// What answers the requests from outside; KAI has none.
    pub entrypoint: Option<Entrypoint>,
    /// Keys of the configuration whose values are given later.
    pub keys: ConfigKeys,
    /// Configuration with its values, as KAI has it.
    pub config: BTreeMap<String, String>,
    /// The workflows, in the order of the file.
    pub workflows: Vec<Workflow>,
    /// Nodes that belong to no workflow, as only KRE's first dialect can have them.
    pub unused: Vec<Node>,
}

/// What answers the requests from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrypoint {
    /// The file in the archive that declares the gRPC service.
    pub proto: String,
    /// The image.
    pub image: String,
}

/// Keys of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigKeys {
    /// Keys whose values are short.
    pub variables: Vec<String>,
    /// Keys whose values are the content of a file.
    pub files: Vec<String>,
}

/// What happens with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its name.
    pub name: Name,
    /// What it is for, as KAI says it.
    pub purpose: Option<String>,
    /// The method of the service that it answers; KAI has none.
    pub method: Option<String>,
    /// The node whose messages are the answers; the last one in KRE's first dialect.
    pub exitpoint: Option<Name>,
    /// Configuration with its values, as KAI has it.
    pub config: BTreeMap<String, String>,
    /// The nodes, in the order of the file or of the sequence.
    pub nodes: Vec<Node>,
}

/// A step of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: Name,
    /// What it does in its workflow, as KAI says it.
    pub role: Option<Role>,
    /// The image.
    pub image: String,
    /// The file in the archive that the runner starts; KAI has none.
    pub source: Option<String>,
    /// Whether it needs a GPU.
    pub gpu: bool,
    /// How many pods run it.
    pub replicas: i64,
    /// Whose messages it receives.
    pub subscriptions: Vec<Subscription>,
    /// A store that it shares with those that name the same one.
    pub object_store: Option<ObjectStore>,
    /// Configuration with its values, as KAI has it.
    pub config: BTreeMap<String, String>,
    /// Names of secrets.
    pub secrets: Vec<String>,
    /// How it is reached from outside, as KAI says it.
    pub networking: Option<Networking>,
    /// What it may use, as KAI says it.
    pub resources: Option<Resources>,
    /// Labels of the machines that it may run on.
    pub node_selectors: BTreeMap<String, String>,
}

/// What a process does in its workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It begins the workflow.
    Trigger,
    /// It continues the workflow.
    Task,
    /// It ends the workflow.
    Exit,
}

impl Role {
    /// The name in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trigger => "trigger",
            Self::Task => "task",
            Self::Exit => "exit",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Trigger, Self::Task, Self::Exit]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// Whose messages a node receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// A node of the workflow, or `entrypoint`.
    pub node: String,
    /// Which of its messages, if not those without channel.
    pub channel: Option<String>,
}

impl Subscription {
    pub(super) fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((node, channel)) => Self {
                node: node.to_owned(),
                channel: Some(channel.to_owned()),
            },
            None => Self {
                node: text.to_owned(),
                channel: None,
            },
        }
    }

    /// The subscription as it is written.
    pub fn written(&self) -> String {
        match &self.channel {
            Some(channel) => format!("{}.{channel}", self.node),
            None => self.node.clone(),
        }
    }
}

/// A store for large objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectStore {
    /// Its name. Strictly, KRE lets any pass.
    pub name: String,
    /// Who shares it: `workflow`, or `project` of KRE and `product` of KAI.
    pub scope: String,
}

/// How a process is reached from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Networking {
    /// The port of the process.
    pub target_port: i64,
    /// The port of the service.
    pub destination_port: i64,
    /// `HTTP` or `GRPC`.
    pub protocol: String,
}

/// What a process may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resources {
    /// Processors.
    pub cpu: Amount,
    /// Memory.
    pub memory: Amount,
}

/// How much of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// What is set aside.
    pub request: String,
    /// What is never exceeded.
    pub limit: String,
}

impl Node {
    /// A node with nothing but what every dialect demands.
    pub(super) fn new(name: Name, image: String) -> Self {
        Self {
            name,
            role: None,
            image,
            source: None,
            gpu: false,
            replicas: 1,
            subscriptions: Vec::new(),
            object_store: None,
            config: BTreeMap::new(),
            secrets: Vec::new(),
            networking: None,
            resources: None,
            node_selectors: BTreeMap::new(),
        }
    }
}

impl Workflow {
    /// Connects the nodes one after the other, as KRE's first dialect means it.
    pub(super) fn in_sequence(mut self) -> Self {
        let mut before = "entrypoint".to_owned();
        for node in &mut self.nodes {
            let own = node.name.to_string();
            node.subscriptions = vec![Subscription {
                node: std::mem::replace(&mut before, own),
                channel: None,
            }];
        }
        self.exitpoint = self.nodes.last().map(|node| node.name.clone());
        self
    }
}
