//! What the provider block and the environment say of the cluster, each value with its origin.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::{
    ConnectError,
    arguments::{Arguments, Exec},
    origin::{Given, Origin},
};

/// Separates the paths in a variable.
const PATHS: char = if cfg!(windows) { ';' } else { ':' };

/// Where every cluster puts what its pods need to talk to it.
const MOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Everything that is said about the cluster. Nothing of it has been looked at yet.
///
/// An argument beats its variable. Credentials of arguments are never mixed with those of
/// variables, nor addresses: what the arguments leave open, a kubeconfig of theirs says.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) address: Address,
    pub(super) token: Option<Given<SecretString>>,
    pub(super) client_certificate: Option<Given<String>>,
    pub(super) client_key: Option<Given<SecretString>>,
    pub(super) exec: Option<Given<Exec>>,
    pub(super) cluster_ca_certificate: Option<Given<String>>,
    pub(super) tls_server_name: Option<Given<String>>,
    pub(super) insecure: Option<Given<bool>>,
    pub(super) proxy_url: Option<Given<SecretString>>,
    pub(super) config_context: Option<Given<String>>,
    pub(super) config_context_auth_info: Option<Given<String>>,
    pub(super) config_context_cluster: Option<Given<String>>,
    pub(super) expected_cluster_uid: Option<String>,
    pub(super) machine: Machine,
}

/// Where the address comes from.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Host(Given<String>),
    Kubeconfig(Given<Vec<PathBuf>>),
    /// The API server of the cluster in which this process is a pod.
    InCluster {
        host: String,
        port: String,
    },
    /// Two variables name one each.
    Ambiguous(&'static str, &'static str),
    Nowhere(Nowhere),
}

/// Why there is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nowhere {
    Unsaid,
    Ignored,
    Unset,
}

/// What the environment says about the machine, beside the cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct Machine {
    pub(super) https_proxy: Option<SecretString>,
    pub(super) no_proxy: Option<String>,
    /// Where a cluster puts what its pods need to talk to it.
    pub(super) mount: PathBuf,
    /// Where commands are looked for.
    pub(super) search_path: Option<String>,
}

impl Settings {
    /// Joins arguments and environment; `variable` returns what is set and not empty.
    pub fn new(arguments: Arguments, variable: impl Fn(&str) -> Option<String>) -> Self {
        let environment = Variables(&variable);
        let address = environment.address(&arguments);
        let Arguments {
            token,
            client_certificate,
            client_key,
            exec,
            ..
        } = arguments;
        let explicit = token.is_some() || client_certificate.is_some() || exec.is_some();
        let credential = |given: Option<SecretString>, argument, name| {
            given
                .map(|value| Given::new(value, Origin::Argument(argument)))
                .or_else(|| (!explicit).then(|| environment.secret(name)).flatten())
        };
        let certificate = client_certificate.map(SecretString::from);
        let certificate = credential(certificate, "client_certificate", "KUBE_CLIENT_CERT_DATA");
        Self {
            address,
            token: credential(token, "token", "KUBE_TOKEN"),
            client_certificate: certificate
                .map(|certificate| certificate.map(|it| it.expose_secret().to_owned())),
            client_key: credential(client_key, "client_key", "KUBE_CLIENT_KEY_DATA"),
            exec: exec.map(|exec| Given::new(exec, Origin::Argument("exec"))),
            cluster_ca_certificate: environment.text(
                arguments.cluster_ca_certificate,
                "cluster_ca_certificate",
                "KUBE_CLUSTER_CA_CERT_DATA",
            ),
            tls_server_name: environment.text(
                arguments.tls_server_name,
                "tls_server_name",
                "KUBE_TLS_SERVER_NAME",
            ),
            insecure: environment.insecure(arguments.insecure),
            proxy_url: arguments
                .proxy_url
                .map(|url| Given::new(url, Origin::Argument("proxy_url")))
                .or_else(|| environment.secret("KUBE_PROXY_URL")),
            config_context: environment.text(
                arguments.config_context,
                "config_context",
                "KUBE_CTX",
            ),
            config_context_auth_info: environment.text(
                arguments.config_context_auth_info,
                "config_context_auth_info",
                "KUBE_CTX_AUTH_INFO",
            ),
            config_context_cluster: environment.text(
                arguments.config_context_cluster,
                "config_context_cluster",
                "KUBE_CTX_CLUSTER",
            ),
            expected_cluster_uid: arguments.expected_cluster_uid,
            machine: environment.machine(),
        }
    }
}

impl Nowhere {
    pub(super) fn error(self) -> ConnectError {
        match self {
            Self::Unsaid => ConnectError::NotConfigured,
            Self::Ignored => ConnectError::KubeconfigIgnored,
            Self::Unset => ConnectError::KubeconfigUnset,
        }
    }
}

/// The environment, as the settings see it.
struct Variables<'v>(&'v dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    fn any(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.variable(name))
    }

    fn text(
        &self,
        argument: Option<String>,
        name: &'static str,
        variable: &'static str,
    ) -> Option<Given<String>> {
        let argument = argument.map(|value| Given::new(value, Origin::Argument(name)));
        argument.or_else(|| {
            let value = self.variable(variable)?;
            Some(Given::new(value, Origin::Variable(variable)))
        })
    }

    fn secret(&self, variable: &'static str) -> Option<Given<SecretString>> {
        let value = self.variable(variable)?;
        Some(Given::new(value.into(), Origin::Variable(variable)))
    }

    fn insecure(&self, argument: Option<bool>) -> Option<Given<bool>> {
        let argument = argument.map(|value| Given::new(value, Origin::Argument("insecure")));
        argument.or_else(|| {
            let text = self.variable("KUBE_INSECURE")?;
            let value = matches!(text.to_ascii_lowercase().as_str(), "1" | "t" | "true");
            Some(Given::new(value, Origin::Variable("KUBE_INSECURE")))
        })
    }

    /// The first that says where the cluster is: arguments, then variables, then the pod.
    fn address(&self, arguments: &Arguments) -> Address {
        if let Some(host) = &arguments.host {
            return Address::Host(Given::new(host.clone(), Origin::Argument("host")));
        }
        if let Some(path) = &arguments.config_path {
            return self.kubeconfig([path.clone()], Origin::Argument("config_path"));
        }
        if let Some(paths) = &arguments.config_paths {
            return self.kubeconfig(paths.iter().cloned(), Origin::Argument("config_paths"));
        }
        if arguments.use_kubeconfig_env {
            return match self.variable("KUBECONFIG") {
                Some(paths) => self.kubeconfig(split(&paths), Origin::Variable("KUBECONFIG")),
                None => Address::Nowhere(Nowhere::Unset),
            };
        }
        self.address_of_variables()
    }

    fn address_of_variables(&self) -> Address {
        let host = self.variable("KUBE_HOST");
        let names = ["KUBE_CONFIG_PATH", "KUBE_CONFIG_PATHS"];
        let config = names
            .into_iter()
            .find_map(|name| Some((name, self.variable(name)?)));
        match (host, config) {
            (Some(_), Some((name, _))) => Address::Ambiguous("KUBE_HOST", name),
            (Some(host), None) => Address::Host(Given::new(host, Origin::Variable("KUBE_HOST"))),
            (None, Some((name, path))) if name == "KUBE_CONFIG_PATH" => {
                self.kubeconfig([PathBuf::from(path)], Origin::Variable(name))
            }
            (None, Some((name, paths))) => self.kubeconfig(split(&paths), Origin::Variable(name)),
            (None, None) => self.in_cluster(),
        }
    }

    fn in_cluster(&self) -> Address {
        let host = self.variable("KUBERNETES_SERVICE_HOST");
        let port = self.variable("KUBERNETES_SERVICE_PORT");
        match (host, port, self.variable("KUBECONFIG")) {
            (Some(host), Some(port), _) => Address::InCluster { host, port },
            (_, _, Some(_)) => Address::Nowhere(Nowhere::Ignored),
            _ => Address::Nowhere(Nowhere::Unsaid),
        }
    }

    fn kubeconfig(&self, paths: impl IntoIterator<Item = PathBuf>, origin: Origin) -> Address {
        let home = self.any(&["HOME", "USERPROFILE"]);
        let paths = paths.into_iter().map(|path| expand(path, home.as_deref()));
        Address::Kubeconfig(Given::new(paths.collect(), origin))
    }

    fn machine(&self) -> Machine {
        Machine {
            mount: PathBuf::from(MOUNT),
            https_proxy: self.any(&["HTTPS_PROXY", "https_proxy"]).map(Into::into),
            no_proxy: self.any(&["NO_PROXY", "no_proxy"]),
            search_path: self.variable("PATH"),
        }
    }
}

fn split(paths: &str) -> Vec<PathBuf> {
    let paths = paths.split(PATHS).filter(|path| !path.is_empty());
    paths.map(PathBuf::from).collect()
}

/// Replaces a leading `~`, which only a shell would.
fn expand(path: PathBuf, home: Option<&str>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(below), Some(home)) => PathBuf::from(home).join(below),
        _ => path,
    }
}
