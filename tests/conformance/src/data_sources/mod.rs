//! The data sources.

mod everything;
mod thing;
mod things;

pub use everything::Everything;
pub use thing::Thing;
pub use things::Things;
