//! Which cluster is meant and how to talk to it: settings and files, looked at and checked.

use std::{fs, sync::Arc};

use http::Uri;
use rustls::{RootCertStore, pki_types::ServerName};

use super::{
    ConnectError,
    kubeconfig::Chosen,
    origin::{Given, Origin},
    pem,
    proxy::{Proxy, proxy},
    settings::{Address, Settings},
    who::Who,
};

/// Everything that is needed to open connections.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) server: Uri,
    /// Which cluster that is, and why that one, for messages.
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) trust: Trust,
    pub(super) server_name: Option<ServerName<'static>>,
    pub(super) proxy: Option<Proxy>,
    pub(super) who: Who,
    pub(super) search_path: Option<String>,
}

/// Whose certificates of API servers are believed.
#[derive(Debug, Clone)]
pub(super) enum Trust {
    System,
    Authorities(Arc<RootCertStore>, Origin),
    Anybody,
}

impl Target {
    /// Reads what the settings name. Runs no command and opens no connection.
    pub(super) fn find(settings: &Settings) -> Result<Self, ConnectError> {
        match &settings.address {
            Address::Host(host) => Self::of_host(settings, host, None),
            Address::Kubeconfig(paths) => {
                let chosen = Chosen::read(paths, settings)?;
                let server = chosen.cluster.server.clone().unwrap_or_default();
                if server.is_empty() {
                    return Err(ConnectError::NoServer(chosen.cluster_name));
                }
                let host = Given::new(server, chosen.of_cluster("server"));
                Self::of_host(settings, &host, Some(&chosen))
            }
            Address::InCluster { host, port } => Self::in_cluster(settings, host, port),
            Address::Ambiguous(one, other) => Err(ConnectError::Ambiguous(one, other)),
            Address::Nowhere(why) => Err(why.error()),
        }
    }

    fn of_host(
        settings: &Settings,
        host: &Given<String>,
        chosen: Option<&Chosen>,
    ) -> Result<Self, ConnectError> {
        let server = address(host)?;
        let context = chosen.and_then(|chosen| chosen.context.as_deref());
        let name = match context {
            Some(context) => format!("context `{context}` (`{}`)", shown(&server)),
            None => format!("{} (`{}`)", host.origin, shown(&server)),
        };
        Ok(Self {
            trust: trust(settings, chosen)?,
            server_name: server_name(settings, chosen)?,
            proxy: proxy(settings, chosen, &server)?,
            namespace: chosen
                .and_then(|chosen| chosen.namespace.clone())
                .unwrap_or_else(|| "default".to_owned()),
            server,
            name,
            who: Who::find(settings, chosen)?,
            search_path: settings.machine.search_path.clone(),
        })
    }

    fn in_cluster(settings: &Settings, host: &str, port: &str) -> Result<Self, ConnectError> {
        let host = if host.contains(':') {
            format!("https://[{host}]:{port}")
        } else {
            format!("https://{host}:{port}")
        };
        let origin = Origin::Variable("KUBERNETES_SERVICE_HOST");
        let mut target = Self::of_host(settings, &Given::new(host, origin), None)?;
        let mount = |file| settings.machine.mount.join(file);
        if matches!(target.trust, Trust::System) {
            let path = mount("ca.crt");
            let origin = Origin::Mounted(path.clone());
            let pem = fs::read_to_string(&path)
                .map_err(|source| ConnectError::NoServiceAccount { path, source })?;
            let pem = Given::new(pem, origin.clone());
            target.trust = Trust::Authorities(Arc::new(pem::authorities(&pem)?), origin);
        }
        if target.who.is_nobody() {
            let path = mount("token");
            let origin = Origin::Mounted(path.clone());
            target.who = Who::of_file(Given::new(path, origin));
        }
        Ok(target)
    }

    /// The API server, for messages.
    pub(super) fn shown(&self) -> String {
        format!("API server `{}`", shown(&self.server))
    }
}

fn trust(settings: &Settings, chosen: Option<&Chosen>) -> Result<Trust, ConnectError> {
    let insecure = settings.insecure.as_ref().map(|given| given.value);
    if let Some(pem) = &settings.cluster_ca_certificate {
        let roots = pem::authorities(pem)?;
        return Ok(Trust::Authorities(Arc::new(roots), pem.origin.clone()));
    }
    let of_cluster = chosen.and_then(|chosen| chosen.cluster.insecure_skip_tls_verify);
    if insecure.or(of_cluster) == Some(true) {
        return Ok(Trust::Anybody);
    }
    match chosen.map(Chosen::authorities).transpose()?.flatten() {
        Some(pem) => {
            let roots = pem::authorities(&pem)?;
            Ok(Trust::Authorities(Arc::new(roots), pem.origin))
        }
        None => Ok(Trust::System),
    }
}

fn server_name(
    settings: &Settings,
    chosen: Option<&Chosen>,
) -> Result<Option<ServerName<'static>>, ConnectError> {
    let of_cluster = chosen.and_then(|chosen| {
        let name = chosen.cluster.tls_server_name.clone()?;
        Some(Given::new(name, chosen.of_cluster("tls-server-name")))
    });
    let Some(name) = settings.tls_server_name.clone().or(of_cluster) else {
        return Ok(None);
    };
    match ServerName::try_from(name.value.clone()) {
        Ok(name) => Ok(Some(name)),
        Err(_) => Err(ConnectError::Address {
            origin: name.origin,
            example: "api.example.com",
            value: name.value,
        }),
    }
}

fn address(host: &Given<String>) -> Result<Uri, ConnectError> {
    let value = host.value.trim();
    if !value.contains("://") {
        return Err(ConnectError::NoScheme {
            origin: host.origin.clone(),
            value: without_user(value),
        });
    }
    let parsed = value.parse::<Uri>().ok();
    let usable = parsed.filter(|uri| {
        matches!(uri.scheme_str(), Some("https" | "http"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    usable.ok_or_else(|| ConnectError::Address {
        origin: host.origin.clone(),
        example: "https://cluster.example.com:6443",
        value: without_user(value),
    })
}

/// An address as messages show it.
pub(super) fn shown(uri: &Uri) -> String {
    let text = uri.to_string();
    without_user(text.trim_end_matches('/'))
}

pub(super) fn without_user(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}{host}{path}")
}
