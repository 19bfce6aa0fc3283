//! The checks: the original's of each dialect, and ours.

pub(super) mod kai;
pub(super) mod kre_v1;
pub(super) mod kre_v2;
mod names;
pub(super) mod notes;
pub(super) mod ours;
mod resources;
mod shared;
mod subscriptions;
