//! Why there is no way to the cluster, or why the cluster refused.

mod argument;

use std::{fmt, io, path::PathBuf, process::ExitStatus, time::Duration};

use super::{origin::Origin, rule::Rule};

/// What a message has to tell of the names that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub(super) Vec<String>);

impl fmt::Display for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => formatter.write_str("none"),
            names => write!(formatter, "`{}`", names.join("`, `")),
        }
    }
}

/// Why a call did not come to its answer. Each message ends with what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nothing says where the cluster is.
    #[error(
        "no cluster is configured; set `config_path` or `host` in the provider block, or export `KUBE_CONFIG_PATH` or `KUBE_HOST`"
    )]
    NotConfigured,
    /// Nothing but a variable that is not honoured says where the cluster is.
    #[error(
        "no cluster is configured: `KUBECONFIG` is set, but ignored, so that no plan meets a cluster by accident; set `use_kubeconfig_env = true` or `config_path` in the provider block"
    )]
    KubeconfigIgnored,
    /// The variable that shall be honoured is not there.
    #[error(
        "`use_kubeconfig_env` is set, but the variable `KUBECONFIG` is not; export it, or set `config_path` instead"
    )]
    KubeconfigUnset,
    /// Two variables name a cluster each.
    #[error(
        "both `{0}` and `{1}` are exported; unset one, or set `host` or `config_path` in the provider block"
    )]
    Ambiguous(&'static str, &'static str),
    /// A kubeconfig is not where it should be.
    #[error("{origin} names a kubeconfig that does not exist; write it, or correct the path: `{}`", path.display())]
    MissingKubeconfig {
        /// Who names it.
        origin: Origin,
        /// The path.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{origin} names a file that cannot be read; check the path and its permissions: `{}`", path.display())]
    Read {
        /// Who names it.
        origin: Origin,
        /// The path.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A file is no kubeconfig. Of its content only the place is told, because it holds secrets.
    #[error("{origin} names a file that is no kubeconfig: {problem}; check it with `kubectl config view`: `{}`", path.display())]
    Parse {
        /// Who names it.
        origin: Origin,
        /// The path.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
    /// A kubeconfig leaves open which context to use.
    #[error(
        "the kubeconfig has no `current-context`; set `config_context` to one of those that there are: {known}"
    )]
    NoContext {
        /// The contexts that there are.
        known: Names,
    },
    /// A kubeconfig has no entry of that name.
    #[error(
        "{origin} names a {kind} that the kubeconfig does not have, `{name}`; there are: {known}"
    )]
    Unknown {
        /// Who names it.
        origin: Origin,
        /// What it should be: `context`, `cluster` or `user`.
        kind: &'static str,
        /// The name.
        name: String,
        /// The names that there are.
        known: Names,
    },
    /// A cluster in a kubeconfig has no address.
    #[error("the cluster has no `server` in the kubeconfig; add it: `{0}`")]
    NoServer(String),
    /// An address does not say how to talk to it.
    #[error("{origin} has no scheme; write `https://{value}` instead of `{value}`")]
    NoScheme {
        /// Who says it.
        origin: Origin,
        /// The address.
        value: String,
    },
    /// An address is none.
    #[error("{origin} is no address like `{example}`, correct it: `{value}`")]
    Address {
        /// Who says it.
        origin: Origin,
        /// What it could be.
        example: &'static str,
        /// The address, without user information.
        value: String,
    },
    /// PEM was packed into base64 once more.
    #[error(
        "{0} is base64 where PEM is expected; unpack it with `base64decode(…)`, as kubeconfigs and the outputs of many modules hold it packed"
    )]
    Base64(Origin),
    /// Data of a kubeconfig is not packed into base64.
    #[error(
        "{0} is not base64, as kubeconfigs hold it; write the kubeconfig again with the tool that issued it"
    )]
    NotBase64(Origin),
    /// A path stands where the content of the file is expected.
    #[error("{0} is a path where PEM is expected; read the file with `file(…)`")]
    PathNotPem(Origin),
    /// Text is not PEM.
    #[error("{origin} is not PEM; it has to begin with `-----BEGIN {expected}-----`")]
    NotPem {
        /// Who says it.
        origin: Origin,
        /// What should be in it.
        expected: &'static str,
    },
    /// PEM holds something else.
    #[error(
        "{origin} holds a `{found}` where a `{expected}` is expected; were two values mixed up?"
    )]
    WrongPem {
        /// Who says it.
        origin: Origin,
        /// What is in it.
        found: String,
        /// What should be in it.
        expected: &'static str,
    },
    /// PEM holds what cannot be used.
    #[error("{origin} cannot be used; issue it again")]
    BrokenPem {
        /// Who says it.
        origin: Origin,
        /// The cause.
        #[source]
        source: rustls::Error,
    },
    /// The two halves of an identity belong to different ones.
    #[error(
        "the key of {key} does not belong to the certificate of {certificate}; take both from the same issue"
    )]
    KeyMismatch {
        /// Who says the certificate.
        certificate: Origin,
        /// Who says the key.
        key: Origin,
    },
    /// One half of an identity is missing.
    #[error("{has} needs `{lacks}`; a certificate proves nothing without its key")]
    HalfIdentity {
        /// Who says the half that is there.
        has: Origin,
        /// What is missing.
        lacks: &'static str,
    },
    /// A certificate cannot vouch for others.
    #[error(
        "{0} is no authority's certificate, but one of a server or client; give the certificate of the authority that signed it, which the cluster's administrator has"
    )]
    LeafAsAuthority(Origin),
    /// The system has no certificates to check others with.
    #[error("the certificates of this system cannot be read; set `cluster_ca_certificate`")]
    SystemRoots(#[source] rustls::Error),
    /// This process runs in a pod that may not talk to its cluster.
    #[error("no cluster is configured, and this pod has no service account to use its own; set `config_path` or `host`, or let the pod have one with `automountServiceAccountToken`: `{}`", path.display())]
    NoServiceAccount {
        /// The file that is missing.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The process ends.
    #[error("reading the configuration was interrupted; run it again")]
    Interrupted,
    /// A kubeconfig asks to be somebody whose name cannot be sent.
    #[error("{0} holds characters that no name has; correct it")]
    Impersonation(Origin),
    /// A token holds what cannot be sent.
    #[error(
        "{0} is no token: it holds line breaks or other characters that no token has; trim it with `trimspace(…)`"
    )]
    Token(Origin),
    /// A kubeconfig asks for a way to prove who asks that no longer exists.
    #[error(
        "user `{0}` has an `auth-provider`, which Kubernetes has removed; replace it by an `exec` command"
    )]
    AuthProvider(String),
    /// A command that issues credentials is not installed.
    #[error(
        "{origin} names a command that is not there, `{command}`; install it{hint}, or write its whole path; looked for in: {searched}"
    )]
    ExecMissing {
        /// Who names it.
        origin: Origin,
        /// The command.
        command: String,
        /// What its kubeconfig says about installing it.
        hint: String,
        /// Where it was looked for.
        searched: String,
    },
    /// A command that issues credentials could not be started.
    #[error("failed to start the command of {origin}; check its permissions: `{command}`")]
    ExecStart {
        /// Who names it.
        origin: Origin,
        /// The command.
        command: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A command that issues credentials failed.
    #[error(
        "`{command}` of {origin} issued no credentials ({status}); run it in a terminal to mend it{said}"
    )]
    ExecFailed {
        /// Who names it.
        origin: Origin,
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote to stderr, without secrets.
        said: String,
    },
    /// A command that issues credentials did not end.
    #[error(
        "`{command}` of {origin} was ended after {limit:.0?} without credentials; it may be waiting for somebody to log in: do so in a terminal first{said}"
    )]
    ExecTimeout {
        /// Who names it.
        origin: Origin,
        /// The command.
        command: String,
        /// How long it was waited for.
        limit: Duration,
        /// What it wrote to stderr, without secrets.
        said: String,
    },
    /// A command printed something else than credentials.
    #[error(
        "`{command}` of {origin} printed no credentials: {problem}; check its arguments and `api_version`{said}"
    )]
    ExecOutput {
        /// Who names it.
        origin: Origin,
        /// The command.
        command: String,
        /// What is wrong with it.
        problem: String,
        /// What it wrote to stderr, without secrets.
        said: String,
    },
    /// No address belongs to the host's name.
    #[error(
        "the name of {server} is not known here; check its spelling, DNS, and whether a VPN is needed"
    )]
    Resolve {
        /// The API server or proxy.
        server: String,
    },
    /// Nobody listens, or nobody answers.
    #[error("{server} cannot be reached; check that it runs, its port, and the network between")]
    Unreachable {
        /// The API server or proxy.
        server: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The proxy does not let the connection through.
    #[error(
        "proxy `{proxy}` of {origin} does not lead to {server}: {problem}; correct the address of the proxy or its user, or except the host with `NO_PROXY`"
    )]
    Proxy {
        /// The proxy, without user information.
        proxy: String,
        /// Who says it.
        origin: Origin,
        /// The API server.
        server: String,
        /// What is wrong.
        problem: String,
    },
    /// Nobody who is trusted vouches for the API server.
    #[error("{server} shows a certificate that {trusted} did not sign; {remedy}")]
    UnknownAuthority {
        /// The API server.
        server: String,
        /// Who is trusted.
        trusted: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The API server goes by another name.
    #[error(
        "{server} shows a certificate for other names than `{expected}`; use one of them in `host`, or set `tls_server_name` to it: {names}"
    )]
    ServerName {
        /// The API server.
        server: String,
        /// The name that was asked for.
        expected: String,
        /// The names that the certificate has.
        names: Names,
    },
    /// The API server cannot be talked to in secret.
    #[error(
        "no secure connection to {server}; check that it is an API server, its certificate, and the clock of this machine"
    )]
    Tls {
        /// The API server.
        server: String,
        /// The cause.
        #[source]
        source: rustls::Error,
    },
    /// The API server does not know who asks.
    #[error("{server} does not accept the credentials of {credential} (401){expiry}; {remedy}")]
    Unauthorized {
        /// The API server.
        server: String,
        /// Where they come from.
        credential: String,
        /// Since when they are outdated, as far as one can see.
        expiry: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Whoever asks may not.
    #[error("`{}` may not {rule} (403); have somebody who may grant that apply this:\n{}", rule.user, rule.manifest())]
    Forbidden {
        /// What is missing.
        rule: Box<Rule>,
    },
    /// It is another cluster than the one that is meant.
    #[error(
        "{target} is not the cluster that is meant: it has uid `{found}`, and `expected_cluster_uid` says `{expected}`; nothing was touched: correct the context or address, or `expected_cluster_uid`"
    )]
    WrongCluster {
        /// Which cluster was asked, and why that one.
        target: String,
        /// The uid that it has.
        found: String,
        /// The uid that is meant.
        expected: String,
    },
    /// Nobody knows which cluster it is.
    #[error("failed to read the uid of {target}, which namespace `kube-system` has")]
    Identify {
        /// Which cluster was asked.
        target: String,
        /// The cause.
        #[source]
        source: super::Failure,
    },
    /// Time is up.
    #[error("{server} did not answer within {limit:.0?}; check its load, or raise the timeout")]
    Timeout {
        /// The API server.
        server: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// An object is of a kind that nothing is known of.
    #[error(
        "this release does not know the kind `{kind}` of `{api_version}`; use the newer release that wrote it"
    )]
    UnknownKind {
        /// Group and version.
        api_version: String,
        /// The kind.
        kind: String,
    },
    /// The API server refused for reasons of its own.
    #[error("the API server refused")]
    Refused(#[source] Box<kube::core::Status>),
    /// An answer is none that an API server gives.
    #[error("{server} gave no answer that an API server gives; check that it is one")]
    Answer {
        /// The API server.
        server: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
