//! One kind of objects, kept up to date.

use std::{convert::Infallible, future::pending, time::Duration};

use futures_util::StreamExt;
use kube::{
    Api, Error, ResourceExt,
    api::{ListParams, WatchEvent, WatchParams},
    core::Selector,
};
use tokio::time::{Instant, sleep};

use super::{
    scene::{Objects, Seen},
    watching::Watching,
};
use crate::kubernetes::{ConnectError, Failure};

/// How often objects are listed that may not be watched.
const INTERVAL: Duration = Duration::from_secs(1);
/// The wait before the second attempt, which doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Who has worked for so long begins anew when it fails.
const LONG: Duration = Duration::from_secs(10);
const PAGE: u32 = 500;

/// What is looked at of a kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Extent {
    /// The one object of this name.
    pub(super) name: Option<String>,
    /// Those with these labels.
    pub(super) labels: Selector,
    /// Nothing can be said without it.
    pub(super) is_vital: bool,
}

/// One kind of objects.
pub(super) struct Feed<'w, K> {
    watching: &'w Watching<'w>,
    api: Api<K>,
    extent: Extent,
    has_listed: bool,
}

impl<'w, K: Seen> Feed<'w, K> {
    pub(super) fn new(watching: &'w Watching<'w>, extent: Extent) -> Self {
        Self {
            watching,
            api: Api::namespaced(watching.client.clone(), &watching.namespace),
            extent,
            has_listed: false,
        }
    }

    /// Keeps its part of the scene up to date; ends when that cannot be done.
    ///
    /// What has worked once is tried again for as long as there is time: API servers come back.
    pub(super) async fn keep(mut self) -> Result<Infallible, Failure> {
        let mut pause = FIRST_PAUSE;
        loop {
            let since = Instant::now();
            if let Err(error) = self.round().await {
                let failure = self.watching.cluster.explain(error).await;
                if Instant::now() >= self.watching.patience.until {
                    // Whoever waits tells that time is up.
                    pending::<()>().await;
                }
                if !self.may_pass(&failure) {
                    return self.give_up(failure).await;
                }
                tracing::debug!(kind = %K::kind(&()), %failure, "watching again");
                if since.elapsed() > LONG {
                    pause = FIRST_PAUSE;
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    fn may_pass(&self, failure: &ConnectError) -> bool {
        let is_passing = matches!(
            failure,
            ConnectError::Answer { .. } | ConnectError::Refused(_)
        );
        self.has_listed || is_passing
    }

    /// What is not vital is done without.
    async fn give_up(&self, failure: Failure) -> Result<Infallible, Failure> {
        if self.extent.is_vital || !matches!(*failure, ConnectError::Forbidden { .. }) {
            return Err(failure);
        }
        tracing::warn!(%failure, "failures will be explained less well");
        self.watching.has_listed::<K>();
        pending().await
    }

    /// Lists, and watches for as long as it goes.
    async fn round(&mut self) -> Result<(), Error> {
        let mut version = self.list().await?;
        loop {
            let since = Instant::now();
            let mut params = WatchParams {
                label_selector: self.labels(),
                ..WatchParams::default()
            };
            params.field_selector = self.fields();
            let events = match self.api.watch(&params, &version).await {
                Err(Error::Api(status)) if matches!(status.code, 403 | 405) => {
                    sleep(INTERVAL).await;
                    return Ok(());
                }
                events => events?,
            };
            let mut events = std::pin::pin!(events);
            while let Some(Ok(event)) = events.next().await {
                if let Some(newer) = self.follow(event)? {
                    version = newer;
                }
            }
            if since.elapsed() < INTERVAL {
                sleep(FIRST_PAUSE).await;
            }
        }
    }

    /// Takes over a change, and returns the version that it led to.
    fn follow(&self, event: WatchEvent<K>) -> Result<Option<String>, Error> {
        let (object, is_there) = match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => (object, true),
            WatchEvent::Deleted(object) => (object, false),
            WatchEvent::Bookmark(mark) => return Ok(Some(mark.metadata.resource_version)),
            WatchEvent::Error(status) => return Err(Error::Api(status)),
        };
        let version = object.resource_version();
        if object.matters() {
            self.watching.change(|scene| {
                let place = K::place(scene);
                if is_there {
                    place.insert(object.name_any(), object);
                } else {
                    place.remove(&object.name_any());
                }
            });
        }
        Ok(version)
    }

    /// Lists everything, and returns the version of the list.
    async fn list(&mut self) -> Result<String, Error> {
        let mut found = Objects::new();
        let mut params = ListParams {
            label_selector: self.labels(),
            field_selector: self.fields(),
            limit: Some(PAGE),
            ..ListParams::default()
        };
        let version = loop {
            let page = self.api.list(&params).await?;
            let objects = page.items.into_iter().filter(Seen::matters);
            found.extend(objects.map(|object| (object.name_any(), object)));
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params.continue_token = Some(token),
                None => break page.metadata.resource_version.unwrap_or_default(),
            }
        };
        let is_first = !self.has_listed;
        self.watching.change(|scene| {
            *K::place(scene) = found;
            if is_first {
                K::remember(scene);
            }
        });
        if is_first {
            self.has_listed = true;
            self.watching.has_listed::<K>();
        }
        Ok(version)
    }

    fn labels(&self) -> Option<String> {
        let labels = &self.extent.labels;
        (!labels.selects_all()).then(|| labels.to_string())
    }

    fn fields(&self) -> Option<String> {
        let name = self.extent.name.as_ref();
        name.map(|name| format!("metadata.name={name}"))
    }
}
