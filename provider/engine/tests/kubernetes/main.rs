//! Connecting to a real API server, in all the ways there are, and being refused in most of them.

#![cfg(test)]

mod credentials;
mod network;
mod proxied;
mod refusals;
mod support;
