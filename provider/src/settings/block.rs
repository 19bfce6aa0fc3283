//! The arguments of the provider block.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use kre_core::text::GoDuration;
use kre_engine::kubernetes::{Arguments, Exec as Command};
use schemars::JsonSchema;
use serde::Deserialize;

/// How long hopeless waits go on where nothing is said.
const FAIL_FAST: Duration = Duration::from_mins(1);

/// Runs AI workloads on Kubernetes: runtimes, versions, workflows, publications.
///
/// Arguments and variables that name the cluster are those of the provider `kubernetes`. An
/// argument beats its variable, a variable beats the kubeconfig, and where neither names a cluster
/// the one is used in which Terraform itself runs as a pod. The variable `KUBECONFIG` and the file
/// `~/.kube/config` are not looked at unless `use_kubeconfig_env` or `config_path` say so. Nothing
/// is read, run or opened before something has to be asked, so a first plan needs no cluster.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Block {
    /// Address of the API server, such as `https://cluster.example.com:6443`; also `KUBE_HOST`.
    /// Not together with a kubeconfig.
    #[schemars(length(min = 1))]
    host: Option<String>,
    /// Bearer token; also `KUBE_TOKEN`. A token ends at some time and is not renewed: `exec` is.
    #[schemars(length(min = 1), extend("x-terraform" = {"sensitive": true}))]
    token: Option<String>,
    /// Certificate of the user, in PEM; also `KUBE_CLIENT_CERT_DATA`. Kubeconfigs hold it in
    /// base64: unpack it with `base64decode`.
    #[schemars(length(min = 1))]
    client_certificate: Option<String>,
    /// Key of `client_certificate`, in PEM; also `KUBE_CLIENT_KEY_DATA`.
    #[schemars(length(min = 1), extend("x-terraform" = {"sensitive": true}))]
    client_key: Option<String>,
    /// Certificate of the authority that signed the API server's, in PEM; also
    /// `KUBE_CLUSTER_CA_CERT_DATA`. Without one, those that this machine trusts.
    #[schemars(length(min = 1))]
    cluster_ca_certificate: Option<String>,
    /// Name that the API server's certificate has to have, if it is not the host's; also
    /// `KUBE_TLS_SERVER_NAME`.
    #[schemars(length(min = 1))]
    tls_server_name: Option<String>,
    /// Whether any certificate of the API server will do; also `KUBE_INSECURE`. Whoever sits in
    /// between can then read and change everything.
    insecure: Option<bool>,
    /// Proxy before the API server, as `http://`, `https://` or `socks5://`; also
    /// `KUBE_PROXY_URL`, then `HTTPS_PROXY` except for the hosts in `NO_PROXY`.
    #[schemars(length(min = 1), extend("x-terraform" = {"sensitive": true}))]
    proxy_url: Option<String>,
    /// Path of a kubeconfig; also `KUBE_CONFIG_PATH`.
    #[schemars(length(min = 1))]
    config_path: Option<String>,
    /// Paths of kubeconfigs that are merged, the first that says something wins; also
    /// `KUBE_CONFIG_PATHS`, with colons between.
    #[schemars(length(min = 1), inner(length(min = 1)))]
    config_paths: Option<Vec<String>>,
    /// Context of the kubeconfig; also `KUBE_CTX`. Without one, its `current-context`.
    #[schemars(length(min = 1))]
    config_context: Option<String>,
    /// User of the kubeconfig, instead of the context's; also `KUBE_CTX_AUTH_INFO`.
    #[schemars(length(min = 1))]
    config_context_auth_info: Option<String>,
    /// Cluster of the kubeconfig, instead of the context's; also `KUBE_CTX_CLUSTER`.
    #[schemars(length(min = 1))]
    config_context_cluster: Option<String>,
    /// Command that issues credentials, and is run again when they end or are refused.
    exec: Option<Exec>,
    /// Whether the variable `KUBECONFIG` names the kubeconfigs. It is ignored otherwise, because a
    /// shell that was set up for another cluster would have this one's work done there.
    #[serde(default)]
    use_kubeconfig_env: bool,
    /// The only cluster to touch, by the uid of its namespace `kube-system`, as `kubectl get
    /// namespace kube-system -o jsonpath={.metadata.uid}` prints it. Any other is refused before
    /// anything is read or written there.
    #[schemars(length(min = 1))]
    expected_cluster_uid: Option<String>,
    /// How long something that cannot heal by waiting is waited for nevertheless, such as `60s` or
    /// `1m30s`; resources can say otherwise.
    #[schemars(extend("default" = fail_fast()))]
    fail_fast: Option<GoDuration>,
}

/// A command that issues credentials.
#[derive(Deserialize, JsonSchema)]
struct Exec {
    /// Version of what the command reads and prints.
    api_version: Version,
    /// Name or path of the command.
    #[schemars(length(min = 1))]
    command: String,
    /// Arguments of the command.
    #[serde(default)]
    args: Vec<String>,
    /// Variables that the command has besides those of this process.
    #[serde(default)]
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    env: BTreeMap<String, String>,
}

#[derive(Deserialize, JsonSchema)]
enum Version {
    /// For current commands.
    #[serde(rename = "client.authentication.k8s.io/v1")]
    V1,
    /// For older ones.
    #[serde(rename = "client.authentication.k8s.io/v1beta1")]
    V1Beta1,
}

fn fail_fast() -> String {
    format!("{}s", FAIL_FAST.as_secs())
}

impl Block {
    /// What the block says of the cluster.
    pub(super) fn arguments(self) -> Arguments {
        let Self {
            host,
            token,
            client_certificate,
            client_key,
            cluster_ca_certificate,
            tls_server_name,
            insecure,
            proxy_url,
            config_path,
            config_paths,
            config_context,
            config_context_auth_info,
            config_context_cluster,
            exec,
            use_kubeconfig_env,
            expected_cluster_uid,
            fail_fast: _,
        } = self;
        Arguments {
            host,
            token: token.map(Into::into),
            client_certificate,
            client_key: client_key.map(Into::into),
            cluster_ca_certificate,
            tls_server_name,
            insecure,
            proxy_url: proxy_url.map(Into::into),
            config_path: config_path.map(PathBuf::from),
            config_paths: config_paths.map(|paths| paths.into_iter().map(PathBuf::from).collect()),
            config_context,
            config_context_auth_info,
            config_context_cluster,
            exec: exec.map(Exec::command),
            use_kubeconfig_env,
            expected_cluster_uid,
        }
    }

    /// How long hopeless waits go on.
    pub(super) fn fail_fast(&self) -> Duration {
        self.fail_fast.as_ref().map_or(FAIL_FAST, GoDuration::span)
    }
}

impl Exec {
    fn command(self) -> Command {
        let Self {
            api_version,
            command,
            args,
            env,
        } = self;
        let version = match api_version {
            Version::V1 => "client.authentication.k8s.io/v1",
            Version::V1Beta1 => "client.authentication.k8s.io/v1beta1",
        };
        let env = env.into_iter().map(|(name, value)| (name, value.into()));
        Command::new(version.to_owned(), command, args, env.collect())
    }
}
