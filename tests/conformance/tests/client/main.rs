//! The plugin as a process, called by a host of our own: what no real host does, and what real
//! hosts of today do not do yet.
//!
//! What arrives broken is answered with a diagnostic or a status, never with a panic or silence.
#![cfg(unix)]
#![cfg(test)]

mod calls;
mod fuzz;
mod host;
mod identities;
mod large;
mod life;
mod process;
mod refused;
mod replay;
mod stop;
mod values;
