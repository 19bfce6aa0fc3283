//! What the process was told through its environment.

use std::{env, ffi::OsString, fmt, ops::RangeInclusive, path::PathBuf, sync::Arc};

/// The ports that hosts offer when they name none.
const PORTS: RangeInclusive<u16> = 10_000..=25_000;

/// The variables of a process, as names to ask for.
///
/// Code that wants one takes an `Environment`, so that a test can say what is in it.
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl Environment {
    /// The environment that this process was started with.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn of_process() -> Self {
        Self::of(|name| env::var_os(name))
    }

    /// An environment in which `lookup` knows the variables.
    pub fn of(lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// Returns a variable as text, or `None` if it is not set, empty, or no UTF-8.
    pub fn text(&self, name: &str) -> Option<String> {
        self.0(name)
            .filter(|value| !value.is_empty())
            .and_then(|value| value.into_string().ok())
    }

    /// Returns a variable as a path, or `None` if it is not set or empty.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    }

    /// The word by which a host proves that it knows what it starts.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.text("TF_PLUGIN_MAGIC_COOKIE")
    }

    /// The major versions that the host speaks, in no particular order.
    pub(crate) fn protocol_versions(&self) -> Vec<u32> {
        self.text("PLUGIN_PROTOCOL_VERSIONS")
            .iter()
            .flat_map(|versions| versions.split(','))
            .filter_map(|version| version.trim().parse().ok())
            .collect()
    }

    /// The host's certificate in PEM; `None` if the host does not want encryption.
    pub(crate) fn client_certificate(&self) -> Option<String> {
        self.text("PLUGIN_CLIENT_CERT")
    }

    /// Where a socket may be put, the best place first.
    ///
    /// A path that is longer than a socket address allows makes way for the system's own place.
    #[cfg(unix)]
    pub(crate) fn socket_directories(&self) -> Vec<PathBuf> {
        ["PLUGIN_UNIX_SOCKET_DIR", "TMPDIR"]
            .iter()
            .filter_map(|name| self.path(name))
            .chain([PathBuf::from("/tmp")])
            .collect()
    }

    /// The ports among which the plugin may choose.
    pub(crate) fn ports(&self) -> RangeInclusive<u16> {
        let port = |name| self.text(name).and_then(|port| port.parse().ok());
        let first = port("PLUGIN_MIN_PORT").unwrap_or(*PORTS.start());
        let last = port("PLUGIN_MAX_PORT").unwrap_or(*PORTS.end());
        first..=last
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Environment")
            .finish_non_exhaustive()
    }
}

impl<const N: usize> From<[(&'static str, &'static str); N]> for Environment {
    /// An environment with these variables and no others.
    fn from(variables: [(&'static str, &'static str); N]) -> Self {
        Self::of(move |wanted| {
            let (_, value) = variables.iter().find(|(name, _)| *name == wanted)?;
            Some(OsString::from(value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_any_order() {
        let environment = Environment::from([("PLUGIN_PROTOCOL_VERSIONS", "6, 5,x")]);
        assert_eq!(environment.protocol_versions(), [6, 5]);
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let environment = Environment::from([("PLUGIN_CLIENT_CERT", "")]);
        assert_eq!(environment.client_certificate(), None);
    }

    #[test]
    fn ports_default_to_what_hosts_offer() {
        assert_eq!(Environment::from([]).ports(), 10_000..=25_000);
        let narrow = Environment::from([("PLUGIN_MIN_PORT", "7"), ("PLUGIN_MAX_PORT", "9")]);
        assert_eq!(narrow.ports(), 7..=9);
    }

    #[cfg(unix)]
    #[test]
    fn the_system_directory_is_the_last_resort_for_sockets() {
        let environment = Environment::from([
            ("TMPDIR", "/var/tmp"),
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/host"),
        ]);
        let directories = ["/run/host", "/var/tmp", "/tmp"].map(PathBuf::from);
        assert_eq!(environment.socket_directories(), directories);
    }

    #[test]
    fn debug_output_shows_no_variable() {
        let environment = Environment::from([("KRE_TOKEN", "secret")]);
        assert!(!format!("{environment:?}").contains("secret"));
    }
}
