//! A plugin host of our own: starts a provider as Terraform does, and may misbehave.
//!
//! It checks what it is told and judges nothing: what a provider ought to answer is for the tests.
//! [`in_process()`] leaves the process out, for tests of what the calls mean.

mod client;
mod handshake;
mod in_process;
mod mtls;
mod pinned;
mod process;

pub use client::{Credentials, HostError, HostOptions, Moments, Plugin};
pub use handshake::{Address, Handshake, HandshakeError};
pub use in_process::in_process;
pub use mtls::{Identity, MtlsError};
pub use process::Process;
