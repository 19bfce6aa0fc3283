//! What each call means: the provider through the calls of the protocol, without a process.
//!
//! A host of our own makes them, and holds every answer to the contract.

#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod data_sources;
mod ephemeral;
mod every_call;
mod everything;
mod functions;
mod history;
mod host;
mod identities;
mod others;
mod properties;
mod replay;
mod thing;
