//! What the tests stand on: a cluster that they share, and what its kubeconfig says.

use std::{path::Path, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use harness::{
    cluster::{Cluster as Machine, Options, Tool, client_of},
    report::OrFail,
};
use k8s_openapi::api::{
    authentication::v1::{TokenRequest, TokenRequestSpec},
    core::v1::{ConfigMap, ServiceAccount},
};
use kre_engine::kubernetes::{Arguments, Cluster, ConnectError, Failure, Limits, Settings};
use kube::{
    Api,
    api::{ObjectMeta, PostParams},
    config::Kubeconfig,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

/// The cluster that all tests of this process share.
#[track_caller]
pub(crate) fn machine() -> &'static Machine {
    Machine::shared()
}

/// Starts a cluster that a test may break.
#[track_caller]
pub(crate) fn start() -> Machine {
    let tool = Tool::with(&[]).or_fail("no tool");
    let options = Options {
        nodes: 1,
        ..Options::default()
    };
    Machine::start(tool, &options).or_fail("no cluster to test with")
}

/// What the administrator's kubeconfig says, in the terms of the provider block.
#[derive(Clone)]
pub(crate) struct Administrator {
    pub(crate) host: String,
    pub(crate) authority: String,
    pub(crate) certificate: String,
    pub(crate) key: SecretString,
}

pub(crate) fn administrator(kubeconfig: &Path) -> Administrator {
    let config = Kubeconfig::read_from(kubeconfig).unwrap();
    let cluster = config.clusters[0].cluster.clone().unwrap();
    let user = config.auth_infos[0].auth_info.clone().unwrap();
    let text = |data: &str| String::from_utf8(STANDARD.decode(data).unwrap()).unwrap();
    Administrator {
        host: cluster.server.unwrap(),
        authority: text(&cluster.certificate_authority_data.unwrap()),
        certificate: text(&user.client_certificate_data.unwrap()),
        key: text(user.client_key_data.unwrap().expose_secret()).into(),
    }
}

/// The provider block of somebody who has not said yet who they are.
pub(crate) fn anonymous() -> Arguments {
    let Administrator {
        host, authority, ..
    } = administrator(machine().kubeconfig());
    Arguments {
        host: Some(host),
        cluster_ca_certificate: Some(authority),
        ..Arguments::default()
    }
}

/// The provider block that names the administrator's kubeconfig.
pub(crate) fn by_kubeconfig() -> Arguments {
    Arguments {
        config_path: Some(machine().kubeconfig().to_owned()),
        ..Arguments::default()
    }
}

pub(crate) fn cluster(arguments: Arguments) -> Cluster {
    Cluster::new(Settings::new(arguments, |_| None), Limits::default())
}

pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// Asks for the config maps of namespace `default`, as the smallest thing that has to be allowed.
pub(crate) async fn ask(cluster: &Cluster) -> Result<(), Failure> {
    let client = cluster.client(soon()).await?;
    let maps: Api<ConfigMap> = Api::namespaced(client, "default");
    match maps.list(&kube::api::ListParams::default()).await {
        Ok(_) => Ok(()),
        Err(error) => Err(cluster.explain(error).await),
    }
}

#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>) -> Arc<ConnectError> {
    answer.expect_err("it should have been refused")
}

/// Makes a service account without rights, and returns a token of it.
pub(crate) async fn token(name: &str) -> SecretString {
    let client = client_of(machine().kubeconfig()).await;
    let accounts: Api<ServiceAccount> = Api::namespaced(client, "default");
    let account = ServiceAccount {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            ..ObjectMeta::default()
        },
        ..ServiceAccount::default()
    };
    accounts
        .create(&PostParams::default(), &account)
        .await
        .unwrap();
    let request = TokenRequest {
        spec: TokenRequestSpec::default(),
        ..TokenRequest::default()
    };
    let issued = accounts
        .create_token_request(name, &PostParams::default(), &request)
        .await;
    issued.unwrap().status.unwrap().token.into()
}
