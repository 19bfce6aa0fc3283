//! What the version says in the environment of its entrypoint (research/kre.md §4.5, §7.2).

use std::time::Duration;

use crate::environment::variable;

/// Variables of which only the presence counts here.
const OTHERS: [&str; 3] = ["KRT_VERSION_ID", "KRT_NODE_ID", "KRT_INFLUX_URI"];

/// Seconds to wait for a workflow when nobody says how many: the original takes milliseconds for
/// seconds.
const REQUEST_TIMEOUT: u64 = 30_000;

/// Seconds to wait for JetStream when nobody says how many.
const JETSTREAM_TIMEOUT: u64 = 5;

/// What is read before anything else.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Environment {
    /// The name of the version, for the log.
    pub(super) version: String,
    /// From whom messages come.
    pub(super) node: String,
    /// `host:port`.
    pub(super) nats_server: String,
    /// The file that names each workflow's stream and subjects.
    pub(super) subjects_file: String,
    /// How long a workflow may take.
    pub(super) request_timeout: Duration,
    /// How long JetStream may take.
    pub(super) jetstream_timeout: Duration,
    /// How long nothing happens at first: the one habit that is had on request.
    pub(super) slow_start: Duration,
}

/// What ends the original, with code 0.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum EnvironmentError {
    /// A variable is not set.
    #[error("error reading config: the '{0}' env var is missing")]
    Missing(&'static str),
    /// A variable is no number.
    #[error("invalid literal for int() with base 10: '{0}'")]
    NoNumber(String),
}

impl Environment {
    /// Reads the environment of the process.
    pub(super) fn of_process() -> Result<Self, EnvironmentError> {
        Self::of(variable)
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, EnvironmentError> {
        let seconds = |name: &'static str, otherwise: u64| match variable(name) {
            None => Ok(Duration::from_secs(otherwise)),
            Some(text) => match text.trim().parse() {
                Ok(seconds) => Ok(Duration::from_secs(seconds)),
                Err(_) => Err(EnvironmentError::NoNumber(text)),
            },
        };
        let request_timeout = seconds("KRT_REQUEST_TIMEOUT", REQUEST_TIMEOUT)?;
        let jetstream_timeout = seconds("KRT_JS_REQUEST_TIMEOUT", JETSTREAM_TIMEOUT)?;
        let required = |name| variable(name).ok_or(EnvironmentError::Missing(name));
        required("KRT_RUNTIME_ID")?;
        for name in OTHERS {
            required(name)?;
        }
        Ok(Self {
            version: required("KRT_VERSION")?,
            node: required("KRT_NODE_NAME")?,
            nats_server: required("KRT_NATS_SERVER")?,
            subjects_file: required("KRT_NATS_SUBJECTS_FILE")?,
            request_timeout,
            jetstream_timeout,
            slow_start: seconds("STAND_IN_SLOW_START", 0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn read(
        change: &[(&'static str, Option<&'static str>)],
    ) -> Result<Environment, EnvironmentError> {
        let mut variables = BTreeMap::from([
            ("KRT_RUNTIME_ID", "rt"),
            ("KRT_VERSION_ID", "0123"),
            ("KRT_VERSION", "v1"),
            ("KRT_NODE_NAME", "entrypoint"),
            ("KRT_NODE_ID", "entrypoint"),
            ("KRT_NATS_SERVER", "rt-nats:4222"),
            ("KRT_NATS_SUBJECTS_FILE", "/src/conf/nats_subject.json"),
            ("KRT_INFLUX_URI", "http://rt-influxdb:8086"),
            ("KRT_REQUEST_TIMEOUT", "30"),
        ]);
        for (name, value) in change {
            match value {
                Some(value) => variables.insert(name, value),
                None => variables.remove(name),
            };
        }
        Environment::of(|name| variables.get(name).map(|&value| value.to_owned()))
    }

    #[test]
    fn timeouts_are_seconds() {
        let environment = read(&[]).unwrap();

        assert_eq!(environment.request_timeout, Duration::from_secs(30));
        assert_eq!(environment.jetstream_timeout, Duration::from_secs(5));
    }

    #[test]
    fn every_required_variable_is_missed_by_name() {
        let required = [
            "KRT_RUNTIME_ID",
            "KRT_VERSION_ID",
            "KRT_VERSION",
            "KRT_NODE_NAME",
            "KRT_NODE_ID",
            "KRT_NATS_SERVER",
            "KRT_NATS_SUBJECTS_FILE",
            "KRT_INFLUX_URI",
        ];
        for name in required {
            let missed = read(&[(name, None)]);
            assert_eq!(missed, Err(EnvironmentError::Missing(name)));
        }
    }

    #[test]
    fn a_variable_may_be_empty() {
        assert!(read(&[("KRT_INFLUX_URI", Some(""))]).is_ok());
    }

    #[test]
    fn a_timeout_is_a_number() {
        let refused = read(&[("KRT_REQUEST_TIMEOUT", Some("30s"))]);

        assert_eq!(refused, Err(EnvironmentError::NoNumber("30s".to_owned())));
    }
}
