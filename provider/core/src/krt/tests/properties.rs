//! What holds of every manifest.

use std::collections::BTreeMap;

use proptest::{collection::vec, option, prelude::*};

use super::{KAI, V1, V2};
use crate::krt::{
    Amount, ConfigKeys, Dialect, Entrypoint, Format, Krt, Name, Networking, Node, ObjectStore,
    Options, Resources, Role, Subscription, Workflow, judge,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,12}",
        "\\PC{1,6}",
        Just("yes".to_owned()),
        Just("null".to_owned()),
        Just("1_000".to_owned()),
        Just("a: b # c\n\t".to_owned()),
        Just("\u{feff}\u{85}\u{2028}\u{7f}\0".to_owned()),
    ]
}

fn map() -> impl Strategy<Value = BTreeMap<String, String>> {
    proptest::collection::btree_map(text(), text(), 0..3)
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn node(index: usize) -> impl Strategy<Value = Node> {
    let parts = (
        text(),
        text(),
        any::<bool>(),
        1..5i64,
        vec("[a-z]{1,4}", 0..2),
    );
    (parts, option::of("[a-z]{1,5}")).prop_map(
        move |((image, source, gpu, replicas, channels), store)| {
            let mut node = Node::new(name(&format!("n{index}")), image);
            node.source = Some(source);
            node.gpu = gpu;
            node.replicas = replicas;
            node.object_store = store.map(|name| ObjectStore {
                name,
                scope: "workflow".to_owned(),
            });
            let before = if index == 0 {
                "entrypoint".to_owned()
            } else {
                format!("n{}", index - 1)
            };
            node.subscriptions = vec![Subscription {
                node: before.clone(),
                channel: None,
            }];
            if index > 0 {
                let more = channels.into_iter();
                node.subscriptions.extend(more.map(|channel| Subscription {
                    node: before.clone(),
                    channel: Some(channel),
                }));
            }
            node
        },
    )
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    (1..4usize).prop_flat_map(|count| (0..count).map(node).collect::<Vec<_>>())
}

fn krt(dialect: Dialect) -> impl Strategy<Value = Krt> {
    let parts = (
        text(),
        text(),
        text(),
        vec("[A-Z]{1,4}", 0..3),
        vec(text(), 0..2),
    );
    (parts, vec(nodes(), 1..3), map()).prop_map(move |(parts, workflows, config)| {
        let (description, image, method, variables, files) = parts;
        let workflow = |(index, nodes): (usize, Vec<Node>)| {
            let exitpoint = nodes.last().map(|node| node.name.clone());
            Workflow {
                name: name(&format!("w{index}")),
                purpose: None,
                method: Some(method.clone()),
                exitpoint,
                config: BTreeMap::new(),
                nodes,
            }
        };
        let mut krt = Krt {
            dialect,
            version: "v1".to_owned(),
            description,
            entrypoint: Some(Entrypoint {
                proto: "a.proto".to_owned(),
                image,
            }),
            keys: ConfigKeys { variables, files },
            config: BTreeMap::new(),
            workflows: workflows.into_iter().enumerate().map(workflow).collect(),
            unused: Vec::new(),
        };
        match dialect {
            Dialect::KreV1 => as_v1(&mut krt),
            Dialect::KreV2 => {}
            Dialect::Kai => as_kai(&mut krt, &config),
        }
        krt
    })
}

/// Nodes of a pool are the same in every workflow, and have nothing that needs the second dialect.
fn as_v1(krt: &mut Krt) {
    for (index, workflow) in krt.workflows.iter_mut().enumerate() {
        for node in &mut workflow.nodes {
            node.name = name(&format!("w{index}{}", node.name));
            node.replicas = 1;
            node.object_store = None;
        }
        *workflow = workflow.clone().in_sequence();
    }
    let mut unused = krt.workflows[0].nodes[0].clone();
    unused.name = name("unused");
    unused.subscriptions = Vec::new();
    krt.unused = vec![unused];
}

fn as_kai(krt: &mut Krt, config: &BTreeMap<String, String>) {
    krt.version = "v1.2.3".to_owned();
    krt.entrypoint = None;
    krt.keys = ConfigKeys::default();
    krt.config = config.clone();
    for workflow in &mut krt.workflows {
        workflow.purpose = Some("data".to_owned());
        workflow.method = None;
        workflow.exitpoint = None;
        workflow.config = config.clone();
        let mut exit = workflow.nodes[0].clone();
        exit.name = name("exit");
        exit.subscriptions = vec![Subscription {
            node: "n0".to_owned(),
            channel: None,
        }];
        workflow.nodes.push(exit);
        let last = workflow.nodes.len() - 1;
        for (index, node) in workflow.nodes.iter_mut().enumerate() {
            let (role, networking) = if index == 0 {
                node.subscriptions = Vec::new();
                let protocol = "GRPC".to_owned();
                let networking = Networking {
                    target_port: 1,
                    destination_port: 2,
                    protocol,
                };
                (Role::Trigger, Some(networking))
            } else if index == last {
                (Role::Exit, None)
            } else {
                (Role::Task, None)
            };
            node.role = Some(role);
            node.networking = networking;
            node.source = None;
            node.config = config.clone();
            node.secrets = vec![krt.description.clone()];
            let amount = |text: &str| Amount {
                request: text.to_owned(),
                limit: text.to_owned(),
            };
            node.resources = Some(Resources {
                cpu: amount("0.5"),
                memory: amount("1Gi"),
            });
            node.node_selectors = [("a.b/c".to_owned(), "d".to_owned())].into();
        }
    }
}

fn strict(dialect: Dialect) -> Options {
    Options {
        dialect: Some(dialect),
        strict: true,
        ..Options::default()
    }
}

/// A manifest that was damaged here and there.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let cuts = vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 0..8);
    (prop::sample::select(vec![V1, V2, KAI]), cuts).prop_map(|(text, cuts)| {
        let mut bytes = text.as_bytes().to_vec();
        for (index, byte, how) in cuts {
            let at = index.index(bytes.len().max(1));
            match how {
                0 => bytes.insert(at.min(bytes.len()), byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(bytes.len().saturating_sub(1)),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_equal(
        krt in prop::sample::select(Dialect::ALL).prop_flat_map(krt)
    ) {
        let printed = krt.to_yaml();
        let verdict = judge(printed.as_bytes(), &strict(krt.dialect));
        prop_assert_eq!(&verdict.problems, &Vec::new(), "{}", printed);
        prop_assert_eq!(verdict.krt, Some(krt));
    }

    #[test]
    fn no_damage_makes_it_panic(bytes in damaged()) {
        for dialect in Dialect::ALL {
            let strictly = judge(&bytes, &strict(*dialect));
            let options = Options { dialect: Some(*dialect), ..Options::default() };
            let by_default = judge(&bytes, &options);
            prop_assert_eq!(strictly.is_accepted(), strictly.krt.is_some());
            prop_assert!(strictly.is_accepted() || !by_default.is_accepted());
        }
        judge(&bytes, &Options::default());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200)) {
        judge(&bytes, &Options::default());
    }

    #[test]
    fn no_signs_of_yaml_make_it_panic(text in "[-?:,\\[\\]{}#&*!|>'\"%@`~<\\\\ \t\r\na0.]{0,60}") {
        for dialect in Dialect::ALL {
            judge(text.as_bytes(), &strict(*dialect));
        }
    }

    #[test]
    fn every_graph_can_be_shown(krt in krt(Dialect::KreV2)) {
        for format in [Format::Text, Format::Graphviz, Format::Mermaid] {
            prop_assert!(krt.show(format).ends_with('\n'));
        }
    }
}
