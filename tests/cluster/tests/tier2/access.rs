//! Pods are somebody to the API server, who may do what was granted and nothing else.

use std::path::Path;

use harness::cluster::Cluster;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::json;

use crate::support::pods::idle;
use crate::support::{Stage, assert_says};

/// Where a pod finds who it is.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Connects with a token and nothing else.
async fn bearer(kubeconfig: &Path, token: &str) -> Client {
    let mut kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let user = json!({ "token": token });
    kubeconfig.auth_infos[0].auth_info = Some(serde_json::from_value(user).unwrap());
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    Client::try_from(config.unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_of_a_pod_may_what_its_account_was_granted() {
    let Some(stage) = Stage::new("token").await else {
        return;
    };
    stage.create(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": { "name": "reader" },
        "rules": [{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"] }],
    }));
    stage.create(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": { "name": "reader" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader" },
        "subjects": [{ "kind": "ServiceAccount", "name": "default", "namespace": stage.namespace() }],
    }));
    stage.create(idle("client"));
    stage.ready(&["client"]);
    let token = stage.run("client", &format!("cat {ACCOUNT}/token")).stdout;
    let kubeconfig = Cluster::with_containers().unwrap().kubeconfig();
    let client = bearer(kubeconfig, &token).await;

    let maps = Api::<ConfigMap>::namespaced(client.clone(), stage.namespace());
    assert!(maps.list(&ListParams::default()).await.is_ok());

    let secrets = Api::<Secret>::namespaced(client, stage.namespace());
    let refusal = secrets.list(&ListParams::default()).await.unwrap_err();
    let expected = format!(
        "User \"system:serviceaccount:{}:default\" cannot list resource \"secrets\"",
        stage.namespace()
    );
    assert_says(refusal.to_string(), &expected);
}

#[tokio::test]
async fn a_pod_reaches_the_api_server_by_its_service() {
    let Some(stage) = Stage::new("api").await else {
        return;
    };
    stage.create(idle("client"));
    stage.ready(&["client"]);

    // What a server of HTTPS says to those who do not encrypt.
    let script = format!(
        r"printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 5 $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT | tail -n 1; cat {ACCOUNT}/namespace; ls {ACCOUNT}"
    );
    let said = stage.run("client", &script).stdout;

    let expected = "Client sent an HTTP request to an HTTPS server.\n";
    let files = "ca.crt\nnamespace\ntoken\n";
    assert_eq!(said, format!("{expected}{}{files}", stage.namespace()));
}
