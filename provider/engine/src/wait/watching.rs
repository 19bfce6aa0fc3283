//! A namespace that is watched until its workloads are as they should be.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use futures_util::future::{BoxFuture, select_all};
use k8s_openapi::{
    api::{
        apps::v1::{Deployment, ReplicaSet, StatefulSet},
        core::v1::{Event, PersistentVolumeClaim, Pod},
    },
    apimachinery::pkg::apis::meta::v1::LabelSelector,
};
use kube::{
    Client,
    core::{PartialObjectMeta, Selector},
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use super::{
    Patience, WaitError, Workload,
    clock::Clock,
    feed::{Extent, Feed},
    grace::{Finding, Memory, Outlook, outlook},
    mend::Mender,
    report,
    scene::{Scene, Seen},
    verdict::{Verdict, examine},
};
use crate::kubernetes::{Cluster, Failure};

/// A namespace, and what was seen in it so far.
pub(super) struct Watching<'c> {
    pub(super) cluster: &'c Cluster,
    pub(super) client: Client,
    pub(super) namespace: String,
    pub(super) patience: &'c Patience,
    since: Instant,
    scene: Mutex<Scene>,
    changed: Notify,
    listed: watch::Sender<Listed>,
}

/// How many kinds have been listed.
#[derive(Debug, Default)]
struct Listed {
    kinds: usize,
    /// Of them, kinds of workloads.
    workloads: usize,
}

/// Ends only when something cannot be watched.
type Keeping<'w> = BoxFuture<'w, Result<Infallible, Failure>>;

impl<'c> Watching<'c> {
    pub(super) async fn new(
        cluster: &'c Cluster,
        namespace: &str,
        patience: &'c Patience,
    ) -> Result<Self, Failure> {
        Ok(Self {
            cluster,
            client: cluster.client(patience.until).await?,
            namespace: namespace.to_owned(),
            patience,
            since: Instant::now(),
            scene: Mutex::default(),
            changed: Notify::new(),
            listed: watch::Sender::default(),
        })
    }

    /// Waits until all workloads are ready.
    pub(super) async fn until_ready(&self, workloads: &[&Workload]) -> Result<(), WaitError> {
        let look = self.look(workloads);
        self.along_with(self.feeds(workloads), look).await
    }

    /// Does something while feeds are kept, once all of them have listed what there is.
    pub(super) async fn along_with(
        &self,
        feeds: Vec<Keeping<'_>>,
        look: impl Future<Output = Result<(), WaitError>>,
    ) -> Result<(), WaitError> {
        let kinds = feeds.len();
        let look = async {
            tokio::select! {
                () = self.until_listed(|listed| listed.kinds >= kinds) => look.await,
                () = sleep_until(self.patience.until) => Err(self.unanswered().await),
            }
        };
        tokio::select! {
            outcome = look => outcome,
            (failed, _, _) = select_all(feeds) => match failed {
                Err(failure) => Err(WaitError::Call(failure)),
                Ok(never) => match never {},
            },
        }
    }

    async fn until_listed(&self, is_enough: impl FnMut(&Listed) -> bool) {
        // The sender is ours, and does not go away.
        let _ = self.listed.subscribe().wait_for(is_enough).await;
    }

    async fn look(&self, workloads: &[&Workload]) -> Result<(), WaitError> {
        let mut memory = Memory::default();
        let mut clock = Clock::new(Instant::now(), SystemTime::now());
        let mut mender = Mender::default();
        loop {
            clock.set(Instant::now(), SystemTime::now());
            let verdicts = self.verdicts(workloads, &mut clock);
            if verdicts.iter().all(|(_, verdict)| verdict.is_ready) {
                return Ok(());
            }
            mender.mend(self, &verdicts).await;
            let symptoms = verdicts.into_iter().flat_map(|(workload, verdict)| {
                let Verdict {
                    symptoms,
                    component,
                    ..
                } = verdict;
                let of = move |symptom| (workload.key.clone(), component.clone(), symptom);
                symptoms.into_iter().map(of)
            });
            let findings = memory.findings(symptoms.collect(), clock.now());
            let next = self.weigh(&findings, clock.now()).await?;
            let next = [next, clock.due(), mender.due()];
            self.rest(next.into_iter().flatten().min()).await;
        }
    }

    fn verdicts<'w>(
        &self,
        workloads: &[&'w Workload],
        clock: &mut Clock,
    ) -> Vec<(&'w Workload, Verdict)> {
        let settle = self.patience.settle;
        self.see(|scene| {
            let judged = workloads
                .iter()
                .map(|workload| (*workload, examine(workload, scene, settle, clock)));
            judged.collect()
        })
    }

    /// Decides whether to go on; then returns when to look again at the latest.
    pub(super) async fn weigh(
        &self,
        findings: &[Finding],
        now: Instant,
    ) -> Result<Option<Instant>, WaitError> {
        if now >= self.patience.until {
            if let WaitError::Call(failure) = self.unanswered().await {
                return Err(WaitError::Call(failure));
            }
            return Err(WaitError::TimedOut {
                reports: report::complete(self, findings.to_vec()).await,
                after: self.since.elapsed(),
            });
        }
        match outlook(findings, self.patience.fail_fast, now) {
            Outlook::Open(next) => Ok(next),
            Outlook::Hopeless(findings) => {
                let reports = report::complete(self, findings).await;
                Err(WaitError::Hopeless(reports))
            }
        }
    }

    /// Waits until something has changed, or the time has come.
    pub(super) async fn rest(&self, next: Option<Instant>) {
        let until = self.patience.until;
        let next = next.map_or(until, |next| next.min(until));
        tokio::select! {
            () = self.changed.notified() => {}
            () = sleep_until(next) => {}
        }
    }

    /// Tells why there is no answer, if there is none even at the end.
    async fn unanswered(&self) -> WaitError {
        match report::is_answering(self).await {
            Err(failure) => WaitError::Call(failure),
            Ok(()) => WaitError::TimedOut {
                reports: Vec::new(),
                after: self.since.elapsed(),
            },
        }
    }

    /// Looks at the scene.
    pub(super) fn see<T>(&self, look: impl FnOnce(&Scene) -> T) -> T {
        look(&self.scene.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the scene.
    pub(super) fn change(&self, change: impl FnOnce(&mut Scene)) {
        change(&mut self.scene.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
    }

    /// Notes that one more kind has been listed.
    pub(super) fn has_listed<K: Seen>(&self) {
        self.listed.send_modify(|listed| {
            listed.kinds += 1;
            listed.workloads += usize::from(K::IS_WORKLOAD);
        });
    }

    fn feeds<'w>(&'w self, workloads: &[&'w Workload]) -> Vec<Keeping<'w>> {
        let of = |kind: &str| {
            let found = workloads.iter().filter(|it| it.key.kind == kind);
            found.map(|it| it.key.name.clone()).collect::<Vec<_>>()
        };
        let (sets, deployments) = (of("StatefulSet"), of("Deployment"));
        let workloads = workloads.to_vec();
        let kinds = usize::from(!sets.is_empty()) + usize::from(!deployments.is_empty());
        let mut feeds: Vec<Keeping<'w>> = vec![
            self.feed::<Event>(Extent::default()),
            self.feed::<PersistentVolumeClaim>(Extent::default()),
            Box::pin(async move {
                // The workloads know which pods are theirs.
                self.until_listed(|it| it.workloads >= kinds).await;
                let extent = Extent {
                    labels: self.see(|scene| common(scene, &workloads)),
                    ..Extent::default()
                };
                Feed::<Pod>::new(self, extent).keep().await
            }),
        ];
        if !sets.is_empty() {
            feeds.push(self.feed::<StatefulSet>(Extent::of(&sets)));
        }
        if !deployments.is_empty() {
            feeds.push(self.feed::<Deployment>(Extent::of(&deployments)));
            feeds.push(self.feed::<PartialObjectMeta<ReplicaSet>>(Extent::default()));
        }
        feeds
    }

    pub(super) fn feed<K: Seen>(&self, extent: Extent) -> Keeping<'_> {
        Box::pin(Feed::<K>::new(self, extent).keep())
    }
}

impl Extent {
    /// All of these names, and perhaps others.
    pub(super) fn of(names: &[String]) -> Self {
        let name = match names {
            [name] => Some(name.clone()),
            _ => None,
        };
        Self {
            name,
            labels: Selector::default(),
            is_vital: true,
        }
    }
}

/// The labels that the pods of all workloads have in common.
fn common(scene: &Scene, workloads: &[&Workload]) -> Selector {
    let selectors = workloads.iter().map(|workload| {
        let name = &workload.key.name;
        let set = scene
            .stateful_sets
            .get(name)
            .and_then(|it| it.spec.as_ref());
        let deployment = scene.deployments.get(name).and_then(|it| it.spec.as_ref());
        let selector = match workload.key.kind.as_str() {
            "Deployment" => deployment.map(|spec| &spec.selector),
            _ => set.map(|spec| &spec.selector),
        };
        labels(selector)
    });
    let labels = selectors.reduce(|mut common, labels| {
        common.retain(|name, value| labels.get(name) == Some(value));
        common
    });
    Selector::from_iter(labels.unwrap_or_default())
}

fn labels(selector: Option<&LabelSelector>) -> BTreeMap<String, String> {
    let labels = selector.and_then(|selector| selector.match_labels.clone());
    labels.unwrap_or_default()
}
