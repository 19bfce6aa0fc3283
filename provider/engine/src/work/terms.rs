//! How long work may take, and who may end it.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::wait::Patience;

/// How long a container that nobody can ask has to run before it is believed to go on: one that
/// lacks something ends sooner.
const SETTLE: Duration = Duration::from_secs(1);

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

impl Terms {
    /// How long workloads are waited for.
    pub(crate) fn patience(&self) -> Patience {
        Patience {
            until: self.until,
            fail_fast: self.fail_fast,
            settle: SETTLE,
        }
    }
}
