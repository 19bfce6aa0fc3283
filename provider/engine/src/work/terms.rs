//! How long work may take, and who may end it.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::Failed;
use crate::wait::Patience;

/// How long a container that nobody can ask has to run before it is believed to go on: one that
/// lacks something ends sooner.
const SETTLE: Duration = Duration::from_secs(1);

/// How long calls under way may go on when the user wants to stop: long enough for an answer of
/// a server that is there.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long work may take, and who may end it.
#[derive(Debug, Clone)]
pub struct Terms {
    /// When it has to have ended.
    pub until: Instant,
    /// How long hopeless waiting goes on, in case it heals.
    pub fail_fast: Duration,
    /// Cancelled when the user wants to stop: waits end, and soon calls under way do too.
    pub stop: CancellationToken,
}

impl Terms {
    /// Ends work that goes on for too long though the user wants to stop, with whatever it does.
    pub(crate) fn bounded<T>(
        &self,
        work: impl Future<Output = Result<T, Failed>>,
    ) -> impl Future<Output = Result<T, Failed>> {
        let work = Box::pin(work);
        async {
            let stopped = async {
                self.stop.cancelled().await;
                sleep(FAREWELL).await;
            };
            tokio::select! {
                biased;
                outcome = work => outcome,
                () = stopped => Err(Failed::Stopped),
            }
        }
    }

    /// How long workloads are waited for.
    pub(crate) fn patience(&self) -> Patience {
        Patience {
            until: self.until,
            fail_fast: self.fail_fast,
            settle: SETTLE,
        }
    }
}
