//! Ephemeral resources.

use terraform::{Diagnostics, plan, state};
use tfplugin::tfplugin6::{
    close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};

use super::oracle;
use crate::{
    data_source::Query,
    ephemeral::{Opened, Renewed},
    private::Private,
    protocol::calls::{self, Reports},
    protocol::service::Service,
    protocol::wire,
    provider::Provider,
};

/// Checks a configuration.
pub(crate) fn validate<P: Provider>(
    service: &Service<P>,
    request: &validate_ephemeral_resource_config::Request,
) -> Result<validate_ephemeral_resource_config::Response, Diagnostics> {
    let (entry, body) = service
        .catalogue
        .ephemeral_resources
        .get(&request.type_name)?;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let found = calls::validate(&body.schema.block, &config, None, entry.validate);
    Ok(validate_ephemeral_resource_config::Response::reporting(
        found,
    ))
}

/// Makes the values.
pub(crate) async fn open<P: Provider>(
    service: &Service<P>,
    request: open_ephemeral_resource::Request,
) -> Result<open_ephemeral_resource::Response, Diagnostics> {
    let (entry, body) = service
        .catalogue
        .ephemeral_resources
        .get(&request.type_name)?;
    let block = &body.schema.block;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let provider = service.provider()?;
    let query = Query {
        config: plan::with_defaults(block, &config),
        stop: service.stop.token(),
    };
    let opened = (entry.open)(&provider, query).await;
    let Opened {
        value,
        lease,
        renew_at,
        warnings,
    } = opened.map_err(|found| block.point(found))?;
    oracle::answer(block, &config, &value)?;
    Ok(open_ephemeral_resource::Response {
        diagnostics: wire::diagnostics(block.point(warnings)),
        renew_at: renew_at.map(wire::timestamp),
        result: Some(wire::dynamic(&state::saveable(block, value), &body.ty)?),
        private: Some(lease.into()),
        deferred: None,
    })
}

/// Prolongs a lease.
pub(crate) async fn renew<P: Provider>(
    service: &Service<P>,
    request: renew_ephemeral_resource::Request,
) -> Result<renew_ephemeral_resource::Response, Diagnostics> {
    let (entry, _) = service
        .catalogue
        .ephemeral_resources
        .get(&request.type_name)?;
    let lease = Private::from(request.private.unwrap_or_default());
    let Renewed { lease, renew_at } = (entry.renew)(&*service.provider()?, lease).await?;
    Ok(renew_ephemeral_resource::Response {
        diagnostics: Vec::new(),
        renew_at: renew_at.map(wire::timestamp),
        private: Some(lease.into()),
    })
}

/// Ends a lease.
pub(crate) async fn close<P: Provider>(
    service: &Service<P>,
    request: close_ephemeral_resource::Request,
) -> Result<close_ephemeral_resource::Response, Diagnostics> {
    let (entry, _) = service
        .catalogue
        .ephemeral_resources
        .get(&request.type_name)?;
    let lease = Private::from(request.private.unwrap_or_default());
    let found = (entry.close)(&*service.provider()?, lease).await;
    Ok(close_ephemeral_resource::Response::reporting(found))
}
