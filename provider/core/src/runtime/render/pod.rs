//! Pods, as far as they are alike.

use serde_json::{Value, json};

use super::common::{self, Site, unless_empty};
use crate::{
    runtime::{
        component::{Amounts, Resources, Toleration},
        names::{CONFIGURATION, Component},
    },
    text::{LabelKey, LabelValue},
};
use std::collections::BTreeMap;

/// What differs between the pods of components.
pub(super) struct Pod<'s> {
    pub(super) component: Component,
    /// The user that everything in it runs as.
    pub(super) user: u32,
    /// Seconds that the containers have to end.
    pub(super) grace: u32,
    pub(super) node_selector: &'s BTreeMap<LabelKey, LabelValue>,
    pub(super) tolerations: &'s [Toleration],
    /// Changes with what it reads at its start alone.
    pub(super) configuration: Option<String>,
    pub(super) container: Value,
    pub(super) volumes: Vec<Value>,
}

impl Pod<'_> {
    /// The template of a workload.
    pub(super) fn template(self, site: Site<'_>) -> Value {
        let spec = site.spec;
        let mut annotations = common::written(&spec.annotations);
        if let Some(configuration) = self.configuration {
            annotations.insert(CONFIGURATION.to_owned(), json!(configuration));
        }
        let pull_secrets: Vec<_> = spec
            .image_pull_secrets
            .iter()
            .map(|name| json!({ "name": name }))
            .collect();
        let tolerations: Vec<_> = self.tolerations.iter().map(toleration).collect();
        json!({
            "metadata": {
                "labels": common::labels(spec, Some(self.component)),
                "annotations": unless_empty(&annotations),
            },
            "spec": {
                // Nothing in it talks to Kubernetes.
                "automountServiceAccountToken": false,
                "enableServiceLinks": false,
                "terminationGracePeriodSeconds": self.grace,
                "securityContext": {
                    "runAsNonRoot": true,
                    "runAsUser": self.user,
                    "runAsGroup": self.user,
                    "fsGroup": self.user,
                    "fsGroupChangePolicy": "OnRootMismatch",
                    "seccompProfile": { "type": "RuntimeDefault" },
                },
                "nodeSelector": unless_empty(self.node_selector),
                "tolerations": unless_empty(&tolerations),
                "imagePullSecrets": unless_empty(&pull_secrets),
                "containers": [self.container],
                "volumes": unless_empty(&self.volumes),
            },
        })
    }
}

/// What a container may do: what the profile "restricted" allows, on a file system of its own
/// that it cannot write to.
pub(super) fn restricted() -> Value {
    json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        "readOnlyRootFilesystem": true,
    })
}

/// The ports of a component's container.
pub(super) fn ports(component: Component) -> Vec<Value> {
    let port = |(name, port): &(&str, u16)| json!({ "name": name, "containerPort": port, "protocol": "TCP" });
    component.ports().iter().map(port).collect()
}

/// What a container needs and may use, as Kubernetes has it.
pub(super) fn resources(resources: &Resources) -> Value {
    let requests = resources.requests.as_ref().map(amounts);
    let limits = resources.limits.as_ref().map(amounts);
    let both = json!({ "requests": requests, "limits": limits });
    if [requests, limits]
        .into_iter()
        .flatten()
        .all(|it| it.is_null())
    {
        return Value::Null;
    }
    both
}

fn amounts(amounts: &Amounts) -> Value {
    let Amounts {
        cpu,
        memory,
        ephemeral_storage,
    } = amounts;
    let named = [
        ("cpu", cpu),
        ("memory", memory),
        ("ephemeral-storage", ephemeral_storage),
    ];
    let set = named
        .into_iter()
        .filter_map(|(name, amount)| Some((name, amount.as_ref()?)));
    unless_empty(&set.collect::<BTreeMap<_, _>>())
}

fn toleration(toleration: &Toleration) -> Value {
    let Toleration {
        key,
        operator,
        value,
        effect,
        toleration_seconds,
    } = toleration;
    json!({
        "key": key,
        "operator": operator,
        "value": value,
        "effect": effect,
        "tolerationSeconds": toleration_seconds,
    })
}

/// The three probes of a server: until it has started, whether it answers, whether it is stuck.
///
/// A server may take ten minutes to find its data again; it is asked each second, so that nobody
/// waits longer than need be.
pub(super) fn probes(started: &Value, ready: &Value, alive: &Value) -> [Value; 3] {
    let probe = |action: &Value, timing: Value| {
        let mut probe = common::written(action);
        probe.extend(common::written(&timing));
        Value::Object(probe)
    };
    [
        probe(
            started,
            json!({ "periodSeconds": 1, "timeoutSeconds": 5, "failureThreshold": 600 }),
        ),
        probe(
            ready,
            json!({ "periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 3 }),
        ),
        probe(
            alive,
            json!({ "periodSeconds": 30, "timeoutSeconds": 5, "failureThreshold": 3 }),
        ),
    ]
}
