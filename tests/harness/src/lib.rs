//! What tests of the whole repository share.
//!
//! - [`host`]: drivers of Terraform and OpenTofu.
//! - [`plugin`]: a plugin host of our own, which may misbehave; providers without a process.
//! - [`drive`]: the same, well-behaved: a run step by step, held to the contract.
//! - [`cluster`]: a real Kubernetes, started and ended.
//! - `proxy`, with feature `kubernetes`: what stands in front of its API server, counts, and kills.
//! - `matrix`, with feature `kubernetes`: an operation, killed at each of its calls.
//! - [`build`]: programs built from Go modules, once.
//! - `images`, with feature `images`: images for nodes that cannot pull any.
//! - [`docs`], [`examples`]: documentation that is current, examples that fit.
//! - [`patience`], [`process`], [`report`]: what the others stand on.

#[cfg(feature = "kubernetes")]
mod background;
pub mod build;
pub mod cluster;
pub mod docs;
pub mod drive;
mod environment;
pub mod examples;
mod files;
pub mod host;
#[cfg(feature = "images")]
pub mod images;
#[cfg(feature = "kubernetes")]
pub mod matrix;
pub mod patience;
pub mod plugin;
pub mod process;
#[cfg(feature = "kubernetes")]
pub mod proxy;
pub mod report;
