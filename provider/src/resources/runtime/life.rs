//! What a runtime does in the world, which a plan never asks.

use std::future::Future;

use terraform::Diagnostics;
use terraform_server::{Applied, Change, Current, Found};

/// A provider that can make, look at, change and remove runtimes.
///
/// Whatever follows from the specification is in the planned state already. Left open are `status`
/// and, of a new runtime, `cluster_uid`.
pub trait Life {
    /// Makes a runtime. What is remembered of another instance is that of the runtime that this
    /// one replaces.
    fn create(&self, change: Change) -> impl Future<Output = Applied> + Send;

    /// Looks at a runtime. Right after an import its state has nothing but `id` and `namespace`.
    fn read(&self, current: Current) -> impl Future<Output = Result<Found, Diagnostics>> + Send;

    /// Changes a runtime, or finishes what was left unfinished, or mends what has drifted.
    fn update(&self, change: Change) -> impl Future<Output = Applied> + Send;

    /// Removes a runtime; it is no error if it is gone already.
    fn delete(&self, change: Change) -> impl Future<Output = Applied> + Send;
}
