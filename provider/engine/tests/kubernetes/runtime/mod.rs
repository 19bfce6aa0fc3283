//! The life of a runtime in a real cluster, as the engine leads it.

mod creation;
mod removal;
mod sight;
mod stage;
mod update;
