//! A graph as a manifest of its dialect.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    Dialect,
    graph::{Amount, Krt, Node, ObjectStore, Role, Workflow},
};

impl Krt {
    /// Writes the manifest that says the same, in the dialect of the graph.
    ///
    /// Reading it gives the same graph, if the manifest would be accepted at all.
    pub fn to_yaml(&self) -> String {
        let mut yaml = Yaml::default();
        match self.dialect {
            Dialect::KreV1 => yaml.version_1(self),
            Dialect::KreV2 => yaml.version_2(self),
            Dialect::Kai => yaml.kai(self),
        }
        yaml.text
    }
}

/// Lines of YAML, one deeper within the other.
#[derive(Debug, Default)]
struct Yaml {
    text: String,
    depth: usize,
    /// Whether the next line begins an item of a list.
    is_item: bool,
}

impl Yaml {
    fn line(&mut self, text: &str) {
        let indent = if self.is_item {
            self.depth.saturating_sub(1)
        } else {
            self.depth
        };
        self.text.push_str(&"  ".repeat(indent));
        if std::mem::take(&mut self.is_item) {
            self.text.push_str("- ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn text(&mut self, key: &str, value: &str) {
        self.line(&format!("{key}: {}", quoted(value)));
    }

    fn plain(&mut self, key: &str, value: impl std::fmt::Display) {
        self.line(&format!("{key}: {value}"));
    }

    fn within(&mut self, key: &str, write: impl FnOnce(&mut Self)) {
        self.line(&format!("{key}:"));
        self.depth = self.depth.saturating_add(1);
        write(self);
        self.depth = self.depth.saturating_sub(1);
    }

    fn list<'i, T: 'i>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = &'i T>,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            return self.plain(key, "[]");
        }
        self.within(key, |yaml| {
            yaml.depth = yaml.depth.saturating_add(1);
            for item in items {
                yaml.is_item = true;
                write(yaml, item);
            }
            yaml.depth = yaml.depth.saturating_sub(1);
        });
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        self.list(key, texts, |yaml, text| yaml.line(&quoted(text)));
    }

    fn map(&mut self, key: &str, map: &BTreeMap<String, String>) {
        if map.is_empty() {
            return self.plain(key, "{}");
        }
        self.within(key, |yaml| {
            for (key, value) in map {
                yaml.text(&quoted(key), value);
            }
        });
    }

    fn top(&mut self, krt: &Krt) {
        self.text("version", &krt.version);
        self.text("description", &krt.description);
        if let Some(entrypoint) = &krt.entrypoint {
            self.within("entrypoint", |yaml| {
                yaml.text("proto", &entrypoint.proto);
                yaml.text("image", &entrypoint.image);
            });
            self.within("config", |yaml| {
                yaml.texts("variables", &krt.keys.variables);
                yaml.texts("files", &krt.keys.files);
            });
        }
    }

    fn version_1(&mut self, krt: &Krt) {
        self.top(krt);
        let mut nodes: Vec<&Node> = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        let used = krt.workflows.iter().flat_map(|workflow| &workflow.nodes);
        for node in used.chain(&krt.unused) {
            if names.insert(&node.name) {
                nodes.push(node);
            }
        }
        self.list("nodes", nodes, Self::step);
        self.list("workflows", &krt.workflows, |yaml, workflow| {
            yaml.text("name", workflow.name.as_str());
            yaml.text("entrypoint", workflow.method.as_deref().unwrap_or_default());
            yaml.list("sequential", &workflow.nodes, |yaml, node| {
                yaml.line(&quoted(node.name.as_str()));
            });
        });
    }

    /// What a node of either dialect of KRE has.
    fn step(&mut self, node: &Node) {
        self.text("name", node.name.as_str());
        self.text("image", &node.image);
        self.text("src", node.source.as_deref().unwrap_or_default());
        self.plain("gpu", node.gpu);
    }

    fn version_2(&mut self, krt: &Krt) {
        self.text("krtVersion", "v2");
        self.top(krt);
        self.list("workflows", &krt.workflows, |yaml, workflow| {
            yaml.text("name", workflow.name.as_str());
            yaml.text("entrypoint", workflow.method.as_deref().unwrap_or_default());
            if let Some(exitpoint) = &workflow.exitpoint {
                yaml.text("exitpoint", exitpoint.as_str());
            }
            yaml.list("nodes", &workflow.nodes, |yaml, node| {
                yaml.step(node);
                yaml.plain("replicas", node.replicas);
                yaml.shared(node);
            });
        });
    }

    /// What nodes of KRE's second dialect and processes of KAI have.
    fn shared(&mut self, node: &Node) {
        self.list(
            "subscriptions",
            &node.subscriptions,
            |yaml, subscription| {
                yaml.line(&quoted(&subscription.written()));
            },
        );
        if let Some(ObjectStore { name, scope }) = &node.object_store {
            self.within("objectStore", |yaml| {
                yaml.text("name", name);
                yaml.text("scope", scope);
            });
        }
    }

    fn kai(&mut self, krt: &Krt) {
        self.top(krt);
        self.map("config", &krt.config);
        self.list("workflows", &krt.workflows, |yaml, workflow: &Workflow| {
            yaml.text("name", workflow.name.as_str());
            yaml.text("type", workflow.purpose.as_deref().unwrap_or_default());
            yaml.map("config", &workflow.config);
            yaml.list("processes", &workflow.nodes, |yaml, node| {
                yaml.process(node)
            });
        });
    }

    fn process(&mut self, node: &Node) {
        self.text("name", node.name.as_str());
        self.text("type", node.role.map_or("", Role::as_str));
        self.text("image", &node.image);
        self.plain("replicas", node.replicas);
        self.plain("gpu", node.gpu);
        self.map("config", &node.config);
        self.shared(node);
        self.texts("secrets", &node.secrets);
        if let Some(networking) = &node.networking {
            self.within("networking", |yaml| {
                yaml.plain("targetPort", networking.target_port);
                yaml.plain("destinationPort", networking.destination_port);
                yaml.text("protocol", &networking.protocol);
            });
        }
        if let Some(resources) = &node.resources {
            self.within("resourceLimits", |yaml| {
                for (key, Amount { request, limit }) in
                    [("CPU", &resources.cpu), ("memory", &resources.memory)]
                {
                    yaml.within(key, |yaml| {
                        yaml.text("request", request);
                        yaml.text("limit", limit);
                    });
                }
            });
        }
        self.map("nodeSelectors", &node.node_selectors);
    }
}

/// A text in double quotes, which means the same to every reader of YAML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' | '\u{a1}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' => quoted.push(character),
            _ => {
                let code = u32::from(character);
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{code:08X}");
            }
        }
    }
    quoted.push('"');
    quoted
}
