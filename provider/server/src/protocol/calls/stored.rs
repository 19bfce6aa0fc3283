//! Managed resources: states that come from elsewhere. Older versions, other types, imports; and
//! the way back from a state to a configuration.

use terraform::{Diagnostics, generate, state};
use tfplugin::tfplugin6::{
    generate_resource_config, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};

use super::resources::identity_of;
use crate::{
    protocol::service::Service,
    protocol::wire,
    provider::Provider,
    resource::{ImportBy, Imported, Source},
};

/// Brings a stored state to the current version.
pub(crate) fn upgrade<P: Provider>(
    service: &Service<P>,
    request: upgrade_resource_state::Request,
) -> Result<upgrade_resource_state::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.type_name)?;
    let stored = wire::stored(request.raw_state, request.version)?;
    let upgraded = if stored.version == body.schema.version {
        stored.value(&body.ty)?
    } else {
        (entry.upgrade)(&stored)?
    };
    let upgraded = state::saveable(&body.schema.block, upgraded);
    Ok(upgrade_resource_state::Response {
        upgraded_state: Some(wire::dynamic(&upgraded, &body.ty)?),
        diagnostics: Vec::new(),
    })
}

/// Brings a stored identity to the current version.
pub(crate) fn upgrade_identity<P: Provider>(
    service: &Service<P>,
    request: upgrade_resource_identity::Request,
) -> Result<upgrade_resource_identity::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.type_name)?;
    let stored = wire::stored(request.raw_identity, request.version)?;
    let upgraded = match &body.identity {
        Some(identity) if stored.version == identity.schema.version => {
            stored.value(&identity.ty)?
        }
        _ => (entry.upgrade_identity)(&stored)?,
    };
    Ok(upgrade_resource_identity::Response {
        upgraded_identity: wire::identity_data(&upgraded, body)?,
        diagnostics: Vec::new(),
    })
}

/// Takes over the state of an object of another type.
pub(crate) fn move_state<P: Provider>(
    service: &Service<P>,
    request: move_resource_state::Request,
) -> Result<move_resource_state::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.target_type_name)?;
    let source = Source {
        provider: request.source_provider_address,
        type_name: request.source_type_name,
        state: wire::stored(request.source_state, request.source_schema_version)?,
        private: request.source_private.into(),
    };
    let Imported { state, private } = (entry.move_from)(&source).unwrap_or_else(|| {
        let Source { provider, type_name, .. } = &source;
        let target = &request.target_type_name;
        Err(Diagnostics::error(
            format!("`{type_name}` cannot be moved to `{target}`"),
            format!("`{target}` does not know the states of `{type_name}` of provider {provider}. Remove the `moved` block; use `removed` and `import` blocks instead."),
        ))
    })?;
    let state = state::saveable(&body.schema.block, state);
    Ok(move_resource_state::Response {
        target_state: Some(wire::dynamic(&state, &body.ty)?),
        diagnostics: Vec::new(),
        target_private: private.into(),
        target_identity: wire::identity_data(&identity_of(body, &state), body)?,
    })
}

/// Finds an object that exists.
pub(crate) async fn import<P: Provider>(
    service: &Service<P>,
    request: import_resource_state::Request,
) -> Result<import_resource_state::Response, Diagnostics> {
    let import_resource_state::Request {
        type_name,
        id,
        client_capabilities: _,
        identity,
    } = request;
    let (entry, body) = service.catalogue.resources.get(&type_name)?;
    let identity = wire::identity(identity.as_ref(), body)?;
    let by = if identity.is_null() {
        ImportBy::Id(id)
    } else {
        ImportBy::Identity(identity.clone())
    };
    let imported = (entry.import)(&*service.provider()?, by).await?;
    let state = state::saveable(&body.schema.block, imported.state);
    let found = identity_of(body, &state);
    let imported = import_resource_state::ImportedResource {
        type_name,
        state: Some(wire::dynamic(&state, &body.ty)?),
        private: imported.private.into(),
        identity: wire::identity_data(if found.is_null() { &identity } else { &found }, body)?,
    };
    Ok(import_resource_state::Response {
        imported_resources: vec![imported],
        diagnostics: Vec::new(),
        deferred: None,
    })
}

/// Writes the configuration of an imported object.
pub(crate) fn generate<P: Provider>(
    service: &Service<P>,
    request: &generate_resource_config::Request,
) -> Result<generate_resource_config::Response, Diagnostics> {
    let (_, body) = service.catalogue.resources.get(&request.type_name)?;
    let state = wire::value(request.state.as_ref(), &body.ty)?;
    let config = generate::config(&body.schema.block, &state);
    Ok(generate_resource_config::Response {
        config: Some(wire::dynamic(&config, &body.ty)?),
        diagnostics: Vec::new(),
    })
}
