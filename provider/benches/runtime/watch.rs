//! When the last workload of a runtime was available, as a bare watch sees it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use futures_util::StreamExt;
use kre_engine::wait::is_available;
use kube::{
    Api, Client,
    api::{ApiResource, DynamicObject, GroupVersionKind, WatchEvent, WatchParams},
};
use tokio::task::JoinHandle;

/// What a runtime has of workloads: NATS, MongoDB and mongo-writer.
const WORKLOADS: usize = 3;

/// The workloads of a runtime, watched; dropping it ends that.
pub(crate) struct Watch {
    seen: Arc<Mutex<Seen>>,
    tasks: Vec<JoinHandle<()>>,
}

/// What was seen of workloads, by name.
#[derive(Debug, Default)]
struct Seen(BTreeMap<String, Option<Instant>>);

impl Watch {
    /// Watches the workloads of a runtime, which need not be there yet.
    pub(crate) fn new(client: &Client, runtime: &str) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let tasks = ["StatefulSet", "Deployment"].map(|kind| {
            let kind = ApiResource::from_gvk(&GroupVersionKind::gvk("apps", "v1", kind));
            let api = Api::<DynamicObject>::all_with(client.clone(), &kind);
            let label = format!("{}={runtime}", kre_core::runtime::RUNTIME);
            tokio::spawn(follow(api, label, seen.clone()))
        });
        Self {
            seen,
            tasks: tasks.into(),
        }
    }

    /// Returns when the last of all became available, if all are.
    pub(crate) fn ready_since(&self) -> Option<Instant> {
        let Seen(seen) = &*self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Option<Vec<_>> = seen.values().copied().collect();
        all.filter(|all| all.len() == WORKLOADS)?.into_iter().max()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Notes what a watch tells, which begins with what is there, until it ends.
async fn follow(api: Api<DynamicObject>, label: String, seen: Arc<Mutex<Seen>>) {
    let params = WatchParams::default().labels(&label);
    let Ok(events) = api.watch(&params, "0").await else {
        return;
    };
    let mut events = std::pin::pin!(events);
    while let Some(event) = events.next().await {
        let Ok(WatchEvent::Added(object) | WatchEvent::Modified(object)) = event else {
            continue;
        };
        let name = object.metadata.name.clone().unwrap_or_default();
        let is_available = serde_json::to_value(object).is_ok_and(|it| is_available(&it));
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let since = seen.0.entry(name).or_default();
        // It is not more available only because something else was said of it.
        *since = is_available.then(|| since.unwrap_or_else(Instant::now));
    }
}
