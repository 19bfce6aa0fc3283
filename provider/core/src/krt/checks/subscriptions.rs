//! Our checks of who hears whom.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::{
    Dialect,
    decode::Text,
    draft::{DraftNode, DraftWorkflow},
    rules::RuleId,
    verdict::{Place, Report},
};

/// How many names a proposal is chosen from.
const MAX_CANDIDATES: usize = 100;

/// The name that is meant, if one is near enough.
pub(in crate::krt) fn nearest<T: AsRef<str>>(
    name: &str,
    candidates: impl Iterator<Item = T>,
) -> Option<String> {
    let limit = name.chars().count().div_ceil(3).min(3);
    candidates
        .take(MAX_CANDIDATES)
        .map(|candidate| (distance(name, candidate.as_ref()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.as_ref().to_owned())
}

/// How many characters have to change, case aside. Long names are far from everything.
fn distance(left: &str, right: &str) -> usize {
    const MAX_LENGTH: usize = 40;
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    if left.len() > MAX_LENGTH || right.len() > MAX_LENGTH {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = index;
        let mut before = index.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(right.chars()) {
            let replaced = diagonal.saturating_add(usize::from(from != to));
            diagonal = *cell;
            before = replaced.min(diagonal.min(before).saturating_add(1));
            *cell = before;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Reports subscriptions that go nowhere, nodes that nothing reaches, and circles.
pub(super) fn check(report: &mut Report, workflow: &DraftWorkflow<'_>) {
    let by_name: BTreeMap<_, _> = workflow
        .nodes
        .iter()
        .enumerate()
        .rev()
        .map(|(index, node)| (node.name.value.as_str(), index))
        .collect();
    let mut graph = Graph::new(workflow.nodes.len());
    let mut is_unsure = false;
    for (index, node) in workflow.nodes.iter().enumerate() {
        if node.is_trigger {
            graph.sources.push(index);
        }
        let mut seen = BTreeSet::new();
        for subscription in node.subscriptions {
            let place = subscription_place(report.dialect, node, subscription);
            channel(report, &place, subscription);
            if !seen.insert(&subscription.value) && report.dialect != Dialect::Kai {
                let message = format!("the node subscribes twice to `{}`", subscription.value);
                report.add(
                    RuleId::SubscriptionDuplicate,
                    &place,
                    message,
                    "leave one of them out",
                );
            }
            let target = target(subscription);
            match by_name.get(target).copied() {
                Some(from) if from == index => itself(report, &place, subscription),
                Some(from) => graph.connect(from, index, node.is_trigger),
                None if report.dialect == Dialect::Kai => is_unsure = true,
                None if target == "entrypoint" => graph.sources.push(index),
                None => {
                    is_unsure = true;
                    unknown(report, &place, subscription, &by_name);
                }
            }
        }
    }
    if !is_unsure {
        unreached(report, workflow, &graph);
    }
    circles(report, workflow, &graph);
}

/// The node that a subscription names.
pub(super) fn target(subscription: &Text) -> &str {
    subscription.value.split('.').next().unwrap_or_default()
}

fn subscription_place(dialect: Dialect, node: &DraftNode<'_>, subscription: &Text) -> Place {
    let field = match dialect {
        Dialect::Kai => format!("subscriptions.{}", subscription.value),
        _ => "Subscriptions".to_owned(),
    };
    let location = format!("{}.{field}", node.prefix);
    Place::new(location, subscription.at.unwrap_or(node.at))
}

fn itself(report: &mut Report, place: &Place, subscription: &Text) {
    // KAI refuses it itself.
    if report.dialect != Dialect::Kai {
        let message = format!("the node subscribes to itself: `{}`", subscription.value);
        report.add(
            RuleId::SubscriptionSelf,
            place,
            message,
            "name another node",
        );
    }
}

fn unknown(
    report: &mut Report,
    place: &Place,
    subscription: &Text,
    by_name: &BTreeMap<&str, usize>,
) {
    let message = format!("the workflow has no such node: `{}`", subscription.value);
    let candidates = by_name.keys().copied().chain(["entrypoint"]);
    let remedy = nearest(target(subscription), candidates).map_or_else(
        || "name `entrypoint` or a node of the same workflow".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    report.add(RuleId::SubscriptionUnknown, place, message, remedy);
}

fn channel(report: &mut Report, place: &Place, subscription: &Text) {
    let Some((target, channel)) = subscription.value.split_once('.') else {
        return;
    };
    let is_word = |character: char| {
        !character.is_whitespace()
            && !character.is_control()
            && !matches!(character, '.' | '*' | '>' | '/' | '\\')
    };
    let (message, remedy) = if target == "entrypoint" && report.dialect == Dialect::KreV2 {
        let message = format!("the entrypoint has no channels: `{}`", subscription.value);
        (message, "subscribe to `entrypoint`")
    } else if channel.is_empty() || !channel.chars().all(is_word) {
        let message = format!("no channel can be called so: `{}`", subscription.value);
        (
            message,
            "use one word of letters, digits, `-` and `_` behind the dot",
        )
    } else {
        return;
    };
    report.add(RuleId::ChannelFormat, place, message, remedy);
}

/// Who sends to whom, by index.
struct Graph {
    sources: Vec<usize>,
    hearers: Vec<Vec<usize>>,
    /// The same without what triggers hear: an answer is no circle.
    forward: Vec<Vec<usize>>,
}

impl Graph {
    fn new(count: usize) -> Self {
        Self {
            sources: Vec::new(),
            hearers: vec![Vec::new(); count],
            forward: vec![Vec::new(); count],
        }
    }

    fn connect(&mut self, from: usize, to: usize, is_answer: bool) {
        if let Some(hearers) = self.hearers.get_mut(from) {
            hearers.push(to);
        }
        if !is_answer && let Some(forward) = self.forward.get_mut(from) {
            forward.push(to);
        }
    }

    fn reached(&self) -> BTreeSet<usize> {
        let mut reached: BTreeSet<_> = self.sources.iter().copied().collect();
        let mut waiting: VecDeque<_> = self.sources.iter().copied().collect();
        while let Some(index) = waiting.pop_front() {
            for hearer in self.hearers.get(index).into_iter().flatten() {
                if reached.insert(*hearer) {
                    waiting.push_back(*hearer);
                }
            }
        }
        reached
    }
}

fn unreached(report: &mut Report, workflow: &DraftWorkflow<'_>, graph: &Graph) {
    let reached = graph.reached();
    for (index, node) in workflow.nodes.iter().enumerate() {
        // What subscribes to nothing is reported as that.
        if reached.contains(&index) || node.subscriptions.is_empty() {
            continue;
        }
        let name = &node.name.value;
        let mark = node.name.at.unwrap_or(node.at);
        let place = Place::new(node.prefix.clone(), mark);
        if workflow
            .exitpoint
            .is_some_and(|exitpoint| exitpoint.value == *name)
        {
            let message = format!("no message reaches the exitpoint: `{name}`");
            let remedy = "connect it with `entrypoint` by subscriptions";
            report.add(RuleId::ExitpointUnreachable, &place, message, remedy);
        } else {
            let message = format!("no message reaches `{name}`");
            let remedy = "connect it with the beginning of the workflow by subscriptions";
            report.add(RuleId::NodeUnreachable, &place, message, remedy);
        }
    }
}

/// What remains of the nodes when those that nobody waits for are taken away, again and again.
fn trimmed(edges: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut incoming = vec![0usize; edges.len()];
    for to in edges.iter().flatten() {
        if let Some(count) = incoming.get_mut(*to) {
            *count = count.saturating_add(1);
        }
    }
    let mut remaining: BTreeSet<_> = (0..edges.len()).collect();
    let is_free = |(_, count): &(usize, &usize)| **count == 0;
    let mut free: Vec<_> = incoming
        .iter()
        .enumerate()
        .filter(is_free)
        .map(|(index, _)| index)
        .collect();
    while let Some(index) = free.pop() {
        remaining.remove(&index);
        for to in edges.get(index).into_iter().flatten() {
            if let Some(count) = incoming.get_mut(*to) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    free.push(*to);
                }
            }
        }
    }
    remaining
}

fn circles(report: &mut Report, workflow: &DraftWorkflow<'_>, graph: &Graph) {
    let mut backward = vec![Vec::new(); graph.forward.len()];
    for (from, hearers) in graph.forward.iter().enumerate() {
        for to in hearers {
            if let Some(senders) = backward.get_mut(*to) {
                senders.push(from);
            }
        }
    }
    let ahead = trimmed(&graph.forward);
    let behind = trimmed(&backward);
    let circle: Vec<_> = ahead.intersection(&behind).copied().collect();
    let names: Vec<_> = circle
        .iter()
        .filter_map(|index| workflow.nodes.get(*index))
        .map(|node| format!("`{}`", node.name.value))
        .take(10)
        .collect();
    let first = circle.first().and_then(|index| workflow.nodes.get(*index));
    if let Some(first) = first {
        let place = Place::new(first.prefix.clone(), first.name.at.unwrap_or(first.at));
        let message = format!("nodes subscribe in a circle: {}", names.join(", "));
        let remedy = "make sure that messages leave the circle";
        report.add(RuleId::Cycle, &place, message, remedy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_proposed() {
        let names = ["splitter", "joiner", "entrypoint"];
        assert_eq!(
            nearest("spliter", names.iter()).as_deref(),
            Some("splitter")
        );
        assert_eq!(
            nearest("Entrypoint", names.iter()).as_deref(),
            Some("entrypoint")
        );
        assert_eq!(nearest("etl", names.iter()), None);
    }
}
