//! The stand-ins as processes, with a real NATS between them.

#![cfg(test)]

mod durables;
mod entrypoint;
mod place;
mod runner;
mod stage;

/// The messages between them, as the stand-ins read and write them.
#[path = "../../src/message.rs"]
mod message;
