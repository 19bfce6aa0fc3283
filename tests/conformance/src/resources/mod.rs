//! The managed resources.

mod counter;
mod everything;
mod legacy_thing;
mod secret;
mod thing;

pub use counter::Counter;
pub use everything::Everything;
pub use legacy_thing::LegacyThing;
pub use secret::Secret;
pub use thing::Thing;
