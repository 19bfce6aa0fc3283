//! Serves a Terraform provider: handshake, transport, process life.

mod arguments;
mod connection;
mod environment;
mod goplugin;
mod handshake;
mod lifetime;
mod listener;
mod logging;
mod serve;
mod stop;
mod tls;

pub use environment::Environment;
pub use serve::{Options, run};
pub use stop::Stop;
