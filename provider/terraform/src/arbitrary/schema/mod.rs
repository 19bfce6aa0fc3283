//! Strategies for property tests: small schemas, and what conforms to them.
//!
//! Every schema is one that hosts accept, every configuration one that they would send, and every
//! state one that they would keep.

mod configs;
mod schemas;
mod states;
mod values;

use proptest::prelude::*;

use crate::{schema::Block, value::Value};

pub use schemas::block;
pub use states::state_for;

use configs::configured;

/// Configurations of a block, with unknowns. Required attributes and blocks are there, computed
/// ones are null.
pub fn config(block: &Block) -> BoxedStrategy<Value> {
    configured(block, true)
}

/// Configurations of a block in which everything is known.
pub fn known_config(block: &Block) -> BoxedStrategy<Value> {
    configured(block, false)
}

/// States of an object that exists.
pub fn prior(block: &Block) -> BoxedStrategy<Value> {
    let owned = block.clone();
    known_config(block)
        .prop_flat_map(move |config| state_for(&owned, &config))
        .boxed()
}
