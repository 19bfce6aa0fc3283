//! What tests of the whole repository share.
//!
//! - [`host`]: drivers of Terraform and OpenTofu.
//! - [`plugin`]: a plugin host of our own, which may misbehave; providers without a process.
//! - [`drive`]: the same, well-behaved: a run step by step, held to the contract.
//! - [`cluster`]: a real Kubernetes, started and ended.
//! - [`build`]: programs built from Go modules, once.
//! - [`docs`], [`examples`]: documentation that is current, examples that fit.
//! - [`process`], [`report`]: what the others stand on.

pub mod build;
pub mod cluster;
pub mod docs;
pub mod drive;
mod environment;
pub mod examples;
mod files;
pub mod host;
pub mod plugin;
pub mod process;
pub mod report;
