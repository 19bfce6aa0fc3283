//! Everything that a provider offers, by name, each schema made when it is first asked for.
//!
//! A host may skip `GetProviderSchema` in most of its processes, so no call relies on another one
//! having made the schemas.

use std::{collections::BTreeMap, fmt, sync::OnceLock};

use terraform::{
    Diagnostics, Schema, Type,
    declare::DeclareError,
    diagnostics,
    schema::{IdentitySchema, Signature},
};

use crate::{
    data_source::DataSourceEntry,
    ephemeral::EphemeralEntry,
    function::FunctionEntry,
    provider::{Provider, Registry},
    resource::ResourceEntry,
};

/// Everything that a provider offers.
pub(crate) struct Catalogue<P: Provider> {
    provider: OnceLock<Result<Body, String>>,
    pub(crate) resources: Table<ResourceEntry<P>>,
    pub(crate) data_sources: Table<DataSourceEntry<P>>,
    pub(crate) ephemeral_resources: Table<EphemeralEntry<P>>,
    pub(crate) functions: BTreeMap<&'static str, Described>,
}

/// A schema and the types that follow from it.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) schema: Schema,
    pub(crate) ty: Type,
    pub(crate) identity: Option<Identity>,
}

/// The schema of an identity and the type that follows from it.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) schema: IdentitySchema,
    pub(crate) ty: Type,
}

impl Body {
    fn new(declared: Result<Schema, DeclareError>) -> Result<Self, String> {
        let schema = declared.map_err(|error| diagnostics::chain(&error))?;
        let identity = schema.identity().map(|schema| Identity {
            ty: schema.implied_type(),
            schema,
        });
        Ok(Self {
            ty: schema.implied_type(),
            schema,
            identity,
        })
    }
}

/// One kind of things on offer, by type name.
pub(crate) struct Table<E: 'static> {
    /// What one of them is called in messages: `resource`.
    kind: &'static str,
    rows: BTreeMap<&'static str, Row<E>>,
}

struct Row<E: 'static> {
    entry: &'static E,
    body: OnceLock<Result<Body, String>>,
}

/// A function and what it takes and returns.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) entry: &'static FunctionEntry,
    signature: OnceLock<Result<Signature, String>>,
}

impl Described {
    fn new(entry: &'static FunctionEntry) -> Self {
        Self {
            entry,
            signature: OnceLock::new(),
        }
    }

    /// What it takes and returns.
    pub(crate) fn signature(&self) -> Result<&Signature, Diagnostics> {
        let FunctionEntry {
            name, signature, ..
        } = self.entry;
        let described = self
            .signature
            .get_or_init(|| signature().map_err(|error| diagnostics::chain(&error)));
        described.as_ref().map_err(|problem| {
            Diagnostics::bug(format!(
                "the signature of function `{name}` cannot be made: {problem}"
            ))
        })
    }
}

/// What all kinds of entries have.
pub(crate) trait Entry {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Result<Schema, DeclareError>;
}

impl<E: Entry> Table<E> {
    fn new(kind: &'static str, entries: &'static [E]) -> Self {
        let rows = entries.iter().map(|entry| {
            (
                entry.type_name(),
                Row {
                    entry,
                    body: OnceLock::new(),
                },
            )
        });
        Self {
            kind,
            rows: rows.collect(),
        }
    }

    /// The type names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.rows.keys().copied()
    }

    /// Finds an entry and its schema.
    pub(crate) fn get(&self, type_name: &str) -> Result<(&'static E, &Body), Diagnostics> {
        let row = self
            .rows
            .get(type_name)
            .ok_or_else(|| self.unknown(type_name))?;
        let body = described(&row.body, || row.entry.schema()).map_err(|problem| {
            Diagnostics::bug(format!(
                "the schema of {} `{type_name}` cannot be made: {problem}",
                self.kind
            ))
        })?;
        Ok((row.entry, body))
    }

    /// All schemas, by type name.
    pub(crate) fn schemas(&self) -> Result<Vec<(&'static str, &Body)>, Diagnostics> {
        self.names()
            .map(|name| Ok((name, self.get(name)?.1)))
            .collect()
    }

    fn unknown(&self, type_name: &str) -> Diagnostics {
        let Self { kind, .. } = self;
        let known: Vec<_> = self.names().collect();
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        };
        Diagnostics::error(
            format!("No {kind} `{type_name}`"),
            format!("This version of the provider has no {kind} of that type. It has: {known}."),
        )
    }
}

impl<P: Provider> Catalogue<P> {
    pub(crate) fn new() -> Self {
        let Registry {
            resources,
            data_sources,
            ephemeral_resources,
            functions,
        } = P::REGISTRY;
        Self {
            provider: OnceLock::new(),
            resources: Table::new("resource", resources),
            data_sources: Table::new("data source", data_sources),
            ephemeral_resources: Table::new("ephemeral resource", ephemeral_resources),
            functions: functions
                .iter()
                .map(|entry| (entry.name, Described::new(entry)))
                .collect(),
        }
    }

    /// The schema of the provider block.
    pub(crate) fn provider(&self) -> Result<&Body, Diagnostics> {
        described(&self.provider, P::schema).map_err(|problem| {
            Diagnostics::bug(format!(
                "the schema of the provider cannot be made: {problem}"
            ))
        })
    }
}

fn described(
    body: &OnceLock<Result<Body, String>>,
    schema: impl FnOnce() -> Result<Schema, DeclareError>,
) -> Result<&Body, &str> {
    body.get_or_init(|| Body::new(schema()))
        .as_ref()
        .map_err(String::as_str)
}

impl<E> fmt::Debug for Table<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.rows.keys()).finish()
    }
}

impl<P> Entry for ResourceEntry<P> {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Result<Schema, DeclareError> {
        (self.schema)()
    }
}

impl<P> Entry for DataSourceEntry<P> {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Result<Schema, DeclareError> {
        (self.schema)()
    }
}

impl<P> Entry for EphemeralEntry<P> {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Result<Schema, DeclareError> {
        (self.schema)()
    }
}
