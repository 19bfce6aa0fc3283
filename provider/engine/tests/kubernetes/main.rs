//! A real API server: connecting to it, in all the ways there are, and waiting for what it does.

#![cfg(test)]

mod credentials;
mod documents;
mod forward;
mod network;
mod objects;
mod proxied;
mod refusals;
mod runtime;
mod services;
mod support;
mod wait;
