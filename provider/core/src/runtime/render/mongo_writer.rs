//! The writer of the original engine.

use serde_json::{Value, json};

use super::{
    common::{self, Site},
    mongodb,
    pod::{self, Pod},
};
use crate::{
    desired::{Entry, Index},
    drift::Seal,
    runtime::{
        component::MongoWriter,
        facts::Holder,
        names::{self, Component, LOG_LEVEL},
    },
};

/// The user of the original image.
const USER: u32 = 10001;

/// The original's first process is a shell that does not hear the signal to end: waiting longer
/// helps nobody.
const GRACE: u32 = 5;

pub(super) fn render(site: Site<'_>) -> Vec<Entry> {
    let writer = &site.spec.mongo_writer;
    if !writer.enabled {
        return Vec::new();
    }
    let credentials = &site.facts.credentials;
    let seal = Seal::new(credentials.root.password.expose().as_bytes());
    let pod = Pod {
        component: Component::MongoWriter,
        user: USER,
        grace: GRACE,
        node_selector: &writer.node_selector,
        tolerations: &writer.tolerations,
        // It goes on with the password that it was started with.
        configuration: seal.fingerprint(credentials.writer.password.expose()),
        container: container(site, writer),
        volumes: Vec::new(),
    };
    let fields = json!({
        "spec": {
            "replicas": 1,
            // Two of them at the same time would write everything twice.
            "strategy": { "type": "Recreate" },
            "selector": { "matchLabels": common::selector(site.spec, Component::MongoWriter) },
            "template": pod.template(site),
        },
    });
    let component = Component::MongoWriter;
    let name = component.name(&site.spec.id);
    let workload = site.object(("apps/v1", "Deployment"), &name, Some(component), fields);
    vec![
        Entry::Object(site.secret(Holder::Writer, component)),
        mongodb::writer(site),
        Entry::Index(logs(site)),
        Entry::Object(workload),
    ]
}

/// The index by which whoever looks for logs finds those of a time, and among them those of a node
/// and a version: there are too many to read all. (research/kre.md §5.1)
fn logs(site: Site<'_>) -> Index {
    let fields = ["date", "nodeId", "versionId"];
    let steps = fields.map(|field| format!("{field}_1"));
    Index {
        database: names::database(&site.spec.id),
        collection: "logs".to_owned(),
        // As every client names one that it is given no name for: nobody makes a second one.
        name: steps.join("_"),
        fields: fields.map(|field| (field.to_owned(), true)).to_vec(),
        is_unique: false,
    }
}

fn container(site: Site<'_>, writer: &MongoWriter) -> Value {
    let nats = site.spec.endpoints().nats;
    let secret = Holder::Writer.secret(&site.spec.id);
    let uri = json!({ "secretKeyRef": { "name": secret, "key": "uri" } });
    json!({
        "name": "mongo-writer",
        "image": writer.image,
        // The name of the variable for NATS differs between releases.
        "env": [
            { "name": "KRE_NATS_URL", "value": nats },
            { "name": "KRT_NATS_SERVER", "value": nats },
            { "name": "KRE_RUNTIME_MONGO_URI", "valueFrom": uri },
            { "name": "KRE_MONGODB_CONN_TIMEOUT", "value": "120" },
            { "name": LOG_LEVEL, "value": writer.log_level.as_str() },
        ],
        "resources": pod::resources(&writer.resources),
        // It has no port to ask. Its copy of the log in a file cannot be written, and fills no disk.
        "securityContext": pod::restricted(),
    })
}
