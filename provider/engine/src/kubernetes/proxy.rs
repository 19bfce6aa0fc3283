//! The proxy before the API server: what says that there is one, and for which hosts.

use std::fmt;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use secrecy::{ExposeSecret, SecretString};

use super::{
    ConnectError,
    kubeconfig::Chosen,
    origin::{Given, Origin},
    settings::Settings,
    target::without_user,
};

/// The proxy before the API server.
#[derive(Clone)]
pub(super) struct Proxy {
    /// Without user information.
    pub(super) uri: Uri,
    pub(super) origin: Origin,
    pub(super) basic: Option<HeaderValue>,
    pub(super) user: Option<(String, SecretString)>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut proxy = formatter.debug_struct("Proxy");
        proxy.field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// Returns the proxy that leads to a server, if there is one.
pub(super) fn proxy(
    settings: &Settings,
    chosen: Option<&Chosen>,
    server: &Uri,
) -> Result<Option<Proxy>, ConnectError> {
    let of_cluster = chosen.and_then(|chosen| {
        let url = chosen
            .cluster
            .proxy_url
            .clone()
            .filter(|url| !url.is_empty())?;
        Some(Given::new(url.into(), chosen.of_cluster("proxy-url")))
    });
    if let Some(url) = settings.proxy_url.clone().or(of_cluster) {
        return through(&url, None, server);
    }
    let machine = &settings.machine;
    let proxy = machine.https_proxy.as_ref();
    match proxy.filter(|_| server.scheme_str() == Some("https")) {
        Some(url) => {
            let url = with_scheme(url.expose_secret());
            let url = Given::new(url, Origin::Variable("HTTPS_PROXY"));
            through(&url, machine.no_proxy.as_deref(), server)
        }
        None => Ok(None),
    }
}

/// Variables may leave out that it is HTTP.
fn with_scheme(url: &str) -> SecretString {
    if url.contains("://") {
        url.into()
    } else {
        format!("http://{url}").into()
    }
}

/// Reads the address of a proxy; `None` if `except` names the server.
fn through(
    url: &Given<SecretString>,
    except: Option<&str>,
    server: &Uri,
) -> Result<Option<Proxy>, ConnectError> {
    let text = url.value.expose_secret();
    let known = ["http://", "https://", "socks5://", "socks5h://"];
    let is_known = known.iter().any(|scheme| text.starts_with(scheme));
    let matching = Matcher::builder().all(text);
    if !is_known || matching.build().intercept(server).is_none() {
        return Err(ConnectError::Address {
            origin: url.origin.clone(),
            example: "http://proxy.example.com:3128",
            value: without_user(text),
        });
    }
    let matcher = Matcher::builder().all(text).no(except.unwrap_or_default());
    let Some(proxy) = matcher.build().intercept(server) else {
        return Ok(None);
    };
    let user = proxy.raw_auth();
    Ok(Some(Proxy {
        uri: proxy.uri().clone(),
        origin: url.origin.clone(),
        basic: proxy.basic_auth().cloned(),
        user: user.map(|(name, password)| (name.to_owned(), password.into())),
    }))
}
