//! Who asks: certificates, tokens and commands, from the settings or a kubeconfig's user.

use std::{path::PathBuf, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue};
use rustls::sign::CertifiedKey;
use secrecy::{ExposeSecret, SecretString};

use super::{
    ConnectError,
    arguments::Exec,
    kubeconfig::Chosen,
    origin::{Given, Origin},
    pem,
    settings::Settings,
};

/// What each request says about who asks, besides a certificate.
#[derive(Debug, Clone)]
pub(super) enum Credential {
    Nothing,
    Token(Given<SecretString>),
    TokenFile(Given<PathBuf>),
    Basic(String, SecretString),
    Exec(Given<Exec>),
}

/// Who asks.
#[derive(Debug)]
pub(super) struct Who {
    pub(super) identity: Option<Arc<CertifiedKey>>,
    pub(super) credential: Credential,
    /// Where the credentials come from, for messages.
    pub(super) name: String,
    /// What asks to be somebody else.
    pub(super) headers: HeaderMap,
}

impl Who {
    /// Credentials of the settings replace all those of the kubeconfig's user.
    pub(super) fn find(settings: &Settings, chosen: Option<&Chosen>) -> Result<Self, ConnectError> {
        let said = settings.token.is_some()
            || settings.exec.is_some()
            || settings.client_certificate.is_some()
            || settings.client_key.is_some();
        match chosen.filter(|_| !said) {
            None => Self::of(
                (&settings.client_certificate, &settings.client_key),
                match (&settings.token, &settings.exec) {
                    (Some(token), _) => Credential::Token(token.clone()),
                    (None, Some(exec)) => Credential::Exec(exec.clone()),
                    (None, None) => Credential::Nothing,
                },
            ),
            Some(chosen) => Ok(Self {
                headers: impersonation(chosen)?,
                ..Self::of((&chosen.certificate()?, &chosen.key()?), of_user(chosen)?)?
            }),
        }
    }

    /// Whoever has the token in a file, which somebody else renews.
    pub(super) fn of_file(file: Given<PathBuf>) -> Self {
        Self {
            identity: None,
            name: file.origin.to_string(),
            credential: Credential::TokenFile(file),
            headers: HeaderMap::new(),
        }
    }

    /// Tells whether nothing proves who asks.
    pub(super) fn is_nobody(&self) -> bool {
        self.identity.is_none() && matches!(self.credential, Credential::Nothing)
    }

    fn of(
        pair: (&Option<Given<String>>, &Option<Given<SecretString>>),
        credential: Credential,
    ) -> Result<Self, ConnectError> {
        let identity = match pair {
            (Some(certificate), Some(key)) => {
                let key = Given::new(key.value.expose_secret(), key.origin.clone());
                Some(pem::identity(certificate, &key)?)
            }
            (None, None) => None,
            (Some(certificate), None) => {
                return Err(half(&certificate.origin, "client_key", "client-key"));
            }
            (None, Some(key)) => {
                return Err(half(
                    &key.origin,
                    "client_certificate",
                    "client-certificate",
                ));
            }
        };
        let certificate = pair.0.as_ref().map(|given| given.origin.to_string());
        let name = credential.name().or(certificate);
        Ok(Self {
            identity,
            credential,
            name: name.unwrap_or_else(|| "nobody".to_owned()),
            headers: HeaderMap::new(),
        })
    }
}

impl Credential {
    /// Tells whether newer ones can be had after these were refused.
    pub(super) fn is_renewable(&self) -> bool {
        matches!(self, Self::Exec(_) | Self::TokenFile(_))
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Token(given) => Some(given.origin.to_string()),
            Self::TokenFile(given) => Some(given.origin.to_string()),
            Self::Basic(user, _) => Some(format!("user `{user}`")),
            Self::Exec(given) => Some(given.origin.to_string()),
        }
    }
}

/// The other half has another name in a kubeconfig.
fn half(has: &Origin, argument: &'static str, key: &'static str) -> ConnectError {
    let lacks = match has {
        Origin::Kubeconfig { .. } => key,
        _ => argument,
    };
    let has = has.clone();
    ConnectError::HalfIdentity { has, lacks }
}

/// The headers by which a user asks to be taken for another.
fn impersonation(chosen: &Chosen) -> Result<HeaderMap, ConnectError> {
    let user = &chosen.user;
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, key, value: &str| {
        let name = HeaderName::try_from(name);
        let value = HeaderValue::try_from(value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err(ConnectError::Impersonation(chosen.of_user(key)));
        };
        headers.append(name, value);
        Ok(())
    };
    if let Some(name) = &user.impersonate {
        add("impersonate-user", "as", name)?;
    }
    if let Some(uid) = &user.impersonate_uid {
        add("impersonate-uid", "as-uid", uid)?;
    }
    for group in user.impersonate_groups.iter().flatten() {
        add("impersonate-group", "as-groups", group)?;
    }
    for (name, values) in user.impersonate_user_extra.iter().flatten() {
        for value in values {
            let name = format!("impersonate-extra-{name}");
            add(&name, "as-user-extra", value)?;
        }
    }
    Ok(headers)
}

/// The first that the user has, in the order in which `kubectl` looks.
fn of_user(chosen: &Chosen) -> Result<Credential, ConnectError> {
    let user = &chosen.user;
    let token = user
        .token
        .clone()
        .filter(|token| !token.expose_secret().is_empty());
    if let Some(token) = token {
        return Ok(Credential::Token(Given::new(
            token,
            chosen.of_user("token"),
        )));
    }
    if let Some(file) = user.token_file.as_ref().filter(|file| !file.is_empty()) {
        let file = Given::new(PathBuf::from(file), chosen.of_user("tokenFile"));
        return Ok(Credential::TokenFile(file));
    }
    if let (Some(name), Some(password)) = (&user.username, &user.password) {
        return Ok(Credential::Basic(name.clone(), password.clone()));
    }
    if let Some(exec) = chosen.exec() {
        return Ok(Credential::Exec(exec));
    }
    if user.auth_provider.is_some() {
        let name = chosen.user_name.clone().unwrap_or_default();
        return Err(ConnectError::AuthProvider(name));
    }
    Ok(Credential::Nothing)
}
