//! KRE's images keep their contract on real nodes: the fixture in `tests/images/contract`, written
//! by hand from what is known of the engine, without a word of the provider.
//!
//! It is applied once; each test sends other letters. A test that sends one waits until it is its
//! turn at the workflow, because an error ends every call of its workflow that is on its way.

mod answers;
mod fixture;
mod habits;
mod lone;
mod stores;
