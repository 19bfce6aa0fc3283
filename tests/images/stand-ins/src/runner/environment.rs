//! What a runner is told, generation 2 (research/kre.md §4.4, §7.2).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::flavour::Flavour;

/// The variables of a process.
pub(super) type Variables = BTreeMap<String, String>;

/// What a runner is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Environment {
    pub(super) workflow_name: String,
    pub(super) runtime_id: String,
    pub(super) version_id: String,
    pub(super) version: String,
    pub(super) node_name: String,
    pub(super) nats: Nats,
    pub(super) base_path: PathBuf,
    pub(super) handler_path: String,
    pub(super) mongo_uri: String,
    pub(super) influx_uri: String,
}

/// What it is told about NATS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Nats {
    pub(super) server: String,
    pub(super) stream: String,
    pub(super) inputs: Vec<String>,
    pub(super) output: String,
    pub(super) mongo_writer: String,
    pub(super) project_bucket: String,
    pub(super) workflow_bucket: String,
    pub(super) node_bucket: String,
    /// `None` where the node has no object store.
    pub(super) object_store: Option<String>,
    /// How long an answer of JetStream may take.
    pub(super) request_timeout: Duration,
    /// Unlimited if negative.
    pub(super) max_ack_pending: i64,
}

/// Why a runner does not know enough; worded as the originals do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum EnvironmentError {
    #[error("error reading config: the '{0}' env var is missing")]
    Missing(&'static str),
    #[error("invalid literal for int() with base 10: '{0}'")]
    Number(String),
}

impl Environment {
    /// Reads the variables, in the order in which the originals miss them.
    pub(super) fn read(variables: &Variables, flavour: Flavour) -> Result<Self, EnvironmentError> {
        let text = |name| {
            let value = variables.get(name);
            value.cloned().ok_or(EnvironmentError::Missing(name))
        };
        let max_ack_pending = match flavour {
            Flavour::Python => "KRT_NATS_MAX_ACK_PENDING",
            Flavour::Go => "KRT_MAX_PENDING_ACK",
        };
        let request_timeout = number(variables, "KRT_JS_REQUEST_TIMEOUT", 30_000)?;
        let max_ack_pending = number(variables, max_ack_pending, -1)?;
        Ok(Self {
            workflow_name: text("KRT_WORKFLOW_NAME")?,
            runtime_id: text("KRT_RUNTIME_ID")?,
            version_id: text("KRT_VERSION_ID")?,
            version: text("KRT_VERSION")?,
            node_name: text("KRT_NODE_NAME")?,
            nats: Nats {
                server: text("KRT_NATS_SERVER")?,
                inputs: text("KRT_NATS_INPUTS")?
                    .split(',')
                    .map(str::to_owned)
                    .collect(),
                output: text("KRT_NATS_OUTPUT")?,
                stream: text("KRT_NATS_STREAM")?,
                mongo_writer: text("KRT_NATS_MONGO_WRITER")?,
                project_bucket: text("KRT_NATS_KEY_VALUE_STORE_PROJECT")?,
                workflow_bucket: text("KRT_NATS_KEY_VALUE_STORE_WORKFLOW")?,
                node_bucket: text("KRT_NATS_KEY_VALUE_STORE_NODE")?,
                object_store: object_store(variables, flavour),
                request_timeout: Duration::from_secs(request_timeout.unsigned_abs()),
                max_ack_pending,
            },
            base_path: text("KRT_BASE_PATH")?.into(),
            handler_path: text("KRT_HANDLER_PATH")?,
            mongo_uri: text("KRT_MONGO_URI")?,
            influx_uri: text("KRT_INFLUX_URI")?,
        })
    }

    /// Names the durable consumer, and the queue, of an input.
    pub(super) fn durable(&self, input: &str) -> String {
        format!("{}-{}", input.replace('.', "-"), self.node_name)
    }
}

impl Nats {
    /// Names the subject of what is sent.
    pub(super) fn output(&self, channel: Option<&str>) -> String {
        match channel {
            Some(channel) => format!("{}.{channel}", self.output),
            None => self.output.clone(),
        }
    }
}

/// To kre-go an empty name is none; kre-py looks for the store of that name.
fn object_store(variables: &Variables, flavour: Flavour) -> Option<String> {
    let name = variables.get("KRT_NATS_OBJECT_STORE")?;
    let is_one = flavour == Flavour::Python || !name.is_empty();
    is_one.then(|| name.clone())
}

fn number(variables: &Variables, name: &str, default: i64) -> Result<i64, EnvironmentError> {
    let Some(text) = variables.get(name) else {
        return Ok(default);
    };
    let number = text.trim().parse();
    number.map_err(|_| EnvironmentError::Number(text.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [&str; 17] = [
        "KRT_WORKFLOW_NAME",
        "KRT_RUNTIME_ID",
        "KRT_VERSION_ID",
        "KRT_VERSION",
        "KRT_NODE_NAME",
        "KRT_NATS_SERVER",
        "KRT_NATS_INPUTS",
        "KRT_NATS_OUTPUT",
        "KRT_NATS_STREAM",
        "KRT_NATS_MONGO_WRITER",
        "KRT_NATS_KEY_VALUE_STORE_PROJECT",
        "KRT_NATS_KEY_VALUE_STORE_WORKFLOW",
        "KRT_NATS_KEY_VALUE_STORE_NODE",
        "KRT_BASE_PATH",
        "KRT_HANDLER_PATH",
        "KRT_MONGO_URI",
        "KRT_INFLUX_URI",
    ];

    fn read(change: impl FnOnce(&mut Variables)) -> Result<Environment, EnvironmentError> {
        let mut variables: Variables = REQUIRED
            .map(|name| (name.to_owned(), name.to_lowercase()))
            .into();
        change(&mut variables);
        Environment::read(&variables, Flavour::Python)
    }

    fn set(variables: &mut Variables, name: &str, value: &str) {
        variables.insert(name.to_owned(), value.to_owned());
    }

    #[test]
    fn each_required_variable_is_missed_by_its_name() {
        for name in REQUIRED {
            let error = read(|variables| drop(variables.remove(name))).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("error reading config: the '{name}' env var is missing")
            );
        }
    }

    #[test]
    fn what_is_optional_has_the_defaults_of_the_originals() {
        let nats = read(|_| {}).unwrap().nats;

        assert_eq!(nats.object_store, None);
        assert_eq!(nats.request_timeout, Duration::from_mins(500));
        assert_eq!(nats.max_ack_pending, -1);
    }

    #[test]
    fn what_is_optional_may_be_set() {
        let environment = read(|variables| {
            set(variables, "KRT_NATS_OBJECT_STORE", "store");
            set(variables, "KRT_JS_REQUEST_TIMEOUT", "5");
            set(variables, "KRT_NATS_MAX_ACK_PENDING", "7");
            set(variables, "KRT_MAX_PENDING_ACK", "9");
        });
        let nats = environment.unwrap().nats;

        assert_eq!(nats.object_store.as_deref(), Some("store"));
        assert_eq!(nats.request_timeout, Duration::from_secs(5));
        assert_eq!(nats.max_ack_pending, 7);
    }

    #[test]
    fn an_object_store_without_a_name_is_none_to_kre_go_alone() {
        let variables = Variables::from([("KRT_NATS_OBJECT_STORE".to_owned(), String::new())]);

        assert_eq!(object_store(&variables, Flavour::Go), None);
        assert_eq!(
            object_store(&variables, Flavour::Python),
            Some(String::new())
        );
    }

    #[test]
    fn a_number_that_is_none_is_refused() {
        let error = read(|variables| set(variables, "KRT_JS_REQUEST_TIMEOUT", "5s")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid literal for int() with base 10: '5s'"
        );
    }

    #[test]
    fn inputs_are_separated_by_commas() {
        let environment = read(|variables| set(variables, "KRT_NATS_INPUTS", "s.a,s.b.spam"));
        assert_eq!(environment.unwrap().nats.inputs, ["s.a", "s.b.spam"]);
    }

    #[test]
    fn a_durable_is_named_by_subject_and_node() {
        let environment = read(|variables| set(variables, "KRT_NODE_NAME", "out")).unwrap();
        let durable = environment.durable("rt_v1_Greet.etl.spam");

        assert_eq!(durable, "rt_v1_Greet-etl-spam-out");
    }

    #[test]
    fn a_channel_is_below_the_output() {
        let nats = read(|variables| set(variables, "KRT_NATS_OUTPUT", "s.a"))
            .unwrap()
            .nats;

        assert_eq!(nats.output(None), "s.a");
        assert_eq!(nats.output(Some("spam")), "s.a.spam");
    }
}
