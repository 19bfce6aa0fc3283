//! What the images' users rely on: the stand-ins as processes, with real servers between them.

#![cfg(test)]

mod downloader;
mod durables;
mod entrypoint;
mod place;
mod runner;
mod servers;
mod stage;
mod writer;

/// The messages between them, as the stand-ins read and write them.
#[path = "../../src/message.rs"]
mod message;
