//! What the process adds to the calls: its connection, its limits, work side by side, and that
//! nothing that arrives brings it down.
//!
//! What arrives broken is answered with a diagnostic or a status, never with a panic or silence.
#![cfg(unix)]
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod connection;
mod fuzz;
mod host;
mod large;
mod refused;
mod values;
mod work;
