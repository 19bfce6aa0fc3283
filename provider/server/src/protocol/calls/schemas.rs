//! What the provider offers.

use terraform::Diagnostics;
use tfplugin::tfplugin6::{
    Schema, get_metadata as metadata_call, get_provider_schema, get_resource_identity_schemas,
};

use super::{functions, oracle};
use crate::{
    protocol::catalogue::Body, protocol::service::Service, protocol::wire, provider::Provider,
};

/// Lists the names of everything, without schemas.
pub(crate) fn metadata<P: Provider>(service: &Service<P>) -> metadata_call::Response {
    use metadata_call::{
        DataSourceMetadata, EphemeralResourceMetadata, FunctionMetadata, ResourceMetadata,
    };
    let catalogue = &service.catalogue;
    let data_source = |name: &str| DataSourceMetadata {
        type_name: name.to_owned(),
    };
    let resource = |name: &str| ResourceMetadata {
        type_name: name.to_owned(),
    };
    let ephemeral = |name: &str| EphemeralResourceMetadata {
        type_name: name.to_owned(),
    };
    let function = |name: &&str| FunctionMetadata {
        name: (*name).to_owned(),
    };
    metadata_call::Response {
        server_capabilities: Some(wire::server_capabilities()),
        data_sources: catalogue.data_sources.names().map(data_source).collect(),
        resources: catalogue.resources.names().map(resource).collect(),
        functions: catalogue.functions.keys().map(function).collect(),
        ephemeral_resources: catalogue
            .ephemeral_resources
            .names()
            .map(ephemeral)
            .collect(),
        ..metadata_call::Response::default()
    }
}

/// Describes everything.
pub(crate) fn all<P: Provider>(
    service: &Service<P>,
) -> Result<get_provider_schema::Response, Diagnostics> {
    let catalogue = &service.catalogue;
    oracle::schemas(catalogue)?;
    let named = |(name, body): (&'static str, &Body)| (name.to_owned(), schema(body));
    Ok(get_provider_schema::Response {
        provider: Some(schema(catalogue.provider()?)),
        resource_schemas: catalogue
            .resources
            .schemas()?
            .into_iter()
            .map(named)
            .collect(),
        data_source_schemas: catalogue
            .data_sources
            .schemas()?
            .into_iter()
            .map(named)
            .collect(),
        ephemeral_resource_schemas: catalogue
            .ephemeral_resources
            .schemas()?
            .into_iter()
            .map(named)
            .collect(),
        functions: functions::all(service)?.functions,
        server_capabilities: Some(wire::server_capabilities()),
        ..get_provider_schema::Response::default()
    })
}

/// Describes what tells objects of each type apart.
pub(crate) fn identities<P: Provider>(
    service: &Service<P>,
) -> Result<get_resource_identity_schemas::Response, Diagnostics> {
    let schemas = service.catalogue.resources.schemas()?;
    let identities = schemas.into_iter().filter_map(|(name, body)| {
        let identity = body.identity.as_ref()?;
        Some((name.to_owned(), wire::identity_schema(&identity.schema)))
    });
    Ok(get_resource_identity_schemas::Response {
        identity_schemas: identities.collect(),
        diagnostics: Vec::new(),
    })
}

fn schema(body: &Body) -> Schema {
    wire::schema(&body.schema)
}
