//! A well-behaved host: knows schemas, makes the calls of a run in its order, and holds every
//! answer to the contract.
//!
//! [`Managed`] plans, applies and refreshes objects of one type as a host does, the repeated plans
//! included; [`Lookup`] reads data sources, [`Lease`] opens ephemeral resources, [`call`] calls
//! functions. An answer that hosts refuse is a [`DriveError::Broken`].

mod differences;
mod functions;
mod lease;
mod lookup;
mod managed;
mod object;
mod origin;
mod values;

use terraform::{
    CodecError, Diagnostics, Schema, Value,
    contract::{self, Violation},
};
use tfplugin::tfplugin6::{self as wire, provider_client::ProviderClient};
use tonic::{Status, transport::Channel};

pub use functions::{FunctionFailure, call};
pub use lease::{Lease, Opened};
pub use lookup::Lookup;
pub use managed::Managed;
pub use object::{Applied, Found, Object, Planned};
pub use origin::ImportBy;
pub use values::{decode, diagnostics, encode, object, texts};

/// Why a step of a run came to no good end.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The call has a status in place of an answer: users see a crash.
    #[error("the call failed")]
    Call(#[source] Box<Status>),
    /// A value does not fit the type that the test gives it.
    #[error("failed to write a value")]
    Encode(#[source] CodecError),
    /// The answer has a value that does not fit its type.
    #[error("failed to read a value of the answer")]
    Decode(#[source] CodecError),
    /// The provider refused, which may be right.
    #[error("refused: {0:?}")]
    Refused(Diagnostics),
    /// The answer is one that hosts refuse.
    #[error("{what} breaks the contract: {violations:?}")]
    Broken {
        /// Which answer.
        what: &'static str,
        /// All that is wrong with it.
        violations: Vec<String>,
    },
}

impl DriveError {
    /// Returns what the provider refused for; `None` if something else went wrong.
    pub fn refusal(&self) -> Option<&Diagnostics> {
        match self {
            Self::Refused(diagnostics) => Some(diagnostics),
            _ => None,
        }
    }
}

impl From<Status> for DriveError {
    fn from(status: Status) -> Self {
        Self::Call(Box::new(status))
    }
}

/// Configures a provider, as hosts do before all that looks at the world.
pub async fn configure(
    client: &ProviderClient<Channel>,
    config: wire::DynamicValue,
) -> Result<Diagnostics, DriveError> {
    let request = wire::configure_provider::Request {
        terraform_version: "1.16.0".to_owned(),
        config: Some(config),
        client_capabilities: Some(everything()),
    };
    let answer = client.clone().configure_provider(request).await?;
    successful(&answer.into_inner().diagnostics)
}

/// What a host of protocol 6.11 can do, but for deferral, which is an experiment.
pub fn everything() -> wire::ClientCapabilities {
    wire::ClientCapabilities {
        deferral_allowed: false,
        write_only_attributes_allowed: true,
        store_planned_private: true,
        computed_blocks_allowed: true,
    }
}

/// The warnings; errors are an error.
fn successful(messages: &[wire::Diagnostic]) -> Result<Diagnostics, DriveError> {
    diagnostics(messages)?
        .into_result()
        .map_err(DriveError::Refused)
}

fn upheld(what: &'static str, violations: &[Violation]) -> Result<(), DriveError> {
    none(what, violations.iter().map(ToString::to_string).collect())
}

fn demand(holds: bool, what: &'static str, otherwise: &str) -> Result<(), DriveError> {
    let otherwise = (!holds).then(|| otherwise.to_owned());
    none(what, otherwise.into_iter().collect())
}

/// Asserts of an answer that it is known and keeps the values of its configuration.
fn answers(
    what: &'static str,
    schema: &Schema,
    config: &Value,
    answer: &Value,
) -> Result<(), DriveError> {
    let violations = contract::plan_violations(&schema.block, &Value::Null, config, answer);
    upheld(what, &violations)?;
    demand(answer.is_wholly_known(), what, "it is not wholly known")
}

fn none(what: &'static str, violations: Vec<String>) -> Result<(), DriveError> {
    if violations.is_empty() {
        return Ok(());
    }
    Err(DriveError::Broken { what, violations })
}
