//! Archives as a whole.

mod accepted;
mod build;
mod identity;
mod malicious;
