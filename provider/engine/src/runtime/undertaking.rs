//! What a creation and an update have in common: from the first write to the last.

use kre_core::{
    anchor::{self, Head},
    desired::EntryId,
    drift::{Finding, Owned, Record, Seal},
    runtime::{self, Component, Contract, Credential, Facts, Holder, MONGODB_PORT, RuntimeSpec},
};

use super::{
    Runtimes,
    outcome::{Condition, Done, Seen},
    survey::Survey,
};
use crate::{
    documents::Login,
    forward::Port,
    objects::{ApplyError, Expected, Live},
    wait::WaitError,
    work::{Apply, Failed, Removing, Stand, Store},
};

/// A creation or an update under way.
pub(super) struct Undertaking<'u> {
    pub(super) runtimes: Runtimes<'u>,
    pub(super) spec: &'u RuntimeSpec,
    /// What was applied before; `None` in a creation.
    pub(super) old: Option<&'u RuntimeSpec>,
    pub(super) facts: Facts,
    pub(super) survey: Survey,
    /// The head that the anchor has while things change.
    pub(super) head: Head,
    pub(super) record: Record,
    pub(super) seal: Seal,
    /// The anchor as last written.
    pub(super) anchor: Option<Live>,
    /// Something has been written.
    pub(super) has_begun: bool,
    /// Volumes have the sizes that were asked for.
    pub(super) has_grown: bool,
    pub(super) cluster_uid: String,
}

impl Undertaking<'_> {
    /// Does it, whatever was done of it before.
    pub(super) async fn run(mut self) -> Done {
        if let Err(error) = self.begin().await {
            return if self.has_begun || is_uncertain(&error) {
                self.stopped(error)
            } else {
                Done::refused(error)
            };
        }
        match self.go_on().await {
            Ok(()) => self.finished(),
            Err(error) => self.stopped(error),
        }
    }

    /// The first writes: the ground, if it has to be made, and the anchor that names everything.
    async fn begin(&mut self) -> Result<(), Failed> {
        self.ground().await?;
        // A namespace that was there before can be left again without a word.
        self.has_begun = self.spec.create_namespace && self.survey.ground.is_none();
        let head = self.head.clone();
        self.anchor = Some(self.write(head).await?);
        Ok(())
    }

    async fn go_on(&mut self) -> Result<(), Failed> {
        let desired = runtime::render(self.spec, &self.facts);
        let store = store(self.spec, self.facts.credentials.root.clone());
        let world = self.runtimes.world;
        let stand = Stand {
            world,
            terms: self.runtimes.terms,
            before: &self.survey.live,
            seal: &self.seal,
            store: store.as_ref(),
        };
        let mut apply = Apply::new(stand, &mut self.record);
        let applied = apply.run(&desired.entries).await;
        self.has_grown = apply.has_grown;
        applied?;
        let now = desired.inventory();
        let removal = anchor::obsolete(&self.head, &now);
        let removing = Removing {
            world,
            terms: self.runtimes.terms,
            head: &self.head,
            live: &self.survey.live,
            store: store.as_ref(),
        };
        removing.run(&removal.delete).await?;
        for item in &removal.delete {
            self.record.objects.remove(&item.id.to_string());
        }
        let finished = self.head.finished(&now);
        self.anchor = Some(self.write(finished).await?);
        Ok(())
    }

    /// Applies the namespace, if it belongs to the runtime.
    async fn ground(&mut self) -> Result<(), Failed> {
        let desired = runtime::render(self.spec, &self.facts);
        let Some(ground) = &desired.ground else {
            return Ok(());
        };
        let expected = match &self.survey.ground {
            Some(ground) => Expected::Present {
                uid: ground.uid().to_owned(),
            },
            None => Expected::Absent,
        };
        let (objects, until) = (&self.runtimes.world.objects, self.runtimes.terms.until);
        let applied = objects.apply(ground, &expected, false, until).await?;
        let owned = Owned::of(applied.value(), &self.seal);
        self.remember(&ground.item().id, owned);
        Ok(())
    }

    /// Writes the anchor; somebody who has superseded us meanwhile is not overwritten.
    async fn write(&mut self, head: Head) -> Result<Live, Failed> {
        let desired = Contract::with(head, self.spec).anchor();
        let over = self.anchor.take();
        let over = over.or_else(|| self.survey.anchor.as_ref().map(|(live, _)| live.clone()));
        let written = self.runtimes.write_anchor(&desired, over).await?;
        let owned = Owned::of(written.value(), &self.seal);
        self.remember(&desired.item().id, owned);
        Ok(written)
    }

    fn remember(&mut self, id: &EntryId, owned: Owned) {
        self.record.objects.insert(id.to_string(), owned);
    }

    /// Answers what was done before it ended.
    fn stopped(mut self, error: Failed) -> Done {
        let condition = match &error {
            Failed::Wait(WaitError::Stopped) => Condition::Starting,
            _ => Condition::Error,
        };
        self.record.unfinished = true;
        let mut told = self.spec.clone();
        // To take back a growth that was refused must not look like a shrinking.
        if let Some(old) = self.old.filter(|_| !self.has_grown) {
            told.nats.storage = old.nats.storage.clone();
            told.mongodb.storage = old.mongodb.storage.clone();
        }
        Done {
            seen: Some(Box::new(self.seen(told, condition))),
            error: Some(error),
        }
    }

    fn finished(self) -> Done {
        let told = self.spec.clone();
        Done {
            seen: Some(Box::new(self.seen(told, Condition::Ready))),
            error: None,
        }
    }

    fn seen(self, spec: RuntimeSpec, condition: Condition) -> Seen {
        let items = runtime::inventory(&spec);
        let findings = items.items().iter().map(|item| {
            let finding = match self.record.owned(&item.id) {
                Some(_) => Finding::Applied,
                None => Finding::Missing,
            };
            (item.id.to_string(), finding.to_string())
        });
        Seen {
            findings: findings.collect(),
            spec,
            condition,
            cluster_uid: self.cluster_uid,
            record: self.record,
        }
    }
}

/// Tells whether a write may have been done though it failed.
fn is_uncertain(error: &Failed) -> bool {
    match error {
        Failed::Call(failure) => !failure.is_refusal(),
        Failed::Apply(errors) => {
            let mut calls = errors.iter().filter_map(|error| match error {
                ApplyError::Call { source, .. } => Some(source),
                _ => None,
            });
            calls.any(|failure| !failure.is_refusal())
        }
        _ => false,
    }
}

/// Where the users of a runtime are.
pub(super) fn store(spec: &RuntimeSpec, credential: Credential) -> Option<Store> {
    let mut workloads = spec.workloads().into_iter();
    let (_, workload) = workloads.find(|(component, _)| *component == Component::MongoDb)?;
    Some(Store {
        workload,
        server: Port {
            namespace: spec.namespace().to_string(),
            pod: spec.mongodb_pod(),
            port: MONGODB_PORT,
        },
        login: Login {
            credential,
            secret: Holder::Root.secret(&spec.id),
        },
    })
}
