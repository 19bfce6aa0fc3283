//! Manifests that were accepted, as a graph.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Dialect,
    decode::{List, Map, Optional, Text},
    graph::{
        Amount, ConfigKeys, Entrypoint, Krt, Networking, Node, ObjectStore, Resources, Role,
        Subscription, Workflow,
    },
    manifest::{self, kai, kre_v1, kre_v2},
};

/// The graph of a manifest in which nothing is wrong; `None` if a name is no name after all.
pub(super) fn of_v1(krt: &kre_v1::Krt) -> Option<Krt> {
    let mut pool = BTreeMap::new();
    for node in &krt.nodes.items {
        let mut built = Node::new(node.name.value.parse().ok()?, node.image.value.clone());
        built.source = Some(node.src.value.clone());
        built.gpu = node.gpu.value;
        // The last one of a name counts.
        pool.insert(node.name.value.as_str(), built);
    }
    let mut used = BTreeSet::new();
    let mut workflows = Vec::new();
    for workflow in &krt.workflows.items {
        let mut nodes = Vec::new();
        for name in &workflow.sequential.items {
            nodes.push(pool.get(name.value.as_str())?.clone());
            used.insert(name.value.as_str());
        }
        let built = Workflow {
            name: workflow.name.value.parse().ok()?,
            purpose: None,
            method: Some(workflow.entrypoint.value.clone()),
            exitpoint: None,
            config: BTreeMap::new(),
            nodes,
        };
        workflows.push(built.in_sequence());
    }
    let mut unused = Vec::new();
    for node in &krt.nodes.items {
        if used.insert(node.name.value.as_str()) {
            unused.extend(pool.get(node.name.value.as_str()).cloned());
        }
    }
    Some(Krt {
        dialect: Dialect::KreV1,
        version: krt.version.value.clone(),
        description: krt.description.value.clone(),
        entrypoint: Some(entrypoint(&krt.entrypoint)),
        keys: keys(&krt.config),
        config: BTreeMap::new(),
        workflows,
        unused,
    })
}

/// The graph of a manifest in which nothing is wrong; `None` if a name is no name after all.
pub(super) fn of_v2(krt: &kre_v2::Krt) -> Option<Krt> {
    let node = |node: &kre_v2::Node| {
        let mut built = Node::new(node.name.value.parse().ok()?, node.image.value.clone());
        built.source = Some(node.src.value.clone());
        built.gpu = node.gpu.value;
        built.replicas = match node.replicas.value {
            0 => 1,
            replicas => i64::from(replicas),
        };
        built.subscriptions = subscriptions(&node.subscriptions);
        let store = node.object_store.get();
        built.object_store = store.map(|store| object_store(&store.name, &store.scope));
        Some(built)
    };
    let workflow = |workflow: &kre_v2::Workflow| {
        Some(Workflow {
            name: workflow.name.value.parse().ok()?,
            purpose: None,
            method: Some(workflow.entrypoint.value.clone()),
            exitpoint: Some(workflow.exitpoint.value.parse().ok()?),
            config: BTreeMap::new(),
            nodes: workflow
                .nodes
                .items
                .iter()
                .map(node)
                .collect::<Option<_>>()?,
        })
    };
    Some(Krt {
        dialect: Dialect::KreV2,
        version: krt.version.value.clone(),
        description: krt.description.value.clone(),
        entrypoint: Some(entrypoint(&krt.entrypoint)),
        keys: keys(&krt.config),
        config: BTreeMap::new(),
        workflows: krt
            .workflows
            .items
            .iter()
            .map(workflow)
            .collect::<Option<_>>()?,
        unused: Vec::new(),
    })
}

/// The graph of a manifest in which nothing is wrong; `None` if a name is no name after all.
pub(super) fn of_kai(krt: &kai::Krt) -> Option<Krt> {
    let workflow = |workflow: &kai::Workflow| {
        Some(Workflow {
            name: workflow.name.value.parse().ok()?,
            purpose: Some(workflow.kind.value.clone()),
            method: None,
            exitpoint: None,
            config: map(&workflow.config),
            nodes: workflow
                .processes
                .items
                .iter()
                .map(process)
                .collect::<Option<_>>()?,
        })
    };
    Some(Krt {
        dialect: Dialect::Kai,
        version: krt.version.value.clone(),
        description: krt.description.value.clone(),
        entrypoint: None,
        keys: ConfigKeys::default(),
        config: map(&krt.config),
        workflows: krt
            .workflows
            .items
            .iter()
            .map(workflow)
            .collect::<Option<_>>()?,
        unused: Vec::new(),
    })
}

fn process(process: &kai::Process) -> Option<Node> {
    let mut built = Node::new(
        process.name.value.parse().ok()?,
        process.image.value.clone(),
    );
    built.role = Some(Role::parse(&process.kind.value)?);
    built.gpu = process.gpu.get().is_some_and(|gpu| gpu.value);
    built.replicas = process.replicas.get().map_or(1, |replicas| replicas.value);
    built.subscriptions = subscriptions(&process.subscriptions);
    let store = process.object_store.get();
    built.object_store = store.map(|store| object_store(&store.name, &store.scope));
    built.config = map(&process.config);
    built.secrets = texts(&process.secrets);
    built.networking = process.networking.get().map(|networking| Networking {
        target_port: networking.target_port.value,
        destination_port: networking.destination_port.value,
        protocol: match networking.protocol.value.as_str() {
            "" => "HTTP".to_owned(),
            protocol => protocol.to_owned(),
        },
    });
    let limits = process.resource_limits.get()?;
    built.resources = Some(Resources {
        cpu: amount(&limits.cpu)?,
        memory: amount(&limits.memory)?,
    });
    built.node_selectors = map(&process.node_selectors);
    Some(built)
}

fn amount(limit: &Optional<kai::ResourceLimit>) -> Option<Amount> {
    let limit = limit.get()?;
    let most = if limit.limit.is_empty() {
        &limit.request
    } else {
        &limit.limit
    };
    Some(Amount {
        request: limit.request.value.clone(),
        limit: most.value.clone(),
    })
}

fn entrypoint(entrypoint: &manifest::Entrypoint) -> Entrypoint {
    Entrypoint {
        proto: entrypoint.proto.value.clone(),
        image: entrypoint.image.value.clone(),
    }
}

fn keys(config: &manifest::Config) -> ConfigKeys {
    ConfigKeys {
        variables: texts(&config.variables),
        files: texts(&config.files),
    }
}

fn texts(list: &List<Text>) -> Vec<String> {
    list.items.iter().map(|text| text.value.clone()).collect()
}

fn map(map: &Map) -> BTreeMap<String, String> {
    let entries = map.entries.iter();
    entries
        .map(|(key, entry)| (key.clone(), entry.value.value.clone()))
        .collect()
}

fn subscriptions(list: &List<Text>) -> Vec<Subscription> {
    let texts = list.items.iter();
    texts.map(|text| Subscription::parse(&text.value)).collect()
}

fn object_store(name: &Text, scope: &Text) -> ObjectStore {
    ObjectStore {
        name: name.value.clone(),
        scope: scope.value.clone(),
    }
}
