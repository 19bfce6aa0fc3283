//! A schema from Rust structs: what a user writes, and what the provider answers.
//!
//! The structs derive serde's traits and `schemars::JsonSchema`. Their types give the attributes'
//! types and limits, doc comments the descriptions, serde's defaults the defaults. What Terraform
//! alone needs stands next to the field:
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//! use terraform::declare::Declaration;
//!
//! /// A disk.
//! #[derive(Deserialize, JsonSchema)]
//! struct Disk {
//!     /// The name, which cannot change.
//!     #[schemars(length(max = 63), extend("x-terraform" = {"replace": true}))]
//!     name: String,
//!     /// How large, in bytes.
//!     size: Option<u64>,
//! }
//!
//! let schema = Declaration::of::<Disk>().version(1).build()?;
//! assert_eq!(schema.block.description, "A disk.");
//! # Ok::<(), terraform::declare::DeclareError>(())
//! ```
//!
//! # Keys of `x-terraform`
//!
//! | key | meaning |
//! |---|---|
//! | `computed: true` | the provider chooses where the configuration has nothing |
//! | `sensitive: true` | hidden in output |
//! | `write_only: true` | only in the configuration, in no state |
//! | `replace: true` | a change replaces the object |
//! | `refuse: "…"` | a change is refused; the text says what to do instead |
//! | `keep_prior: true` | what the provider chose once stays |
//! | `equivalence: "json"`, `"ignore_case"` | which spellings mean the same |
//! | `identity: "required"`, `"optional"` | part of the identity, and whether an import names it |
//! | `deprecated: "…"` | why not to use it, and what instead |
//! | `block: "single"`, `"group"`, `"list"`, `"set"`, `"map"` | a nested block, no attribute |
//! | `computed_block: true` | the provider fills the block in |
//! | `dynamic: true` | any type, whatever the Rust type says |
//!
//! Beside a `pattern`, `x-rule` says in words what it asks for ("be lower-case letters"), and the
//! first of `examples` is one that it accepts: messages and documentation use them.
//!
//! JSON Schema's own `readOnly: true` makes an attribute that only the provider sets, wherever it
//! stands in the struct of what a user writes.

mod blocks;
mod default;
mod fields;
mod limits;
mod markdown;
mod merge;
mod node;
mod obligations;
mod plain;
mod problem;
mod remarks;
#[cfg(test)]
mod tests;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value as Json;

use crate::{schema::Schema, types::Type};

use fields::Fields;

pub use problem::{DeclareError, Mistake, Problem};

/// The declaration of a resource, data source, ephemeral resource or provider.
#[derive(Debug, Clone)]
pub struct Declaration {
    written: Json,
    answered: Option<Json>,
    version: u32,
    identity_version: u32,
    description: Option<String>,
}

impl Declaration {
    /// Starts from the struct of what a user writes.
    pub fn of<Spec: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().for_deserialize();
        Self {
            written: json_schema::<Spec>(settings),
            answered: None,
            version: 0,
            identity_version: 0,
            description: None,
        }
    }

    /// Adds the struct of what the provider answers: all of it is computed.
    ///
    /// A field that stands in both structs is optional and computed: the provider chooses where
    /// the configuration has nothing.
    pub fn computed<Status: JsonSchema>(mut self) -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        self.answered = Some(json_schema::<Status>(settings));
        self
    }

    /// Sets the version of the state's shape, otherwise 0.
    pub fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Sets the version of the identity's shape, otherwise 0.
    pub fn identity_version(mut self, version: u32) -> Self {
        self.identity_version = version;
        self
    }

    /// Sets the description, in Markdown; otherwise it is the doc comment of the first struct.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The type of a struct's values, for functions, or what stands in its way.
    pub fn type_of<T: JsonSchema>() -> Result<Type, DeclareError> {
        Ok(Self::of::<T>().build()?.implied_type())
    }

    /// Makes the schema, or lists everything that stands in its way.
    pub fn build(self) -> Result<Schema, DeclareError> {
        let mut fields = Fields::default();
        let mut block = fields.root(&self.written);
        let mut problems = fields.problems;
        if let Some(answered) = &self.answered {
            let mut fields = Fields::answered();
            let answer = fields.root(answered);
            problems.append(&mut fields.problems);
            merge::add_answer(&mut block, answer, &mut problems);
        }
        if let Some(description) = self.description {
            block.description = description;
        }
        let schema = Schema {
            version: self.version,
            identity_version: self.identity_version,
            block,
        };
        obligations::check(&schema, &mut problems);
        if problems.is_empty() {
            Ok(schema)
        } else {
            Err(DeclareError { problems })
        }
    }
}

/// Writes out every type where it is used: what is left as a reference contains itself.
fn json_schema<T: JsonSchema>(settings: SchemaSettings) -> Json {
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().into()
}
