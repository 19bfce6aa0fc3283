//! Removing objects, and waiting until they are gone.

use std::time::Duration;

use futures_util::{StreamExt, future::join_all};
use kre_core::desired::ObjectKey;
use kube::{
    api::{DeleteParams, Preconditions, WatchEvent, WatchParams},
    core::Request,
};
use serde_json::Value;
use tokio::{
    select,
    time::{Instant, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::instrument;

use super::{
    Live, Objects,
    gone::{GoneError, Left},
    kinds::{Kind, segment},
};
use crate::kubernetes::Failure;

const FORBIDDEN: u16 = 403;
const NOT_FOUND: u16 = 404;
const CONFLICT: u16 = 409;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How much time is kept back to find out what is left: at most, and as a part of all.
const RESERVE: Duration = Duration::from_secs(2);
const RESERVED_PART: u32 = 10;

/// What becomes of the objects that an object owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted after it.
    Background,
    /// They are deleted before it.
    Foreground,
    /// They stay, and are nobody's.
    Orphan,
}

/// What a watch has seen.
enum Watched {
    Gone,
    Forbidden,
    Nothing,
}

impl Objects {
    /// Deletes the object with this uid, if it is there. It may be gone only later: see
    /// [`until_gone`](Self::until_gone).
    #[instrument(skip_all, fields(object = %key))]
    pub async fn delete(
        &self,
        key: &ObjectKey,
        uid: &str,
        propagation: Propagation,
        until: Instant,
    ) -> Result<(), Failure> {
        let kind = Kind::of(key)?;
        let _writing = self.snapshots().writing(kind, key);
        let params = match propagation {
            Propagation::Background => DeleteParams::background(),
            Propagation::Foreground => DeleteParams::foreground(),
            Propagation::Orphan => DeleteParams::orphan(),
        };
        let params = params.preconditions(Preconditions {
            uid: Some(uid.to_owned()),
            resource_version: None,
        });
        let collection = kind.collection(key.namespace.as_deref());
        let request = Request::new(collection).delete(&segment(&key.name), &params);
        let Err(refused) = self.insist(request, until).await else {
            return Ok(());
        };
        match refused.code() {
            Some(NOT_FOUND) => Ok(()),
            Some(CONFLICT) => match self.get(key, until).await? {
                // It is another one, or already on its way.
                Some(found) if found.uid() == uid && !found.is_terminating() => {
                    Err(self.failure(refused).await)
                }
                _ => Ok(()),
            },
            _ => Err(self.failure(refused).await),
        }
    }

    /// Waits until none of the objects, each with its uid, is there any more.
    pub async fn until_gone(
        &self,
        items: &[(ObjectKey, String)],
        until: Instant,
        stop: &CancellationToken,
    ) -> Result<(), GoneError> {
        let since = Instant::now();
        let mut writing = Vec::new();
        for (key, _) in items {
            writing.push(self.snapshots().writing(Kind::of(key)?, key));
        }
        let left = until.saturating_duration_since(since);
        let end = until - RESERVE.min(left / RESERVED_PART);
        // One after the other: when the first is gone, most others are too.
        let all = async {
            for (key, uid) in items {
                self.gone(key, uid, until).await?;
            }
            Ok(())
        };
        select! {
            () = stop.cancelled() => Err(GoneError::Stopped),
            outcome = timeout_at(end, all) => match outcome {
                Ok(outcome) => outcome.map_err(GoneError::Call),
                Err(_) => self.left(items, since, until).await,
            },
        }
    }

    async fn gone(&self, key: &ObjectKey, uid: &str, until: Instant) -> Result<(), Failure> {
        let mut pause = FIRST_PAUSE;
        let mut may_watch = true;
        loop {
            let found = self.get(key, until).await?;
            let Some(found) = found.filter(|found| found.uid() == uid) else {
                return Ok(());
            };
            if may_watch {
                match self.watched(&found, until).await? {
                    Watched::Gone => return Ok(()),
                    Watched::Forbidden => may_watch = false,
                    Watched::Nothing => {}
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Watches an object until it is gone, or until the watch ends for whatever reason.
    async fn watched(&self, found: &Live, until: Instant) -> Result<Watched, Failure> {
        let key = found.key();
        let params = WatchParams::default()
            .fields(&format!("metadata.name={}", key.name))
            .disable_bookmarks();
        let request = Request::new(Kind::of(&key)?.collection(key.namespace.as_deref()));
        let Ok(request) = request.watch_metadata(&params, found.resource_version()) else {
            return Ok(Watched::Nothing);
        };
        let client = self.cluster().client(until).await?;
        let events = match client.request_events::<Value>(request).await {
            Ok(events) => events,
            Err(kube::Error::Api(status)) if status.code == FORBIDDEN => {
                return Ok(Watched::Forbidden);
            }
            // Whoever asks next is told why.
            Err(_) => return Ok(Watched::Nothing),
        };
        let mut events = std::pin::pin!(events);
        while let Some(Ok(event)) = events.next().await {
            let is_same = |object: &Value| {
                let uid = object.pointer("/metadata/uid").and_then(Value::as_str);
                uid == Some(found.uid())
            };
            match event {
                WatchEvent::Deleted(_) => return Ok(Watched::Gone),
                WatchEvent::Added(object) | WatchEvent::Modified(object) if !is_same(&object) => {
                    return Ok(Watched::Gone);
                }
                WatchEvent::Error(_) => return Ok(Watched::Nothing),
                _ => {}
            }
        }
        Ok(Watched::Nothing)
    }

    /// Tells what is left when time is up.
    async fn left(
        &self,
        items: &[(ObjectKey, String)],
        since: Instant,
        until: Instant,
    ) -> Result<(), GoneError> {
        let found = items.iter().map(async |(key, uid)| {
            let found = self.get(key, until).await?;
            Ok::<_, Failure>(found.filter(|found| found.uid() == uid))
        });
        let mut left = Vec::new();
        for found in join_all(found).await {
            left.extend(found?.as_ref().map(Left::of));
        }
        if left.is_empty() {
            return Ok(());
        }
        let after = since.elapsed();
        Err(GoneError::Left { left, after })
    }
}
