//! The protocol, from the request's message to the answer's.

mod calls;
mod catalogue;
mod rpc;
mod service;
mod wire;

pub use service::Service;
