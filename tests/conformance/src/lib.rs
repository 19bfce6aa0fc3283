//! A provider for tests: with a handful of resources it uses every type, nesting and behaviour
//! that the layer has, over a world of files.
//!
//! It shows at once what a resource takes: a struct, an `impl`, and a line in the registry.

pub mod data_sources;
pub mod ephemeral;
mod functions;
mod objects;
pub mod resources;
pub mod world;

use schemars::JsonSchema;
use terraform::{
    Diagnostics, Schema,
    declare::{Declaration, DeclareError},
};
use terraform_server::{
    Configuration, Provider, Registry, data_source, ephemeral_resource, function, resource,
};

use world::World;

/// The provider, configured.
#[derive(Debug)]
pub struct Conformance {
    world: Option<World>,
    prefix: String,
}

/// Manages a world of files, to test what a provider can do.
#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "declares the schema; values may be unknown, so none is read into it"
)]
struct Settings {
    /// Directory that holds the world. While it is unknown, plans are made without looking.
    directory: String,
    /// What the names begin with that the provider chooses; `conformance` if it is not set.
    prefix: Option<String>,
    /// Is never used and never shown.
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    token: Option<String>,
}

impl Provider for Conformance {
    const NAME: &'static str = "conformance";
    const REGISTRY: Registry<Self> = Registry {
        resources: &[
            resource::<resources::Counter>(),
            resource::<resources::Everything>(),
            resource::<resources::LegacyThing>(),
            resource::<resources::Secret>(),
            resource::<resources::Thing>(),
        ],
        data_sources: &[
            data_source::<data_sources::Everything>(),
            data_source::<data_sources::Thing>(),
            data_source::<data_sources::Things>(),
        ],
        ephemeral_resources: &[
            ephemeral_resource::<ephemeral::Broken>(),
            ephemeral_resource::<ephemeral::Lease>(),
        ],
        functions: &[
            function::<functions::CoalesceName>(),
            function::<functions::Describe>(),
            function::<functions::Divide>(),
            function::<functions::IsKnown>(),
            function::<functions::Join>(),
            function::<functions::Pair>(),
        ],
    };

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Settings>().build()
    }

    fn configure(Configuration { config, .. }: Configuration) -> Result<Self, Diagnostics> {
        let prefix = config.attribute("prefix").as_str();
        Ok(Self {
            world: config.attribute("directory").as_str().map(World::new),
            prefix: prefix.unwrap_or(Self::NAME).to_owned(),
        })
    }
}

impl Conformance {
    /// The world, unless it is not known yet where it is.
    fn world(&self) -> Result<&World, Diagnostics> {
        self.world.as_ref().ok_or_else(|| {
            Diagnostics::error(
                "The world is not known yet",
                "`directory` of the provider block depends on something that is known only after apply. Apply that first, with `-target`, or write the directory out.",
            )
        })
    }
}
