//! The rules of a runtime that the types of its attributes cannot say.

use std::fmt;

use super::{
    component::{
        Amounts, Nats, NatsLimits, Replicas, Resources, Storage, TaintEffect, Toleration,
        TolerationOperator,
    },
    names::{COMPONENT, DOMAIN, MANAGED_BY},
    spec::RuntimeSpec,
};
use crate::path::AttributePath;

/// A rule that a configuration breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub path: AttributePath,
    /// What is wrong, as the end of a sentence that the place begins.
    pub what: String,
    /// What would be accepted: a sentence without its period.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, what, remedy } = self;
        write!(f, "`{path}` {what}. {remedy}.")
    }
}

const MEBIBYTE: u64 = 1 << 20;

/// The smallest volume, in bytes: what is smaller was meant to have a suffix, or holds no journal.
const LEAST_STORAGE: u64 = 64 * MEBIBYTE;

/// The least memory, in bytes: what is less was meant to have a suffix.
const LEAST_MEMORY: u64 = 16 * MEBIBYTE;

/// The most bytes of annotations that Kubernetes accepts, less what we add.
const MOST_ANNOTATIONS: usize = 200 * 1024;

/// Namespaces of Kubernetes itself.
const SYSTEM: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

impl RuntimeSpec {
    /// Lists every rule that it breaks.
    pub fn problems(&self) -> Vec<Problem> {
        let mut check = Check::default();
        check.namespace(self);
        check.nats(&self.nats);
        let mongodb = AttributePath::of(&["mongodb"]);
        check.storage(&self.mongodb.storage, &mongodb);
        check.resources(&self.mongodb.resources, &mongodb);
        check.tolerations(&self.mongodb.tolerations, &mongodb);
        let writer = AttributePath::of(&["mongo_writer"]);
        check.resources(&self.mongo_writer.resources, &writer);
        check.tolerations(&self.mongo_writer.tolerations, &writer);
        check.metadata(self);
        check.pull_secrets(self);
        check.found
    }
}

#[derive(Default)]
struct Check {
    found: Vec<Problem>,
}

impl Check {
    fn report(&mut self, path: AttributePath, what: impl Into<String>, remedy: impl Into<String>) {
        let (what, remedy) = (what.into(), remedy.into());
        self.found.push(Problem { path, what, remedy });
    }

    fn namespace(&mut self, spec: &RuntimeSpec) {
        let name = spec.namespace();
        let path = AttributePath::of(&["namespace"]);
        if SYSTEM.contains(&name.as_str()) {
            let what = format!("is `{name}`, which belongs to Kubernetes");
            return self.report(
                path,
                what,
                format!("Choose another one, such as `kre-{}`", spec.id),
            );
        }
        if spec.create_namespace && name.as_str() == "default" {
            let what = "is `default`, which every cluster has and nobody can create";
            let remedy = format!(
                "Set `create_namespace = false`, or choose another one, such as `kre-{}`",
                spec.id
            );
            self.report(path, what, remedy);
        }
    }

    fn nats(&mut self, nats: &Nats) {
        let path = AttributePath::of(&["nats"]);
        if nats.replicas != Replicas::One {
            let count = u32::from(nats.replicas);
            let what = format!("is {count}, but clusters of NATS are not supported yet");
            self.report(path.attribute("replicas"), what, "Set it to 1");
        }
        self.storage(&nats.storage, &path);
        self.resources(&nats.resources, &path);
        self.tolerations(&nats.tolerations, &path);
        if let Some(limits) = &nats.limits {
            self.limits(limits, nats, &path.attribute("limits"));
        }
    }

    fn limits(&mut self, limits: &NatsLimits, nats: &Nats, path: &AttributePath) {
        let bytes = [
            ("max_payload", &limits.max_payload, 64 * MEBIBYTE, "`1Mi`"),
            (
                "max_control_line",
                &limits.max_control_line,
                MEBIBYTE,
                "`4Ki`",
            ),
            ("max_pending", &limits.max_pending, 1 << 40, "`64Mi`"),
        ];
        for (name, amount, most, example) in bytes {
            let Some(amount) = amount else { continue };
            if !(1024..=most).contains(&amount.units()) {
                let what = format!("is `{amount}`, but must be `1Ki` to {}", mebibytes(most));
                self.report(
                    path.attribute(name),
                    what,
                    format!("Set it to a size such as {example}"),
                );
            }
        }
        if let (Some(payload), Some(pending)) = (&limits.max_payload, &limits.max_pending)
            && payload > pending
            && pending.units() >= 1024
        {
            let what = format!(
                "is `{payload}`, but no message may be larger than `max_pending`, which is `{pending}`"
            );
            let remedy = format!("Lower it to `{pending}` or less, or raise `max_pending`");
            self.report(path.attribute("max_payload"), what, remedy);
        }
        let most = nats
            .resources
            .limits
            .as_ref()
            .and_then(|it| it.memory.as_ref());
        if let (Some(memory), Some(most)) = (&limits.max_memory, most)
            && memory >= most
            && most.units() >= LEAST_MEMORY
        {
            let what = format!("is `{memory}`, but the server may use `{most}` of memory in all");
            let remedy =
                format!("Set it to less than `{most}`, or raise `nats.resources.limits.memory`");
            self.report(path.attribute("max_memory"), what, remedy);
        }
    }

    fn storage(&mut self, storage: &Storage, path: &AttributePath) {
        if storage.size.units() < LEAST_STORAGE {
            let what = format!("is `{}`, but must be at least `64Mi`", storage.size);
            let path = path.attribute("storage").attribute("size");
            self.report(path, what, "Set it to a size such as `5Gi`");
        }
    }

    fn resources(&mut self, resources: &Resources, path: &AttributePath) {
        let path = path.attribute("resources");
        let none = Amounts::default();
        let requests = resources.requests.as_ref().unwrap_or(&none);
        let limits = resources.limits.as_ref().unwrap_or(&none);
        let before = self.found.len();
        for (name, amounts) in [("requests", requests), ("limits", limits)] {
            self.amounts(amounts, &path.attribute(name));
        }
        // What is wrong by itself is not compared as well.
        if self.found.len() > before {
            return;
        }
        let pairs = [
            ("cpu", &requests.cpu, &limits.cpu),
            ("memory", &requests.memory, &limits.memory),
            (
                "ephemeral_storage",
                &requests.ephemeral_storage,
                &limits.ephemeral_storage,
            ),
        ];
        for (name, request, limit) in pairs {
            if let (Some(request), Some(limit)) = (request, limit)
                && request > limit
            {
                let what = format!("is `{request}`, but at most `{limit}` may be used");
                let remedy = format!("Lower it to `{limit}` or less, or raise `limits.{name}`");
                self.report(path.attribute("requests").attribute(name), what, remedy);
            }
        }
    }

    fn amounts(&mut self, amounts: &Amounts, path: &AttributePath) {
        if amounts.cpu.as_ref().is_some_and(|it| it.units() == 0) {
            let what = "is nothing, but must be at least `1m`";
            self.report(
                path.attribute("cpu"),
                what,
                "Set it to an amount such as `500m`",
            );
        }
        if let Some(memory) = amounts
            .memory
            .as_ref()
            .filter(|it| it.units() < LEAST_MEMORY)
        {
            let what = format!("is `{memory}`, but must be at least `16Mi`");
            self.report(
                path.attribute("memory"),
                what,
                "Set it to an amount such as `256Mi`",
            );
        }
        if let Some(space) = amounts
            .ephemeral_storage
            .as_ref()
            .filter(|it| it.units() < MEBIBYTE)
        {
            let what = format!("is `{space}`, but must be at least `1Mi`");
            let path = path.attribute("ephemeral_storage");
            self.report(path, what, "Set it to an amount such as `1Gi`");
        }
    }

    fn tolerations(&mut self, tolerations: &[Toleration], path: &AttributePath) {
        let path = path.attribute("tolerations");
        for (index, toleration) in tolerations.iter().enumerate() {
            self.toleration(toleration, &path.index(index));
        }
    }

    fn toleration(&mut self, toleration: &Toleration, path: &AttributePath) {
        let exists = toleration.operator == TolerationOperator::Exists;
        if exists
            && toleration
                .value
                .as_ref()
                .is_some_and(|it| !it.as_str().is_empty())
        {
            let what = "is set, but has no meaning where the operator is `Exists`";
            self.report(
                path.attribute("value"),
                what,
                "Remove it, or set the operator to `Equal`",
            );
        }
        let every = toleration
            .key
            .as_ref()
            .is_none_or(|it| it.as_str().is_empty());
        if every && !exists {
            let what = "is missing, but is needed where the operator is `Equal`";
            let remedy =
                "Set it to the key of a taint such as `dedicated`, or the operator to `Exists`";
            self.report(path.attribute("key"), what, remedy);
        }
        if toleration.toleration_seconds.is_some()
            && toleration.effect != Some(TaintEffect::NoExecute)
        {
            let what = "is set, but only pods that have to leave can stay for a time";
            let remedy = "Remove it, or set the effect to `NoExecute`";
            self.report(path.attribute("toleration_seconds"), what, remedy);
        }
    }

    fn metadata(&mut self, spec: &RuntimeSpec) {
        for key in spec.labels.keys() {
            let ours = [MANAGED_BY, COMPONENT].contains(&key.as_str());
            self.key("labels", key.as_str(), ours);
        }
        for key in spec.annotations.keys() {
            self.key("annotations", key.as_str(), false);
        }
        let texts = spec.annotations.iter();
        let size: usize = texts
            .map(|(key, value)| key.as_str().len() + value.len())
            .sum();
        if size > MOST_ANNOTATIONS {
            let what = format!(
                "have {size} bytes, but Kubernetes takes at most {MOST_ANNOTATIONS} besides ours"
            );
            let remedy = "Put long texts into a ConfigMap, and their name here, such as `notes`";
            self.report(AttributePath::of(&["annotations"]), what, remedy);
        }
    }

    fn key(&mut self, attribute: &'static str, key: &str, ours: bool) {
        let domain = key.split_once('/').map_or("", |(domain, _)| domain);
        let path = || AttributePath::of(&[attribute]).key(key);
        if ours || key.starts_with(DOMAIN) {
            let what = "is a key that the provider sets itself";
            self.report(
                path(),
                what,
                "Choose another key, such as `example.com/team`",
            );
        } else if domain.len() > 253 {
            let what = "has a domain of more than 253 characters";
            self.report(
                path(),
                what,
                "Choose a shorter one, such as `example.com/team`",
            );
        }
    }

    fn pull_secrets(&mut self, spec: &RuntimeSpec) {
        let names = &spec.image_pull_secrets;
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                let path = AttributePath::of(&["image_pull_secrets"]).index(index);
                let what = format!("is `{name}`, which is in the list already");
                self.report(
                    path,
                    what,
                    "Remove it, or name another Secret such as `registry-credentials`",
                );
            }
        }
    }
}

fn mebibytes(bytes: u64) -> String {
    match bytes / MEBIBYTE {
        count if count >= 1 << 20 => format!("`{}Ti`", count >> 20),
        count => format!("`{count}Mi`"),
    }
}
