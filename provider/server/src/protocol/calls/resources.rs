//! Managed resources: checking configurations and looking at objects.

use terraform::{Diagnostics, Value, plan, state};
use tfplugin::tfplugin6::{read_resource, validate_resource_config};

use super::oracle;
use crate::{
    protocol::calls::{self, Reports},
    protocol::catalogue::Body,
    protocol::service::Service,
    protocol::wire,
    provider::Provider,
    resource::{Current, Found},
};

/// Checks a configuration.
pub(crate) fn validate<P: Provider>(
    service: &Service<P>,
    request: &validate_resource_config::Request,
) -> Result<validate_resource_config::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.type_name)?;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let host = wire::host(request.client_capabilities);
    let found = calls::validate(&body.schema.block, &config, Some(host), entry.validate);
    Ok(validate_resource_config::Response::reporting(found))
}

/// Looks at an object.
pub(crate) async fn read<P: Provider>(
    service: &Service<P>,
    request: read_resource::Request,
) -> Result<read_resource::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.type_name)?;
    let block = &body.schema.block;
    let state = wire::value(request.current_state.as_ref(), &body.ty)?;
    if state.is_null() {
        return Ok(read_resource::Response::default());
    }
    let provider = service.provider()?;
    let current = Current {
        state: state.clone(),
        private: request.private.into(),
        stop: service.stop.token(),
    };
    let read = (entry.read)(&provider, current).await;
    let Found {
        state: found,
        private,
        warnings,
    } = read.map_err(|found| block.point(found))?;
    oracle::read(block, &found)?;
    let found = state::saveable(block, found);
    let state = plan::respell(block, &state, &found);
    Ok(read_resource::Response {
        new_state: Some(wire::dynamic(&state, &body.ty)?),
        diagnostics: wire::diagnostics(block.point(warnings)),
        private: private.into(),
        deferred: None,
        new_identity: wire::identity_data(&identity_of(body, &state), body)?,
    })
}

/// The identity of an object in some state; null if the type has none.
pub(super) fn identity_of(body: &Body, state: &Value) -> Value {
    body.identity
        .as_ref()
        .map_or(Value::Null, |identity| identity.schema.of_state(state))
}
