//! NATS with JetStream.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    common::Site,
    pod::{self, Pod},
    storage,
};
use crate::{
    desired::Entry,
    runtime::{
        component::{Nats, NatsLimits},
        names::{self, Component, VOLUME},
        reference,
    },
    text::Quantity,
};

/// Whom the server runs as. The image has no user of its own, and takes any.
const USER: u32 = 1000;

/// Bytes of memory for what is not stored, where nothing limits the server. None at all would
/// fail clients that watch a bucket: their consumers are in memory.
const MEMORY: u64 = 256 << 20;

pub(super) fn render(site: Site<'_>) -> Vec<Entry> {
    let nats = &site.spec.nats;
    let text = configuration(nats);
    let pod = Pod {
        component: Component::Nats,
        user: USER,
        grace: 60,
        node_selector: &nats.node_selector,
        tolerations: &nats.tolerations,
        configuration: Some(reference::digits(&text)),
        container: container(nats),
        volumes: vec![json!({
            "name": "config",
            "configMap": { "name": names::nats_configuration(&site.spec.id) },
        })],
    };
    let configuration = site.object(
        ("v1", "ConfigMap"),
        &names::nats_configuration(&site.spec.id),
        Some(Component::Nats),
        json!({ "data": { "nats.conf": text } }),
    );
    let mut entries = vec![
        Entry::Object(configuration),
        Entry::Object(site.service(Component::Nats)),
    ];
    let template = pod.template(site);
    entries.extend(storage::render(
        site,
        Component::Nats,
        &nats.storage,
        &template,
    ));
    entries
}

fn container(nats: &Nats) -> Value {
    let ports = pod::ports(Component::Nats);
    let health = |path: &str| json!({ "httpGet": { "path": path, "port": "monitor" } });
    // Ready as soon as clients are served; alive as long as JetStream is switched on. Streams that
    // are slow to come back are no reason to start again.
    let [started, ready, alive] = pod::probes(
        &health("/healthz"),
        &health("/healthz?js-server-only=true"),
        &health("/healthz?js-enabled-only=true"),
    );
    let name = json!({ "fieldRef": { "fieldPath": "metadata.name" } });
    let mut environment = vec![json!({ "name": "POD_NAME", "valueFrom": name })];
    if let Some(memory) = most_memory(nats) {
        // The garbage collector works harder before the limit ends the server.
        let share = memory / 10 * 9;
        environment.push(json!({ "name": "GOMEMLIMIT", "value": format!("{share}B") }));
    }
    json!({
        "name": "nats",
        "image": nats.image,
        // Images with and without a shell both put the server before this.
        "args": ["--config", "/etc/nats-config/nats.conf"],
        "env": environment,
        "ports": ports,
        "resources": pod::resources(&nats.resources),
        "startupProbe": started,
        "readinessProbe": ready,
        "livenessProbe": alive,
        "securityContext": pod::restricted(),
        "volumeMounts": [
            { "name": "config", "mountPath": "/etc/nats-config", "readOnly": true },
            { "name": VOLUME, "mountPath": "/data" },
        ],
    })
}

fn most_memory(nats: &Nats) -> Option<u64> {
    let limits = nats.resources.limits.as_ref()?;
    Some(limits.memory.as_ref()?.units())
}

/// The file that the server reads.
fn configuration(nats: &Nats) -> String {
    let limits = nats.limits.clone().unwrap_or_default();
    let NatsLimits {
        max_memory,
        max_payload,
        max_control_line,
        max_pending,
        max_connections,
        max_subscriptions,
        max_pings,
        ping_interval,
        write_deadline,
    } = &limits;
    let bytes = |quantity: &Option<Quantity>| quantity.as_ref().map(|it| it.units().to_string());
    let count = |count: &Option<u32>| count.map(|it| it.to_string());
    let set = [
        ("max_payload", bytes(max_payload)),
        ("max_control_line", bytes(max_control_line)),
        ("max_pending", bytes(max_pending)),
        ("max_connections", count(max_connections)),
        ("max_subscriptions", count(max_subscriptions)),
        ("ping_max", count(max_pings)),
        (
            "ping_interval",
            ping_interval.as_ref().map(|it| format!("\"{it}\"")),
        ),
        (
            "write_deadline",
            write_deadline.as_ref().map(|it| format!("\"{it}\"")),
        ),
    ];
    let mut text = "server_name: $POD_NAME\nport: 4222\nhttp_port: 8222\n".to_owned();
    for (name, value) in set {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name}: {value}");
        }
    }
    let default = most_memory(nats).map_or(MEMORY, |most| most / 4);
    let memory = max_memory.as_ref().map_or(default, Quantity::units);
    // A file system needs some of the volume itself.
    let file = nats.storage.size.units() / 10 * 9;
    let _ = write!(
        text,
        "jetstream {{\n  store_dir: \"/data\"\n  max_memory_store: {memory}\n  max_file_store: {file}\n}}\n"
    );
    text
}
