//! A schema as a page of documentation, in the layout that registries of providers read.
//!
//! Pages are a function of schemas and examples: whoever calls reads the examples and writes the
//! pages.

mod function;
mod layout;
mod limits;
mod literal;
mod markdown;
mod page;
mod section;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::schema::{Schema, Signature};

pub use layout::Kind;
pub use page::MARKER;

/// Everything that a provider offers to configurations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// The name with which the types of the provider begin, without the underscore.
    pub provider_name: String,
    /// What the provider is for, in Markdown; `None` for the description of its schema.
    pub provider_description: Option<String>,
    /// What the provider block accepts.
    pub provider: Schema,
    /// The resources, by type name.
    pub resources: BTreeMap<String, Schema>,
    /// The data sources, by type name.
    pub data_sources: BTreeMap<String, Schema>,
    /// The ephemeral resources, by type name.
    pub ephemeral_resources: BTreeMap<String, Schema>,
    /// The functions, by name.
    pub functions: BTreeMap<String, Signature>,
}

/// Returns every page by its path below the folder of the documentation.
///
/// `example` is asked for the text of a file below the folder of the examples; a page goes without
/// those that it does not have.
pub fn pages(
    catalogue: &Catalogue,
    example: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for (kind, name) in catalogue.entries() {
        let text = if kind == Kind::Function {
            let signature = catalogue.functions.get(name);
            signature.map(|signature| function::page(catalogue, name, signature, &example))
        } else {
            let schema = catalogue.schema(kind, name);
            schema.map(|schema| page::page(catalogue, (kind, name), schema, &example))
        };
        pages.extend(text.map(|text| (kind.page(&catalogue.provider_name, name), text)));
    }
    pages
}

impl Catalogue {
    /// Names everything that has a page, the provider itself first.
    pub fn entries(&self) -> Vec<(Kind, &str)> {
        let provider = [(Kind::Provider, self.provider_name.as_str())];
        let schemas = [Kind::Resource, Kind::DataSource, Kind::EphemeralResource]
            .into_iter()
            .filter_map(|kind| Some((kind, self.schemas(kind)?)))
            .flat_map(|(kind, schemas)| schemas.keys().map(move |name| (kind, name.as_str())));
        let functions = self.functions.keys();
        let functions = functions.map(|name| (Kind::Function, name.as_str()));
        provider
            .into_iter()
            .chain(schemas)
            .chain(functions)
            .collect()
    }

    /// Returns the schema of something that has one; `None` for what is not in the catalogue.
    pub fn schema(&self, kind: Kind, name: &str) -> Option<&Schema> {
        if kind == Kind::Provider {
            return (name == self.provider_name).then_some(&self.provider);
        }
        self.schemas(kind)?.get(name)
    }

    /// Returns all schemas of a kind of which there may be many.
    fn schemas(&self, kind: Kind) -> Option<&BTreeMap<String, Schema>> {
        match kind {
            Kind::Resource => Some(&self.resources),
            Kind::DataSource => Some(&self.data_sources),
            Kind::EphemeralResource => Some(&self.ephemeral_resources),
            Kind::Provider | Kind::Function => None,
        }
    }
}
