//! What each call means: from the request's message to the answer's.

pub(crate) mod apply;
pub(crate) mod data_sources;
pub(crate) mod ephemeral;
pub(crate) mod functions;
mod oracle;
pub(crate) mod plan;
pub(crate) mod provider;
pub(crate) mod resources;
pub(crate) mod schemas;
pub(crate) mod stored;

use std::future::Future;

use terraform::{Diagnostics, Value, check, schema::Block};
use tfplugin::tfplugin6 as message;
use tonic::{Response, Status};

use crate::{protocol::service::without_panic, protocol::wire, provider::Host};

/// Runs a call and answers. Whatever goes wrong becomes a diagnostic: a status would only tell
/// the user that the plugin did not respond.
pub(crate) async fn answer<T: Reports>(
    call: impl Future<Output = Result<T, Diagnostics>>,
) -> Result<Response<T>, Status> {
    let answered = without_panic(call).await.and_then(|answer| answer);
    Ok(Response::new(answered.unwrap_or_else(T::reporting)))
}

/// An answer that can tell the user something.
pub(crate) trait Reports {
    /// The answer that tells this and nothing else.
    fn reporting(diagnostics: Diagnostics) -> Self;
}

macro_rules! reports {
    ($($call:ident),+ $(,)?) => {$(
        impl Reports for message::$call::Response {
            fn reporting(diagnostics: Diagnostics) -> Self {
                let mut answer = Self::default();
                answer.diagnostics.extend(wire::diagnostics(diagnostics));
                answer
            }
        }
    )+};
}

reports!(
    apply_resource_change,
    close_ephemeral_resource,
    configure_provider,
    generate_resource_config,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    open_ephemeral_resource,
    plan_action,
    plan_resource_change,
    read_data_source,
    read_resource,
    renew_ephemeral_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_action_config,
    validate_data_resource_config,
    validate_ephemeral_resource_config,
    validate_list_resource_config,
    validate_provider_config,
    validate_resource_config,
);

impl Reports for message::call_function::Response {
    fn reporting(diagnostics: Diagnostics) -> Self {
        let text: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail))
            .collect();
        let error = message::FunctionError {
            text: text.join("\n"),
            function_argument: None,
        };
        Self {
            result: None,
            error: Some(error),
        }
    }
}

/// Checks a configuration against its schema, then, if that finds nothing, with the rules that
/// only the provider knows: those may rely on what the schema says.
fn validate(
    block: &Block,
    config: &Value,
    host: Option<Host>,
    further: impl FnOnce(&Value) -> Diagnostics,
) -> Diagnostics {
    let mut found = check::config(block, config);
    found.extend(check::deprecations(block, config));
    if let Some(host) = host {
        found.extend(check::write_only_supported(block, config, host.write_only));
        let blocks = host.computed_blocks;
        found.extend(check::computed_blocks_supported(block, config, blocks));
    }
    if !found.has_errors() {
        found.extend(further(config));
    }
    block.point(found)
}
