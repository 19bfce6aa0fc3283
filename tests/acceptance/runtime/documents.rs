//! What is known to the MongoDB of a runtime: who may log in, and by what logs are found.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use harness::{cluster::Cluster as Machine, patience::PATIENCE};
use kre_core::runtime::Credential;
use kre_engine::{
    documents::{Documents, Login},
    forward::{Forwards, Port},
    kubernetes::{Arguments, Cluster, Limits, Settings},
};
use tokio::{runtime::Builder, time::Instant};

use crate::cluster::ClusterStage;

/// The first user of all, whom nothing has to make.
const ROOT: &str = "root";

/// The index that every collection has.
const PRIMARY: &str = "_id_";

/// Returns the users and indexes that MongoDB knows, as a runtime names them.
#[track_caller]
pub(super) fn of(stage: &ClusterStage) -> BTreeSet<String> {
    let server = Port {
        namespace: stage.namespace(),
        pod: format!("{}-mongo-0", stage.id()),
        port: 27017,
    };
    let secret = format!("{}-mongo", stage.id());
    let login = Login {
        credential: credential(stage, &secret),
        secret,
    };
    let asked = async {
        let forwards = Forwards::new(cluster());
        let until = Instant::now() + PATIENCE;
        let documents = Documents::open(&forwards, &server, &login, until);
        let documents = documents.await.unwrap();
        let users = documents.users("admin", until).await.unwrap();
        let indexes = documents.indexes(stage.id(), "logs", until).await.unwrap();
        documents.close().await;
        (users, indexes)
    };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (users, indexes) = runtime.block_on(asked);
    let users = users.into_keys().filter(|name| name != ROOT);
    let users = users.map(|name| format!("MongoDB user {name}"));
    let indexes = indexes.into_keys().filter(|name| name != PRIMARY);
    let indexes = indexes.map(|name| format!("MongoDB index {}.logs {name}", stage.id()));
    users.chain(indexes).collect()
}

/// Reads what is in a Secret.
#[track_caller]
fn credential(stage: &ClusterStage, secret: &str) -> Credential {
    let secret = stage.objects.get("Secret", &stage.place(secret)).unwrap();
    let data = secret["data"].as_object().unwrap();
    let data = data.iter().map(|(key, value)| {
        let value = STANDARD.decode(value.as_str().unwrap()).unwrap();
        (key.clone(), value)
    });
    Credential::of_secret(&data.collect::<BTreeMap<_, _>>()).unwrap()
}

/// The cluster of the tests, as its administrator sees it.
fn cluster() -> Cluster {
    let arguments = Arguments {
        config_path: Some(Machine::shared().kubeconfig().to_owned()),
        ..Arguments::default()
    };
    Cluster::new(Settings::new(arguments, |_| None), Limits::default())
}
