//! Anchors: the object of each resource that says who owns what, and how far it is.
//!
//! An anchor is written before the first write of an operation and after the last one, so that
//! whoever comes after a kill finds everything that exists or may exist named in it. Everything
//! here decides what it says next; nothing here writes it.
//!
//! | operation | before the first write | after the last write |
//! |---|---|---|
//! | creation | [`claim()`] | [`Head::finished`] |
//! | update | [`Head::updating`] | [`Head::finished`] |
//! | removal that leaves nothing | [`Head::deleting`] | the anchor is deleted |
//! | removal that leaves data | [`Head::deleting`] | [`Head::retaining`] |
//!
//! What a creation or an update no longer needs is [`obsolete`], and goes before it is finished;
//! what a removal deletes and keeps is its [`removal()`]. Of all that, only what the head
//! [owns](Head::owns) is touched.

mod claim;
mod data;
mod head;
mod instance;
mod removal;
#[cfg(test)]
mod tests;

pub use claim::{Refusal, claim};
pub use data::DataError;
pub(crate) use data::{json, of_json};
pub use head::{Head, Progress, Status};
pub use instance::InstanceId;
pub use removal::{Removal, obsolete, removal};
