//! The provider through the calls of the protocol, without a process.
//!
//! The layer itself asserts, in debug builds, all that a host would: a broken promise is an error
//! of the call that broke it.

#![cfg(test)]

mod data_sources;
mod ephemeral;
mod everything;
mod functions;
mod host;
mod others;
mod properties;
mod schemas;
mod stored;
mod thing;
