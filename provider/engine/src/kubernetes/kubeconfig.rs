//! Kubeconfigs: read, merged, and reduced to one cluster and one user.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use kube::config::{AuthInfo, Cluster, ExecAuthCluster, ExecConfig, Kubeconfig, KubeconfigError};
use secrecy::{ExposeSecret, SecretString};

use super::{
    ConnectError, Names,
    arguments::Exec,
    origin::{Given, Origin},
    settings::Settings,
};

/// What a kubeconfig says about one cluster and one user.
pub(super) struct Chosen {
    /// The context, for messages; `None` where cluster and user were named without one.
    pub(super) context: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) cluster_name: String,
    pub(super) cluster: Cluster,
    pub(super) user_name: Option<String>,
    pub(super) user: AuthInfo,
}

impl Chosen {
    /// Reads the files, the first that says something wins, and picks what the settings name.
    pub(super) fn read(
        paths: &Given<Vec<PathBuf>>,
        settings: &Settings,
    ) -> Result<Self, ConnectError> {
        let mut merged = Kubeconfig::default();
        for path in &paths.value {
            let next = read(path, &paths.origin)?;
            merged = merged
                .merge(next)
                .map_err(|error| no_kubeconfig(path, &paths.origin, &error))?;
        }
        pick(merged, settings)
    }

    /// A key of the user.
    pub(super) fn of_user(&self, key: &'static str) -> Origin {
        let of = format!("user `{}`", self.user_name.as_deref().unwrap_or_default());
        Origin::Kubeconfig { key, of }
    }

    /// A key of the cluster.
    pub(super) fn of_cluster(&self, key: &'static str) -> Origin {
        let of = format!("cluster `{}`", self.cluster_name);
        Origin::Kubeconfig { key, of }
    }

    pub(super) fn authorities(&self) -> Result<Option<Given<String>>, ConnectError> {
        let origin = |key| self.of_cluster(key);
        let data = self.cluster.certificate_authority_data.as_deref();
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            return unpack(data, origin("certificate-authority-data")).map(Some);
        }
        load(
            self.cluster.certificate_authority.as_deref(),
            origin("certificate-authority"),
        )
    }

    pub(super) fn certificate(&self) -> Result<Option<Given<String>>, ConnectError> {
        let data = self.user.client_certificate_data.as_deref();
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            return unpack(data, self.of_user("client-certificate-data")).map(Some);
        }
        load(
            self.user.client_certificate.as_deref(),
            self.of_user("client-certificate"),
        )
    }

    pub(super) fn key(&self) -> Result<Option<Given<SecretString>>, ConnectError> {
        let data = self
            .user
            .client_key_data
            .as_ref()
            .map(ExposeSecret::expose_secret);
        let key = match data.filter(|data| !data.is_empty()) {
            Some(data) => unpack(data, self.of_user("client-key-data")).map(Some),
            None => load(self.user.client_key.as_deref(), self.of_user("client-key")),
        };
        Ok(key?.map(|key| key.map(SecretString::from)))
    }

    pub(super) fn exec(&self) -> Option<Given<Exec>> {
        let exec = self.user.exec.as_ref()?;
        let cluster = if exec.provide_cluster_info {
            let told = ExecAuthCluster::try_from(&self.cluster);
            told.ok().and_then(|told| serde_json::to_value(told).ok())
        } else {
            None
        };
        let exec = command(exec, cluster);
        Some(Given::new(exec, self.of_user("exec")))
    }
}

fn command(exec: &ExecConfig, cluster: Option<serde_json::Value>) -> Exec {
    let variables = exec.env.iter().flatten().filter_map(|variable| {
        let value = SecretString::from(variable.get("value")?.clone());
        Some((variable.get("name")?.clone(), value))
    });
    Exec {
        api_version: exec.api_version.clone().unwrap_or_default(),
        command: exec.command.clone().unwrap_or_default(),
        args: exec.args.clone().unwrap_or_default(),
        env: variables.collect(),
        install_hint: exec.install_hint.clone(),
        cluster,
    }
}

fn read(path: &Path, origin: &Origin) -> Result<Kubeconfig, ConnectError> {
    Kubeconfig::read_from(path).map_err(|error| match error {
        KubeconfigError::ReadConfig(source, _) if source.kind() == io::ErrorKind::NotFound => {
            ConnectError::MissingKubeconfig {
                origin: origin.clone(),
                path: path.to_owned(),
            }
        }
        KubeconfigError::ReadConfig(source, _) => ConnectError::Read {
            origin: origin.clone(),
            path: path.to_owned(),
            source,
        },
        error => no_kubeconfig(path, origin, &error),
    })
}

/// Tells the place of a mistake and not the text, which may be a secret.
fn no_kubeconfig(path: &Path, origin: &Origin, error: &KubeconfigError) -> ConnectError {
    let problem = match error {
        KubeconfigError::Parse(error) => match error.location() {
            Some(place) => format!("line {}, column {}", place.line(), place.column()),
            None => "it is no YAML of that form".to_owned(),
        },
        KubeconfigError::KindMismatch | KubeconfigError::ApiVersionMismatch => {
            "it is of another kind or version than the one before".to_owned()
        }
        _ => "it cannot be understood".to_owned(),
    };
    ConnectError::Parse {
        origin: origin.clone(),
        path: path.to_owned(),
        problem,
    }
}

fn pick(config: Kubeconfig, settings: &Settings) -> Result<Chosen, ConnectError> {
    let Kubeconfig {
        clusters,
        auth_infos,
        contexts,
        current_context,
        ..
    } = config;
    let clusters: Vec<_> = clusters
        .into_iter()
        .map(|it| (it.name, it.cluster))
        .collect();
    let users: Vec<_> = auth_infos
        .into_iter()
        .map(|it| (it.name, it.auth_info))
        .collect();
    let contexts: Vec<_> = contexts
        .into_iter()
        .map(|it| (it.name, it.context))
        .collect();
    let current = current_context.filter(|name| !name.is_empty()).map(|name| {
        let of = "the kubeconfig".to_owned();
        let key = "current-context";
        Given::new(name, Origin::Kubeconfig { key, of })
    });
    let context = settings.config_context.clone().or(current);
    let is_whole = settings.config_context_cluster.is_some();
    let (name, context) = match context {
        Some(wanted) => {
            let context = find("context", &wanted, contexts)?;
            (Some(wanted.value), context)
        }
        None if is_whole => (None, kube::config::Context::default()),
        None => {
            let known = names(&contexts);
            return Err(ConnectError::NoContext { known });
        }
    };
    let of_context = |key| Origin::Kubeconfig {
        key,
        of: format!("context `{}`", name.clone().unwrap_or_default()),
    };
    let cluster = settings
        .config_context_cluster
        .clone()
        .unwrap_or_else(|| Given::new(context.cluster.clone(), of_context("cluster")));
    let user = settings.config_context_auth_info.clone().or_else(|| {
        let user = context.user.clone().filter(|user| !user.is_empty())?;
        Some(Given::new(user, of_context("user")))
    });
    Ok(Chosen {
        cluster: find("cluster", &cluster, clusters)?,
        cluster_name: cluster.value,
        user: match &user {
            Some(user) => find("user", user, users)?,
            None => AuthInfo::default(),
        },
        user_name: user.map(|user| user.value),
        namespace: context.namespace,
        context: name,
    })
}

/// Returns the entry of that name, which may be empty.
fn find<T: Default>(
    kind: &'static str,
    wanted: &Given<String>,
    mut entries: Vec<(String, Option<T>)>,
) -> Result<T, ConnectError> {
    let known = names(&entries);
    match entries.iter().position(|(name, _)| *name == wanted.value) {
        Some(at) => Ok(entries.swap_remove(at).1.unwrap_or_default()),
        None => Err(ConnectError::Unknown {
            origin: wanted.origin.clone(),
            kind,
            name: wanted.value.clone(),
            known,
        }),
    }
}

fn names<T>(entries: &[(String, T)]) -> Names {
    Names(entries.iter().map(|(name, _)| name.clone()).collect())
}

/// Unpacks data that kubeconfigs hold in base64.
fn unpack(data: &str, origin: Origin) -> Result<Given<String>, ConnectError> {
    let packed: String = data.split_whitespace().collect();
    let unpacked = STANDARD.decode(packed).ok();
    match unpacked.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => Ok(Given::new(text, origin)),
        None => Err(ConnectError::NotBase64(origin)),
    }
}

fn load(path: Option<&str>, origin: Origin) -> Result<Option<Given<String>>, ConnectError> {
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Given::new(text, origin))),
        Err(source) => Err(ConnectError::Read {
            origin,
            path: path.into(),
            source,
        }),
    }
}
