//! What a failure comes from: an argument of the provider block, a right that is missing.

use super::{ConnectError, Rule};

impl ConnectError {
    /// Returns what failed first, where it is known only that this failed because of it.
    pub fn first(&self) -> &Self {
        match self {
            Self::Identify { source, .. } => source.first(),
            _ => self,
        }
    }

    /// Tells whether the API server has said no, so that nothing can have been done.
    pub fn is_refusal(&self) -> bool {
        match self.first() {
            Self::Forbidden { .. } | Self::Unauthorized { .. } => true,
            Self::Refused(status) => (400..500).contains(&status.code),
            _ => false,
        }
    }

    /// Returns the rule that somebody has to grant, if that is why.
    pub fn missing_rule(&self) -> Option<&Rule> {
        match self.first() {
            Self::Forbidden { rule } => Some(rule),
            _ => None,
        }
    }

    /// Returns the argument of the provider block that has to be mended, if it is one.
    pub fn argument(&self) -> Option<&'static str> {
        match self {
            Self::MissingKubeconfig { origin, .. }
            | Self::Read { origin, .. }
            | Self::Parse { origin, .. }
            | Self::Unknown { origin, .. }
            | Self::NoScheme { origin, .. }
            | Self::Address { origin, .. }
            | Self::Base64(origin)
            | Self::NotBase64(origin)
            | Self::PathNotPem(origin)
            | Self::NotPem { origin, .. }
            | Self::WrongPem { origin, .. }
            | Self::BrokenPem { origin, .. }
            | Self::KeyMismatch { key: origin, .. }
            | Self::HalfIdentity { has: origin, .. }
            | Self::LeafAsAuthority(origin)
            | Self::Token(origin)
            | Self::ExecMissing { origin, .. }
            | Self::ExecStart { origin, .. }
            | Self::ExecFailed { origin, .. }
            | Self::ExecTimeout { origin, .. }
            | Self::ExecOutput { origin, .. }
            | Self::Proxy { origin, .. } => origin.argument(),
            Self::WrongCluster { .. } => Some("expected_cluster_uid"),
            Self::KubeconfigUnset => Some("use_kubeconfig_env"),
            Self::Identify { source, .. } => source.argument(),
            _ => None,
        }
    }
}
