//! How long containers have run.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use k8s_openapi::api::core::v1::ContainerStatus;
use tokio::time::Instant;

const WHOLE: Duration = Duration::from_secs(1);

/// How long a container without probes that has ended before has to run before it is believed.
pub(super) const STABLE: Duration = Duration::from_secs(10);

/// The time of a verdict, and what it takes to judge the times that Kubernetes writes down.
#[derive(Debug)]
pub(super) struct Clock {
    now: Instant,
    wall: SystemTime,
    /// When each container was first seen to run, by its id.
    running: BTreeMap<String, Instant>,
    /// When the next container will have run for long enough.
    due: Option<Instant>,
}

impl Clock {
    pub(super) fn new(now: Instant, wall: SystemTime) -> Self {
        Self {
            now,
            wall,
            running: BTreeMap::new(),
            due: None,
        }
    }

    pub(super) fn set(&mut self, now: Instant, wall: SystemTime) {
        self.now = now;
        self.wall = wall;
        self.due = None;
    }

    pub(super) fn now(&self) -> Instant {
        self.now
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Tells whether a container has run for so long without a break.
    ///
    /// The clock of the cluster may differ from ours: either of them is believed.
    pub(super) fn has_run(&mut self, container: &ContainerStatus, time: Duration) -> bool {
        let state = container.state.as_ref();
        let Some(running) = state.and_then(|state| state.running.as_ref()) else {
            return false;
        };
        let id = container.container_id.clone().unwrap_or_default();
        let seen = *self.running.entry(id).or_insert(self.now);
        let started = running.started_at.as_ref().map(|time| time.0.as_second());
        let elapsed = started.map(|started| self.since(started));
        // Kubernetes cuts times down to whole seconds.
        let elapsed = elapsed.unwrap_or_default().saturating_sub(WHOLE);
        let left = time.saturating_sub(elapsed.max(self.now - seen));
        if left.is_zero() {
            return true;
        }
        let end = self.now + left;
        self.due = Some(self.due.map_or(end, |due| due.min(end)));
        false
    }

    fn since(&self, seconds: i64) -> Duration {
        let start = u64::try_from(seconds).unwrap_or_default();
        let start = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(start));
        let elapsed = start.and_then(|start| self.wall.duration_since(start).ok());
        elapsed.unwrap_or_default()
    }
}
