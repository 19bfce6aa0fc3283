//! Data sources.

use terraform::{Diagnostics, plan, state};
use tfplugin::tfplugin6::{read_data_source, validate_data_resource_config};

use super::oracle;
use crate::{
    data_source::{Answer, Query},
    protocol::calls::{self, Reports},
    protocol::service::Service,
    protocol::wire,
    provider::Provider,
};

/// Checks a configuration.
pub(crate) fn validate<P: Provider>(
    service: &Service<P>,
    request: &validate_data_resource_config::Request,
) -> Result<validate_data_resource_config::Response, Diagnostics> {
    let (entry, body) = service.catalogue.data_sources.get(&request.type_name)?;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let found = calls::validate(&body.schema.block, &config, None, entry.validate);
    Ok(validate_data_resource_config::Response::reporting(found))
}

/// Looks something up.
pub(crate) async fn read<P: Provider>(
    service: &Service<P>,
    request: read_data_source::Request,
) -> Result<read_data_source::Response, Diagnostics> {
    let (entry, body) = service.catalogue.data_sources.get(&request.type_name)?;
    let block = &body.schema.block;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let provider = service.provider()?;
    let query = Query {
        config: plan::with_defaults(block, &config),
        stop: service.stop.token(),
    };
    let read = (entry.read)(&provider, query).await;
    let Answer { value, warnings } = read.map_err(|found| block.point(found))?;
    oracle::answer(block, &config, &value)?;
    Ok(read_data_source::Response {
        state: Some(wire::dynamic(&state::saveable(block, value), &body.ty)?),
        diagnostics: wire::diagnostics(block.point(warnings)),
        deferred: None,
    })
}
