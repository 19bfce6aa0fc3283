//! What became of what we applied: which fields were ours, which values they had, and which of
//! them are somebody else's by now.
//!
//! Nothing here holds a value: an [`Owned`] has a digest of each, and compares it later. That is
//! a comparison of what the server told then with what it tells now, so defaults, other spellings
//! of a quantity and images that a policy rewrites are no drift.

mod comparison;
mod conflict;
mod difference;
mod finding;
mod imported;
mod intrusion;
mod managers;
mod owned;
mod path;
mod place;
mod record;
mod seal;
mod step;
mod stored;
#[cfg(test)]
mod tests;

pub use conflict::{Conflict, conflicts, may_force};
pub use difference::Difference;
pub use finding::Finding;
pub use owned::Owned;
pub use path::FieldPath;
pub use record::{Record, RecordError};
pub use seal::Seal;

/// How deep a tree may be. What is deeper is one value; nothing in Kubernetes is.
const DEPTH: usize = 64;
