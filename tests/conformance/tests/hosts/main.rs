//! Real hosts drive the provider: Terraform and OpenTofu, as their users run them.
//!
//! What a host does not know is skipped with a remark. All hosts run side by side, and every test
//! has a workspace and a world of its own.

#![cfg(test)]

mod diagnostics;
mod drift;
mod ephemeral;
mod everything;
mod examples;
mod failures;
mod functions;
mod history;
mod import;
mod lifecycle;
mod process;
mod secrets;
mod stage;
mod unknown;
