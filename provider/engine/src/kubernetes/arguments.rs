//! What the provider block says of the cluster, and what in it contradicts itself.

use std::{collections::BTreeMap, path::PathBuf};

use secrecy::SecretString;

/// The arguments of the provider block; absent is what the block leaves out.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// Address of the API server.
    pub host: Option<String>,
    /// Bearer token.
    pub token: Option<SecretString>,
    /// Certificate that proves who asks, in PEM.
    pub client_certificate: Option<String>,
    /// The key of that certificate, in PEM.
    pub client_key: Option<SecretString>,
    /// Certificates of the authorities that may vouch for the API server, in PEM.
    pub cluster_ca_certificate: Option<String>,
    /// The name that the API server's certificate has to have, where it is not the host's.
    pub tls_server_name: Option<String>,
    /// Whether any certificate of the API server will do.
    pub insecure: Option<bool>,
    /// The proxy before the API server; may hold a password.
    pub proxy_url: Option<SecretString>,
    /// Path of a kubeconfig.
    pub config_path: Option<PathBuf>,
    /// Paths of kubeconfigs; the first that says something wins.
    pub config_paths: Option<Vec<PathBuf>>,
    /// The context to use of the kubeconfig.
    pub config_context: Option<String>,
    /// The user to use of the kubeconfig.
    pub config_context_auth_info: Option<String>,
    /// The cluster to use of the kubeconfig.
    pub config_context_cluster: Option<String>,
    /// The command that issues credentials.
    pub exec: Option<Exec>,
    /// Whether the variable `KUBECONFIG` is honoured.
    pub use_kubeconfig_env: bool,
    /// The only cluster to touch: the uid of its namespace `kube-system`.
    pub expected_cluster_uid: Option<String>,
}

/// A command that issues credentials.
#[derive(Debug, Clone, Default)]
pub struct Exec {
    /// Version of what the command reads and writes.
    pub api_version: String,
    /// The command.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables that it has besides those of this process.
    pub env: BTreeMap<String, SecretString>,
    /// What to do where it is not installed.
    pub install_hint: Option<String>,
    /// What to tell the command of the cluster; `None` for nothing.
    pub(super) cluster: Option<serde_json::Value>,
}

impl Exec {
    /// A command with arguments and variables of its own.
    pub fn new(
        api_version: String,
        command: String,
        args: Vec<String>,
        env: BTreeMap<String, SecretString>,
    ) -> Self {
        Self {
            api_version,
            command,
            args,
            env,
            ..Self::default()
        }
    }
}

/// Arguments that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Only one of the two can be meant.
    #[error("`{0}` and `{1}` cannot both be set; {2}")]
    Both(&'static str, &'static str, &'static str),
    /// The one says nothing without the other.
    #[error("`{0}` needs `{1}`; {2}")]
    Without(&'static str, &'static str, &'static str),
    /// Both work, but the second is never used.
    #[error("`{0}` is used and `{1}` is not; {2}")]
    Unused(&'static str, &'static str, &'static str),
}

impl Conflict {
    /// Tells whether the configuration works nevertheless.
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::Unused(..))
    }

    /// Returns the argument to mend.
    pub fn argument(&self) -> &'static str {
        match self {
            Self::Both(_, argument, _)
            | Self::Without(argument, _, _)
            | Self::Unused(_, argument, _) => argument,
        }
    }
}

const ONE_ADDRESS: &str =
    "an address comes either from `host` or from a kubeconfig: remove one of them";
const WHOLE_PAIR: &str = "a certificate proves nothing without its key: set both or neither";

impl Arguments {
    /// Returns everything in which the arguments contradict each other.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let addresses = self.of_kubeconfig().into_iter();
        let addresses = addresses
            .filter(|(_, is_set)| *is_set && self.host.is_some())
            .map(|(argument, _)| Conflict::Both("host", argument, ONE_ADDRESS));
        addresses
            .chain(self.paths())
            .chain(self.trust())
            .chain(self.halves())
            .chain(self.unused())
            .collect()
    }

    /// The arguments that mean nothing without a kubeconfig, and whether they are set.
    fn of_kubeconfig(&self) -> [(&'static str, bool); 6] {
        [
            ("config_path", self.config_path.is_some()),
            ("config_paths", self.config_paths.is_some()),
            ("config_context", self.config_context.is_some()),
            (
                "config_context_auth_info",
                self.config_context_auth_info.is_some(),
            ),
            (
                "config_context_cluster",
                self.config_context_cluster.is_some(),
            ),
            ("use_kubeconfig_env", self.use_kubeconfig_env),
        ]
    }

    /// More than one way to name the kubeconfig.
    fn paths(&self) -> Vec<Conflict> {
        let (path, paths) = (self.config_path.is_some(), self.config_paths.is_some());
        let mut found = Vec::new();
        if path && paths {
            let remedy = "put all paths into `config_paths`";
            found.push(Conflict::Both("config_path", "config_paths", remedy));
        }
        if self.use_kubeconfig_env && (path || paths) {
            let argument = if path { "config_path" } else { "config_paths" };
            let remedy = "a path that is written out beats `KUBECONFIG`: remove one of them";
            found.push(Conflict::Both(argument, "use_kubeconfig_env", remedy));
        }
        found
    }

    fn trust(&self) -> Option<Conflict> {
        let is_both = self.insecure == Some(true) && self.cluster_ca_certificate.is_some();
        is_both.then_some(Conflict::Both(
            "insecure",
            "cluster_ca_certificate",
            "where any certificate will do, none is checked: remove `insecure`",
        ))
    }

    /// Half a pair. The environment does not complete it, which may be somebody else's.
    fn halves(&self) -> Option<Conflict> {
        match (&self.client_certificate, &self.client_key) {
            (Some(_), None) => Some(Conflict::Without(
                "client_certificate",
                "client_key",
                WHOLE_PAIR,
            )),
            (None, Some(_)) => Some(Conflict::Without(
                "client_key",
                "client_certificate",
                WHOLE_PAIR,
            )),
            _ => None,
        }
    }

    fn unused(&self) -> Option<Conflict> {
        (self.token.is_some() && self.exec.is_some()).then_some(Conflict::Unused(
            "token",
            "exec",
            "a token ends at some time, and nothing renews it: remove `token` to have the command issue one whenever it is needed",
        ))
    }
}
