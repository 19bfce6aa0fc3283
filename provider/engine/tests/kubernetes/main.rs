//! Connecting to a real API server, in all the ways there are, and being refused in most of them.

#![cfg(test)]

mod credentials;
mod documents;
mod forward;
mod network;
mod objects;
mod refusals;
mod services;
mod support;
