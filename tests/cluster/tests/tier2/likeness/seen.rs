//! What is seen of a pod by whoever waits for it.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use harness::cluster::{Cluster, client_of};
use harness::patience::{PATIENCE, eventually};
use harness::report::{OrFail, fail};
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::{WatchEvent, WatchParams};
use serde_json::Value;
use tokio::time::timeout;

use crate::support::Stage;
use crate::support::pods::{container, restarts, status};

/// The name of the pod.
const NAME: &str = "greeter";

/// What volumes with the account's token are called, and more.
const ACCESS: &str = "kube-api-access-";

/// What stands for a word that is not there, and nowhere else.
const NONE: &str = "\n";

/// How long a burst of events lasts.
const BURST: Duration = Duration::from_secs(1);

/// When enough is seen: a state of the container, and an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    /// For what it waits; it runs if for nothing.
    reason: Option<&'static str>,
    event: &'static str,
}

impl Until {
    pub(super) fn waits(reason: &'static str, event: &'static str) -> Self {
        let reason = Some(reason);
        Self { reason, event }
    }

    pub(super) fn runs(event: &'static str) -> Self {
        let reason = None;
        Self { reason, event }
    }

    fn is_reached(self, pod: &Value) -> bool {
        let state = &container(pod)["state"];
        match self.reason {
            Some(reason) => state["waiting"]["reason"] == reason,
            None => state["running"].is_object(),
        }
    }
}

/// What was seen of a pod.
#[derive(Debug)]
pub(super) struct Seen {
    /// The states of the pod and its container, one after the other.
    pub(super) steps: Vec<String>,
    /// Everything in the status in the end, and the events.
    facts: BTreeSet<String>,
}

impl Seen {
    /// Returns what is told by a kubelet or where pods are played, and not by both.
    pub(super) fn differences(&self, played: &Self) -> Vec<String> {
        let alone = |who: &str, one: &BTreeSet<String>, other: &BTreeSet<String>| {
            let lines = one.difference(other).map(|line| format!("{who}: {line}"));
            lines.collect::<Vec<_>>()
        };
        let steps = |seen: &Self| {
            seen.steps
                .iter()
                .map(|step| format!("step {step}"))
                .collect()
        };
        let (real_steps, played_steps): (BTreeSet<_>, BTreeSet<_>) = (steps(self), steps(played));
        let common = |seen: &Self, other: &Self| {
            let steps = seen.steps.iter();
            let steps = steps.filter(|step| other.steps.contains(step));
            steps.cloned().collect::<Vec<_>>()
        };
        let (one, other) = (common(self, played), common(played, self));
        let mut found = alone("only by a kubelet", &real_steps, &played_steps);
        if one != other {
            found.push(format!("in another order: {one:?}, {other:?}"));
        }
        found.extend(alone("only where played", &played_steps, &real_steps));
        found.extend(alone("only by a kubelet", &self.facts, &played.facts));
        found.extend(alone("only where played", &played.facts, &self.facts));
        found
    }
}

/// Creates a pod, and watches it until enough is seen.
pub(super) async fn see(cluster: &Cluster, stage: &Stage, pod: Value, until: Until) -> Seen {
    let client = client_of(cluster.kubeconfig()).await;
    let pods = Api::namespaced(client, stage.namespace());
    let created = stage.create(pod);
    let since = created["metadata"]["resourceVersion"].as_str();
    let watched = watch(&pods, since.unwrap_or_default(), until);
    let watched = timeout(PATIENCE, watched).await;
    let mut history = watched.or_fail(format!("not seen in time: {until:?}"));
    let Some(last) = history.pop() else {
        fail("nothing is seen")
    };
    eventually(until.event, || {
        let events = stage.objects.list("Event", stage.namespace());
        if events.iter().any(|it| it["reason"] == until.event) {
            return Ok(());
        }
        Err(format!("{events:#?}"))
    });
    tokio::time::sleep(BURST).await;
    let words = Words::of(stage, &last);
    let mut steps: Vec<_> = history.iter().chain([&last]).filter_map(step).collect();
    steps.dedup();
    let mut facts = BTreeSet::new();
    words.flatten("status", status(&last), &mut facts);
    for event in stage.objects.list("Event", stage.namespace()) {
        facts.insert(words.event(&event));
    }
    Seen { steps, facts }
}

async fn watch(pods: &Api<Pod>, since: &str, until: Until) -> Vec<Value> {
    let parameters = WatchParams::default().fields(&format!("metadata.name={NAME}"));
    let changes = pods.watch(&parameters, since).await;
    let mut changes = changes.or_fail("the pod is not watched").boxed();
    let mut history = Vec::new();
    while let Some(change) = changes.try_next().await.or_fail("the watch breaks off") {
        if let WatchEvent::Added(pod) | WatchEvent::Modified(pod) = change {
            let pod = serde_json::to_value(pod).unwrap_or_default();
            let is_reached = until.is_reached(&pod);
            history.push(pod);
            if is_reached {
                break;
            }
        }
    }
    history
}

/// Says in which state a pod and its container are, once somebody has looked at it.
fn step(pod: &Value) -> Option<String> {
    let seen = container(pod);
    let state = |state: &Value| {
        let (kind, state) = state.as_object()?.iter().next()?;
        let words = [&state["reason"], &state["exitCode"]];
        let words = words.iter().filter(|word| !word.is_null());
        Some(words.fold(kind.clone(), |text, word| format!("{text} {word}")))
    };
    let now = state(&seen["state"])?;
    let before = state(&seen["lastState"]).unwrap_or_else(|| "nothing".to_owned());
    let phase = &status(pod)["phase"];
    let ready = &seen["ready"];
    let count = restarts(pod);
    Some(format!(
        "{phase}: {now}, ready {ready}, after {before}, {count} restarts"
    ))
}

/// What is another word each time, and what stands for it.
struct Words(Vec<(String, &'static str)>);

impl Words {
    fn of(stage: &Stage, pod: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or(NONE).to_owned();
        Self(vec![
            (text(&pod["metadata"]["uid"]), "UID"),
            (stage.namespace().to_owned(), "NAMESPACE"),
            (text(&pod["spec"]["nodeName"]), "NODE"),
            (text(&status(pod)["podIP"]), "POD"),
            (text(&status(pod)["hostIP"]), "HOST"),
        ])
    }

    /// Collects every field below a place, each with its value.
    fn flatten(&self, place: &str, value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.flatten(&format!("{place}.{name}"), value, into);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    // Conditions are named, not numbered.
                    let name = value["type"].as_str().map(str::to_owned);
                    let name = name.unwrap_or_else(|| index.to_string());
                    self.flatten(&format!("{place}[{name}]"), value, into);
                }
            }
            Value::String(text) => {
                into.insert(format!("{place}: {}", self.steady(place, text)));
            }
            value => {
                into.insert(format!("{place}: {value}"));
            }
        }
    }

    fn steady(&self, place: &str, text: &str) -> String {
        let (_, name) = place.rsplit_once('.').unwrap_or_default();
        if text.starts_with(ACCESS) {
            return ACCESS.to_owned();
        }
        if name.ends_with("At") || name.ends_with("Time") {
            return "TIME".to_owned();
        }
        if let Some((scheme, _)) = text.split_once("://").filter(|_| name == "containerID") {
            return format!("{scheme}://ID");
        }
        self.replaced(text)
    }

    fn replaced(&self, text: &str) -> String {
        let replace = |text: String, (word, name): &(String, &str)| text.replace(word, name);
        let text = self.0.iter().fold(text.to_owned(), replace);
        // Who is asked for names.
        match (text.find(" on "), text.find(":53: ")) {
            (Some(from), Some(to)) if from < to => {
                let (before, after) = (text.get(..from), text.get(to..));
                format!(
                    "{} on DNS{}",
                    before.unwrap_or_default(),
                    after.unwrap_or_default()
                )
            }
            _ => text,
        }
    }

    fn event(&self, event: &Value) -> String {
        let text = |pointer: &str| {
            let text = event.pointer(pointer).and_then(Value::as_str);
            self.replaced(text.unwrap_or("-"))
        };
        let who = text("/source/component");
        let (kind, reason, message) = (text("/type"), text("/reason"), text("/message"));
        let place = text("/involvedObject/fieldPath");
        format!("event of {who} about {place}: {kind} {reason}: {message}")
    }
}
