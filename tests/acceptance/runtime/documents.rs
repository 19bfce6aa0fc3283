//! Who may log in to the MongoDB of a runtime.

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

/// Returns the users that MongoDB knows, as a runtime names them.
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
        let users = documents.users("admin", until).await;
        documents.close().await;
        users.unwrap()
    };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let users = runtime
        .block_on(asked)
        .into_keys()
        .filter(|name| name != ROOT);
    users.map(|name| format!("MongoDB user {name}")).collect()
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
