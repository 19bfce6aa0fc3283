//! One provider being served: what it offers, how it is configured, and whether to stop.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, PoisonError, RwLock},
};

use futures_util::FutureExt;
use terraform::{Diagnostics, Value};

use crate::{
    Stop,
    protocol::catalogue::Catalogue,
    provider::{Configuration, Provider},
};

/// One provider being served: an implementation of the protocol's service.
pub struct Service<P: Provider> {
    pub(crate) catalogue: Catalogue<P>,
    configured: RwLock<Option<Arc<P>>>,
    pub(crate) stop: Stop,
}

impl<P: Provider> Service<P> {
    /// Serves a provider that is not configured yet.
    pub fn new(stop: Stop) -> Self {
        Self {
            catalogue: Catalogue::new(),
            configured: RwLock::new(None),
            stop,
        }
    }

    /// Configures the provider, in place of any configuration before; calls under way keep theirs.
    pub(crate) fn configure(&self, config: Value, host_version: String) -> Result<(), Diagnostics> {
        let provider = P::configure(Configuration {
            config,
            host_version,
        })?;
        self.stop.renew();
        *self
            .configured
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(provider));
        Ok(())
    }

    /// The provider as configured.
    pub(crate) fn provider(&self) -> Result<Arc<P>, Diagnostics> {
        let configured = self
            .configured
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        configured.clone().ok_or_else(|| {
            Diagnostics::error(
                "Provider is not configured",
                "The host called an operation before it configured the provider. This is a mistake in the host, or in the tool that took its place.",
            )
        })
    }
}

/// Runs something to its end, and turns a panic into a diagnostic: the process serves other
/// resources, whose states must not be lost.
pub(crate) async fn without_panic<T>(work: impl Future<Output = T>) -> Result<T, Diagnostics> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|panic| {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Diagnostics::bug(format!("an operation panicked: {message}"))
        })
}
