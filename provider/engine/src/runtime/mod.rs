//! The life of a runtime: made, looked at, changed, removed, found.

mod anchor;
mod create;
mod delete;
mod documents;
mod facts;
mod find;
mod outcome;
mod read;
mod survey;
mod undertaking;
mod update;

pub use outcome::{Condition, Done, Removed, Seen, Sight};
pub use read::Known;

use crate::work::{Terms, World};

/// The runtimes of a cluster.
#[derive(Debug, Clone, Copy)]
pub struct Runtimes<'w> {
    world: &'w World,
    terms: &'w Terms,
}

impl<'w> Runtimes<'w> {
    /// Everything that follows has to end within the terms.
    pub fn new(world: &'w World, terms: &'w Terms) -> Self {
        Self { world, terms }
    }
}
