//! Making true what must exist, and removing what must not: alike for every resource.

mod apply;
mod failed;
mod refused;
mod remove;
mod terms;
mod world;

pub use failed::{Failed, Kept, Occupied, Stranger, Ungrown};
pub use terms::Terms;
pub use world::World;

pub(crate) use apply::{Apply, Stand, Store};
pub(crate) use remove::Removing;
