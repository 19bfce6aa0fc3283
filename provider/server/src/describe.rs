//! What a provider offers, for its documentation.

use std::collections::BTreeMap;

use terraform::{Schema, declare::DeclareError, docs::Catalogue};

use crate::provider::{Provider, Registry};

/// Describes everything that a provider offers.
pub fn describe<P: Provider>() -> Result<Catalogue, DeclareError> {
    let Registry {
        resources,
        data_sources,
        ephemeral_resources,
        functions,
    } = P::REGISTRY;
    let functions = functions.iter();
    Ok(Catalogue {
        provider_name: P::NAME.to_owned(),
        provider_description: None,
        provider: P::schema()?,
        resources: schemas(resources.iter().map(|it| (it.type_name, it.schema)))?,
        data_sources: schemas(data_sources.iter().map(|it| (it.type_name, it.schema)))?,
        ephemeral_resources: schemas(
            ephemeral_resources
                .iter()
                .map(|it| (it.type_name, it.schema)),
        )?,
        functions: functions
            .map(|it| Ok((it.name.to_owned(), (it.signature)()?)))
            .collect::<Result<_, DeclareError>>()?,
    })
}

fn schemas(
    entries: impl Iterator<Item = (&'static str, fn() -> Result<Schema, DeclareError>)>,
) -> Result<BTreeMap<String, Schema>, DeclareError> {
    entries
        .map(|(name, schema)| Ok((name.to_owned(), schema()?)))
        .collect()
}
