//! The plugin's process, from its start to its end: arguments, handshake, TLS, sockets, signals, logs.

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
