//! A real API server: connecting to it, in all the ways there are, and waiting for what it does.

#![cfg(test)]

mod credentials;
mod network;
mod refusals;
mod support;
mod wait;
