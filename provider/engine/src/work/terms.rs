//! How long work may take, and who may end it.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long work may take, and who may end it.
#[derive(Debug, Clone)]
pub struct Terms {
    /// When it has to have ended.
    pub until: Instant,
    /// How long hopeless waiting goes on, in case it heals.
    pub fail_fast: Duration,
    /// Cancelled when the user wants to stop: waits end, calls under way do not.
    pub stop: CancellationToken,
}
