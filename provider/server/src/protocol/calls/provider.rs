//! The provider block.

use terraform::Diagnostics;
use tfplugin::tfplugin6::{configure_provider, validate_provider_config};

use crate::{
    protocol::calls::{self, Reports},
    protocol::service::Service,
    protocol::wire,
    provider::Provider,
};

/// Checks a provider block.
pub(crate) fn validate<P: Provider>(
    service: &Service<P>,
    request: &validate_provider_config::Request,
) -> Result<validate_provider_config::Response, Diagnostics> {
    let body = service.catalogue.provider()?;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let found = calls::validate(&body.schema.block, &config, None, P::validate);
    Ok(validate_provider_config::Response::reporting(found))
}

/// Takes a provider block.
pub(crate) fn configure<P: Provider>(
    service: &Service<P>,
    request: configure_provider::Request,
) -> Result<configure_provider::Response, Diagnostics> {
    let body = service.catalogue.provider()?;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    service.configure(config, request.terraform_version)?;
    Ok(configure_provider::Response::default())
}
