//! What a creation and an update have in common: from the first write to the last.

use kre_core::{
    anchor::{self, Head},
    desired::{Entry, EntryId},
    drift::{Finding, Owned, Record, Seal},
    runtime::{self, Component, Contract, Credential, Facts, Holder, MONGODB_PORT, RuntimeSpec},
};

use super::{
    Runtimes, facts,
    outcome::{Condition, Done, Seen},
    survey::Survey,
};
use crate::{
    documents::Login,
    forward::Port,
    objects::{ApplyError, Expected, GoneError, Live},
    wait::WaitError,
    work::{Apply, Failed, Removing, Stand, Store},
};

/// How often an instance that we have superseded may come first.
const ROUNDS: usize = 5;

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
        let terms = self.runtimes.terms;
        if let Err(error) = terms.bounded(self.begin()).await {
            return if self.has_begun || is_uncertain(&error) {
                self.stopped(error)
            } else {
                Done::refused(error)
            };
        }
        match terms.bounded(self.insist()).await {
            Ok(()) => self.finished(),
            Err(error) => self.stopped(error),
        }
    }

    /// The first writes: the ground, if it has to be made, and the anchor that names everything.
    ///
    /// A ground that is there is only touched by whoever has got the anchor.
    async fn begin(&mut self) -> Result<(), Failed> {
        if self.survey.ground.is_none() {
            self.ground().await?;
        }
        let head = self.head.clone();
        self.anchor = Some(self.write(head).await?);
        Ok(())
    }

    /// Goes on to the end, also while an instance that we have superseded has not noticed yet.
    async fn insist(&mut self) -> Result<(), Failed> {
        for _ in 0..ROUNDS {
            match self.go_on().await {
                Err(error) if self.is_overtaken(&error) => self.look_again().await?,
                outcome => return outcome,
            }
        }
        self.go_on().await
    }

    /// Tells whether a superseded instance has made since what we were about to make.
    fn is_overtaken(&self, error: &Failed) -> bool {
        let Failed::Apply(errors) = error else {
            return false;
        };
        errors.iter().all(|error| match error {
            ApplyError::Exists { found } => self.head.owns(found.stamp().as_ref()),
            _ => false,
        })
    }

    /// Takes in what there is now, credentials above all: they may be in use already.
    async fn look_again(&mut self) -> Result<(), Failed> {
        let Runtimes { world, terms } = self.runtimes;
        self.survey = Survey::thorough(world, terms, self.spec, &self.head.inventory).await?;
        self.survey.has_no_strangers(self.spec, &self.head)?;
        let instance = self.record.instance.clone();
        self.facts = facts::gather(&self.survey, self.spec, instance)?;
        self.seal = facts::seal(Some(&self.facts.credentials.root));
        Ok(())
    }

    async fn go_on(&mut self) -> Result<(), Failed> {
        let mut desired = runtime::render(self.spec, &self.facts);
        let now = desired.inventory();
        let mut before = self.survey.live.clone();
        if let Some(ground) = &self.survey.ground {
            before.insert(ground.key(), ground.clone());
            let ground = desired.ground.take().map(Entry::Object);
            desired.entries.splice(..0, ground);
        }
        let store = store(self.spec, self.facts.credentials.root.clone());
        let world = self.runtimes.world;
        let stand = Stand {
            world,
            terms: self.runtimes.terms,
            before: &before,
            seal: &self.seal,
            store: store.as_ref(),
        };
        let mut apply = Apply::new(stand, &mut self.record);
        let applied = apply.run(&desired.entries).await;
        self.has_grown = apply.has_grown;
        applied?;
        let removal = anchor::obsolete(&self.head, &now);
        let removing = Removing {
            world,
            terms: self.runtimes.terms,
            head: &self.head,
            live: &self.survey.live,
            store: store.as_ref(),
            strays: None,
        };
        removing.run(&removal.delete).await?;
        for item in &removal.delete {
            self.record.forget(&item.id);
        }
        self.give_up().await?;
        let finished = self.head.finished(&now);
        self.anchor = Some(self.write(finished).await?);
        Ok(())
    }

    /// Makes the namespace, if it is to belong to the runtime.
    async fn ground(&mut self) -> Result<(), Failed> {
        let desired = runtime::render(self.spec, &self.facts);
        let Some(ground) = &desired.ground else {
            return Ok(());
        };
        let (objects, until) = (&self.runtimes.world.objects, self.runtimes.terms.until);
        let applied = objects.apply(ground, &Expected::Absent, false, until);
        let applied = applied.await?;
        self.has_begun = true;
        let owned = Owned::of(applied.value(), &self.seal);
        self.record.remember(&ground.item().id, owned);
        Ok(())
    }

    /// Leaves a namespace that is not to belong to the runtime any more, or never was to.
    async fn give_up(&mut self) -> Result<(), Failed> {
        let ground = self.survey.ground.as_ref();
        let ground = ground.filter(|it| self.head.owns(it.stamp().as_ref()));
        let Some(ground) = ground.filter(|_| !self.spec.create_namespace) else {
            return Ok(());
        };
        self.runtimes.release(ground).await?;
        self.record.forget(&EntryId::Object(ground.key()));
        Ok(())
    }

    /// Writes the anchor; somebody who has superseded us meanwhile is not overwritten.
    async fn write(&mut self, head: Head) -> Result<Live, Failed> {
        let desired = Contract::with(head, self.spec).anchor();
        let over = self.anchor.take();
        let over = over.or_else(|| self.survey.anchor.as_ref().map(|(live, _)| live.clone()));
        let written = self.runtimes.write_anchor(&desired, over).await?;
        let owned = Owned::of(written.value(), &self.seal);
        self.record.remember(&desired.item().id, owned);
        Ok(written)
    }

    /// Answers what was done before it ended.
    fn stopped(mut self, error: Failed) -> Done {
        let condition = match &error {
            Failed::Stopped
            | Failed::Wait(WaitError::Stopped)
            | Failed::Gone(GoneError::Stopped) => Condition::Starting,
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
        Failed::Stopped => true,
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
