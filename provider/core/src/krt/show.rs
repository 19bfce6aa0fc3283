//! A graph for people: as text, for Graphviz, and for Mermaid.

use std::fmt::Write;

use super::graph::{Krt, Node, Role, Subscription, Workflow};

/// A way to show a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Indented lines.
    Text,
    /// The language of Graphviz.
    Graphviz,
    /// The language of Mermaid.
    Mermaid,
}

/// A line of a drawing, by the numbers of its ends.
struct Edge<'k> {
    from: End,
    to: End,
    channel: Option<&'k str>,
}

/// An end of a line.
#[derive(Clone, Copy)]
enum End {
    /// Where requests come in and answers go out.
    Outside,
    Node(usize),
}

impl Krt {
    /// Shows the workflows and who hears whom in them. Ends with a line break.
    pub fn show(&self, format: Format) -> String {
        let mut text = String::new();
        match format {
            Format::Text => self.text(&mut text),
            Format::Graphviz => self.graphviz(&mut text),
            Format::Mermaid => self.mermaid(&mut text),
        }
        text
    }

    fn text(&self, out: &mut String) {
        line(out, 0, &format!("{} ({})", self.version, self.dialect));
        line(out, 1, &self.description);
        for workflow in &self.workflows {
            let mut head = format!("workflow {}", workflow.name);
            let method = workflow
                .method
                .iter()
                .map(|method| format!(" answers {method}"));
            let purpose = workflow
                .purpose
                .iter()
                .map(|purpose| format!(" for {purpose}"));
            head.extend(method.chain(purpose));
            line(out, 1, &head);
            for node in &workflow.nodes {
                line(out, 2, &describe(workflow, node));
            }
        }
    }

    fn graphviz(&self, out: &mut String) {
        line(out, 0, &format!("digraph {} {{", quoted(&self.version)));
        line(out, 1, "rankdir=LR;");
        for (number, workflow) in self.workflows.iter().enumerate() {
            line(out, 1, &format!("subgraph cluster_{number} {{"));
            line(
                out,
                2,
                &format!("label={};", quoted(workflow.name.as_str())),
            );
            if let Some(method) = &workflow.method {
                let label = quoted(method);
                line(out, 2, &format!("w{number} [label={label}, shape=oval];"));
            }
            for (index, node) in workflow.nodes.iter().enumerate() {
                let label = quoted(&label(node));
                line(
                    out,
                    2,
                    &format!("w{number}n{index} [label={label}, shape=box];"),
                );
            }
            line(out, 1, "}");
            for Edge { from, to, channel } in edges(workflow) {
                let (from, to) = (from.id(number), to.id(number));
                let label = channel.map(|channel| format!(" [label={}]", quoted(channel)));
                line(
                    out,
                    1,
                    &format!("{from} -> {to}{};", label.unwrap_or_default()),
                );
            }
        }
        line(out, 0, "}");
    }

    fn mermaid(&self, out: &mut String) {
        line(out, 0, "flowchart LR");
        for (number, workflow) in self.workflows.iter().enumerate() {
            let name = quoted(workflow.name.as_str());
            line(out, 1, &format!("subgraph w{number}s[{name}]"));
            if let Some(method) = &workflow.method {
                line(out, 2, &format!("w{number}([{}])", escaped(method)));
            }
            for (index, node) in workflow.nodes.iter().enumerate() {
                line(
                    out,
                    2,
                    &format!("w{number}n{index}[{}]", escaped(&label(node))),
                );
            }
            line(out, 1, "end");
            for Edge { from, to, channel } in edges(workflow) {
                let (from, to) = (from.id(number), to.id(number));
                let label = channel.map(|channel| format!("|{}|", escaped(channel)));
                line(
                    out,
                    1,
                    &format!("{from} -->{} {to}", label.unwrap_or_default()),
                );
            }
        }
    }
}

impl End {
    fn id(self, workflow: usize) -> String {
        match self {
            Self::Outside => format!("w{workflow}"),
            Self::Node(index) => format!("w{workflow}n{index}"),
        }
    }
}

/// Who hears whom, and who answers.
fn edges(workflow: &Workflow) -> Vec<Edge<'_>> {
    let indices: std::collections::BTreeMap<_, _> = workflow
        .nodes
        .iter()
        .enumerate()
        .rev()
        .map(|(index, node)| (node.name.as_str(), index))
        .collect();
    let mut edges = Vec::new();
    for (index, node) in workflow.nodes.iter().enumerate() {
        for subscription in &node.subscriptions {
            let from = match indices.get(subscription.node.as_str()) {
                Some(from) => End::Node(*from),
                None if subscription.node == "entrypoint" => End::Outside,
                None => continue,
            };
            edges.push(Edge {
                from,
                to: End::Node(index),
                channel: subscription.channel.as_deref(),
            });
        }
    }
    let exitpoint = workflow.exitpoint.as_ref();
    if let Some(index) = exitpoint.and_then(|exitpoint| indices.get(exitpoint.as_str())) {
        edges.push(Edge {
            from: End::Node(*index),
            to: End::Outside,
            channel: None,
        });
    }
    edges
}

fn describe(workflow: &Workflow, node: &Node) -> String {
    let mut text = format!("{} [{}]", label(node), node.image);
    if !node.subscriptions.is_empty() {
        let heard = node.subscriptions.iter().map(Subscription::written);
        let heard: Vec<_> = heard.collect();
        let _ = write!(text, " hears {}", heard.join(", "));
    }
    if workflow.exitpoint.as_ref() == Some(&node.name) {
        text.push_str(", answers");
    }
    text
}

/// The name of a node, with what is not ordinary about it.
fn label(node: &Node) -> String {
    let mut label = node.name.to_string();
    match node.role {
        Some(Role::Task) | None => {}
        Some(role) => {
            let _ = write!(label, " ({})", role.as_str());
        }
    }
    if node.replicas != 1 {
        let _ = write!(label, " ×{}", node.replicas);
    }
    if node.gpu {
        label.push_str(" GPU");
    }
    label
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}{text}", "  ".repeat(depth));
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A label as Mermaid takes it: signs of its own are given by their codes.
fn escaped(text: &str) -> String {
    let mut escaped = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '#' | '<' | '>' | '&' => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            '\n' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped.push('"');
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krt::{Options, judge, tests::V2};

    #[track_caller]
    fn check(format: Format, expected: &str) {
        let krt = judge(V2.as_bytes(), &Options::default()).krt.unwrap();
        assert_eq!(krt.show(format), expected);
    }

    #[test]
    fn text_says_who_hears_whom() {
        check(
            Format::Text,
            "\
greeter-v1 (kre-v2)
  Says hello
  workflow greet answers Greet
    splitter [konstellation/kre-py:3.4.1] hears entrypoint
    joiner ×2 [konstellation/kre-go:4.5.1] hears splitter, splitter.fast, answers
",
        );
    }

    #[test]
    fn graphviz_draws_workflows_as_clusters() {
        check(
            Format::Graphviz,
            "\
digraph \"greeter-v1\" {
  rankdir=LR;
  subgraph cluster_0 {
    label=\"greet\";
    w0 [label=\"Greet\", shape=oval];
    w0n0 [label=\"splitter\", shape=box];
    w0n1 [label=\"joiner ×2\", shape=box];
  }
  w0 -> w0n0;
  w0n0 -> w0n1;
  w0n0 -> w0n1 [label=\"fast\"];
  w0n1 -> w0;
}
",
        );
    }

    #[test]
    fn mermaid_draws_workflows_as_subgraphs() {
        check(
            Format::Mermaid,
            "\
flowchart LR
  subgraph w0s[\"greet\"]
    w0([\"Greet\"])
    w0n0[\"splitter\"]
    w0n1[\"joiner ×2\"]
  end
  w0 --> w0n0
  w0n0 --> w0n1
  w0n0 -->|\"fast\"| w0n1
  w0n1 --> w0
",
        );
    }
}
