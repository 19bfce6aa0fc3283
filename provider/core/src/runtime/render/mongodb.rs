//! MongoDB: one member with authentication.

use serde_json::{Value, json};

use super::{
    common::Site,
    pod::{self, Pod},
    storage,
};
use crate::{
    desired::{Entry, Role, User},
    runtime::{
        component::MongoDb,
        facts::Holder,
        names::{self, Component, VOLUME},
    },
};

/// The user of the official image.
const USER: u32 = 999;

/// The database that knows all users.
const USERS: &str = "admin";

/// The database that the original runners look in for what was saved before runtimes had
/// databases of their own.
const SHARED: &str = "data";

pub(super) fn render(site: Site<'_>) -> Vec<Entry> {
    let mongodb = &site.spec.mongodb;
    let pod = Pod {
        component: Component::MongoDb,
        user: USER,
        grace: 60,
        node_selector: &mongodb.node_selector,
        tolerations: &mongodb.tolerations,
        configuration: None,
        container: container(mongodb, &Holder::Root.secret(&site.spec.id)),
        volumes: vec![json!({ "name": "tmp", "emptyDir": {} })],
    };
    let root = site.secret(Holder::Root, Component::MongoDb);
    let mut entries = vec![
        // Without it nobody gets at the data.
        Entry::Object(root.holding_data()),
        Entry::Object(site.secret(Holder::Client, Component::MongoDb)),
        Entry::Object(site.service(Component::MongoDb)),
    ];
    let template = pod.template(site);
    entries.extend(storage::render(
        site,
        Component::MongoDb,
        &mongodb.storage,
        &template,
    ));
    entries.push(client(site));
    entries
}

fn container(mongodb: &MongoDb, secret: &str) -> Value {
    let ports = pod::ports(Component::MongoDb);
    // While the image makes its first user, the server listens to itself alone: that the port is
    // open says more than any command inside the container, and costs nothing.
    let open = json!({ "tcpSocket": { "port": "mongodb" } });
    let [started, ready, alive] = pod::probes(&open, &open, &open);
    let from = |key: &str| json!({ "secretKeyRef": { "name": secret, "key": key } });
    json!({
        "name": "mongodb",
        "image": mongodb.image,
        // The image would add it only if it found both variables.
        "args": ["--auth"],
        "env": [
            { "name": "MONGO_INITDB_ROOT_USERNAME", "valueFrom": from("username") },
            { "name": "MONGO_INITDB_ROOT_PASSWORD", "valueFrom": from("password") },
        ],
        "ports": ports,
        "resources": pod::resources(&mongodb.resources),
        "startupProbe": started,
        "readinessProbe": ready,
        "livenessProbe": alive,
        "securityContext": pod::restricted(),
        "volumeMounts": [
            { "name": VOLUME, "mountPath": "/data/db" },
            { "name": "tmp", "mountPath": "/tmp" },
        ],
    })
}

/// The user of nodes and entrypoints: reads archives, and does what it likes with what is saved.
fn client(site: Site<'_>) -> Entry {
    let roles = [
        ("read", names::database(&site.spec.id)),
        ("readWrite", names::data_database(&site.spec.id)),
        ("readWrite", SHARED.to_owned()),
    ];
    user(site, Holder::Client, roles)
}

/// The user of the writer: adds documents and logs.
pub(super) fn writer(site: Site<'_>) -> Entry {
    let roles = [
        ("readWrite", names::database(&site.spec.id)),
        ("readWrite", names::data_database(&site.spec.id)),
    ];
    user(site, Holder::Writer, roles)
}

fn user(
    site: Site<'_>,
    holder: Holder,
    roles: impl IntoIterator<Item = (&'static str, String)>,
) -> Entry {
    let credential = site.facts.credentials.of(holder);
    let user = User {
        database: USERS.to_owned(),
        // Not the credential's: names are known without facts.
        name: holder.username().to_owned(),
        roles: roles
            .into_iter()
            .map(|(name, database)| Role { name, database })
            .collect(),
    };
    Entry::User(user, credential.password.clone())
}
