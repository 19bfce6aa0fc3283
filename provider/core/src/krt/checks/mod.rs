//! The checks: the original's of each dialect, and ours.

pub(super) mod files;
pub(super) mod kai;
pub(super) mod kre_v1;
pub(super) mod kre_v2;
mod limits;
mod names;
pub(super) mod notes;
pub(super) mod ours;
pub(super) mod ours_by_dialect;
mod resources;
mod shared;
mod subscriptions;
