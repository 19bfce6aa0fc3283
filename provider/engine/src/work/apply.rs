//! Applying what must exist, in waves.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use futures_util::future::join_all;
use kre_core::{
    desired::{Entry, Index, Object, ObjectKey, User},
    drift::{self, Conflict, FieldPath, Owned, Record, Seal},
    secret::Password,
    text::Quantity,
};

use serde_json::Value;

use super::{Failed, Terms, World};
use crate::{
    documents::{Documents, Login},
    forward::Port,
    objects::{ApplyError, Expected, Live, Propagation},
    wait::{self, Workload},
};

/// Where a claim says what it asks for.
pub(super) const SIZE: &str = "/spec/resources/requests/storage";

/// The server that users and indexes are made in.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// What is ready whenever it can be asked.
    pub(crate) workload: ObjectKey,
    /// Where it is.
    pub(crate) server: Port,
    /// Who asks.
    pub(crate) login: Login,
}

/// What an apply stands on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand<'a> {
    pub(crate) world: &'a World,
    pub(crate) terms: &'a Terms,
    /// What there was before; nothing in it belongs to anybody else.
    pub(crate) before: &'a BTreeMap<ObjectKey, Live>,
    pub(crate) seal: &'a Seal,
    /// Where users and indexes are made; `None` where there are none.
    pub(crate) store: Option<&'a Store>,
}

/// One apply, and what it has done so far.
pub(crate) struct Apply<'a> {
    pub(super) stand: Stand<'a>,
    /// Where what has been applied is remembered, as soon as it has been.
    pub(super) record: &'a mut Record,
    workloads: Vec<Workload>,
    /// All of these workloads have been ready.
    are_ready: bool,
    /// Volumes have the sizes that were asked for.
    pub(crate) has_grown: bool,
}

impl<'a> Apply<'a> {
    pub(crate) fn new(stand: Stand<'a>, record: &'a mut Record) -> Self {
        Self {
            stand,
            record,
            workloads: Vec::new(),
            are_ready: true,
            has_grown: false,
        }
    }

    /// Applies all entries in their order, and waits until every workload is ready.
    ///
    /// What is known to the database waits for its server, and what comes after for that.
    pub(crate) async fn run(&mut self, entries: &[Entry]) -> Result<(), Failed> {
        let mut documents = None;
        let outcome = self.waves(entries, &mut documents).await;
        if let Some(documents) = documents {
            documents.close().await;
        }
        outcome?;
        self.ready().await
    }

    async fn waves(
        &mut self,
        entries: &[Entry],
        documents: &mut Option<Documents>,
    ) -> Result<(), Failed> {
        let mut wave = Vec::new();
        for entry in entries {
            if let Entry::Object(object) = entry {
                wave.push(object);
                continue;
            }
            self.objects(&mem::take(&mut wave)).await?;
            let documents = match documents {
                Some(documents) => documents,
                None => documents.insert(self.open().await?),
            };
            self.document(documents, entry).await?;
        }
        self.objects(&wave).await
    }

    /// Volumes that exist go first, since they may refuse to grow; new ones after the Secrets with
    /// which their data will be written; workloads last, since they use the others. A Deployment uses
    /// what keeps data: before that is ready, its containers would end again and again, and look as if
    /// they were to blame.
    async fn objects(&mut self, wave: &[&Object]) -> Result<(), Failed> {
        let mut turns = [const { Vec::new() }; 5];
        for object in wave {
            let turn = match object.key().kind.as_str() {
                "PersistentVolumeClaim" if self.stand.before.contains_key(object.key()) => 0,
                "PersistentVolumeClaim" => 2,
                "StatefulSet" => 3,
                "Deployment" => 4,
                _ => 1,
            };
            if let Some(turn) = turns.get_mut(turn) {
                turn.push(*object);
            }
        }
        let [volumes, plain, new_volumes, sets, deployments] = turns;
        let volumes = self.together(&volumes).await;
        let volumes = volumes.map_err(|error| self.ungrown(error))?;
        self.resized(&volumes).await?;
        self.together(&plain).await?;
        self.together(&new_volumes).await?;
        self.workloads(&sets).await?;
        if !deployments.is_empty() {
            self.ready().await?;
        }
        self.workloads(&deployments).await
    }

    async fn workloads(&mut self, workloads: &[&Object]) -> Result<(), Failed> {
        let applied = self.together(workloads).await?;
        self.are_ready &= applied.is_empty();
        self.workloads.extend(applied.iter().map(workload));
        Ok(())
    }

    /// Applies objects that do not need each other, and tells of all that failed.
    async fn together(&mut self, objects: &[&Object]) -> Result<Vec<Live>, Failed> {
        let applied = join_all(objects.iter().map(|object| self.one(object))).await;
        let mut done = Vec::new();
        let mut failed = Vec::new();
        let mut ended = None;
        for (object, applied) in objects.iter().zip(applied) {
            match applied {
                Ok(live) => {
                    let owned = Owned::of(live.value(), self.stand.seal);
                    self.record.remember(&object.item().id, owned);
                    done.push(live);
                }
                Err(Failed::Apply(errors)) => failed.extend(errors),
                Err(other) => ended = Some(other),
            }
        }
        match ended {
            Some(ended) => Err(ended),
            None if failed.is_empty() => Ok(done),
            None => Err(Failed::Apply(failed)),
        }
    }

    async fn one(&self, object: &Object) -> Result<Live, Failed> {
        let objects = &self.stand.world.objects;
        let until = self.stand.terms.until;
        let before = self.stand.before.get(object.key());
        let expected = expected(before);
        let applied = match objects.apply(object, &expected, false, until).await {
            Err(ApplyError::Conflicts { conflicts, .. })
                if self.may_force(object, before, &conflicts) =>
            {
                objects.apply(object, &expected, true, until).await
            }
            applied => applied,
        };
        match applied {
            Err(ApplyError::Conflicts { key, conflicts }) => {
                let seen = conflicts.into_iter().map(|it| match before {
                    Some(before) => it.seen_in(before.value()),
                    None => it,
                });
                let conflicts = seen.collect();
                Err(ApplyError::Conflicts { key, conflicts }.into())
            }
            Err(ApplyError::Immutable { .. }) if object.key().kind == "StatefulSet" => {
                self.anew(object, before).await
            }
            Err(error @ ApplyError::Invalid { .. }) => self.restored(object, error).await,
            applied => Ok(applied?),
        }
    }

    /// Tells whether others have taken only what the plan has announced to take back or to change.
    fn may_force(&self, object: &Object, before: Option<&Live>, conflicts: &[Conflict]) -> bool {
        let Some(before) = before else { return false };
        let nothing = BTreeSet::<FieldPath>::new();
        let id = object.item().id;
        drift::may_force(
            conflicts,
            self.record.owned(&id),
            before.value(),
            self.stand.seal,
            self.record
                .announced
                .get(&id.to_string())
                .unwrap_or(&nothing),
        )
    }

    /// Makes a workload anew around the pods that run on, where a field cannot change.
    async fn anew(&self, object: &Object, before: Option<&Live>) -> Result<Live, Failed> {
        let objects = &self.stand.world.objects;
        let until = self.stand.terms.until;
        if let Some(before) = before {
            let key = object.key();
            let gone = [(key.clone(), before.uid().to_owned())];
            let orphan = Propagation::Orphan;
            objects.delete(key, before.uid(), orphan, until).await?;
            objects
                .until_gone(&gone, until, &self.stand.terms.stop)
                .await?;
        }
        let absent = Expected::Absent;
        Ok(objects.apply(object, &absent, false, until).await?)
    }

    /// Waits for volumes that were there before and have to be larger now.
    async fn resized(&mut self, claims: &[Live]) -> Result<(), Failed> {
        let grown: Vec<_> = claims
            .iter()
            .filter(|claim| {
                let before = self.stand.before.get(&claim.key());
                before.is_some_and(|before| requested(before) != requested(claim))
            })
            .filter_map(|claim| Some((claim.key(), requested(claim)?)))
            .collect();
        if !grown.is_empty() {
            let (cluster, patience) = (&self.stand.world.cluster, self.stand.terms.patience());
            wait::until_resized(cluster, &grown, &patience, &self.stand.terms.stop).await?;
        }
        self.has_grown = true;
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), Failed> {
        if self.are_ready {
            return Ok(());
        }
        let (cluster, patience) = (&self.stand.world.cluster, self.stand.terms.patience());
        let stop = &self.stand.terms.stop;
        wait::until_ready(cluster, &self.workloads, &patience, stop).await?;
        self.are_ready = true;
        Ok(())
    }

    async fn open(&mut self) -> Result<Documents, Failed> {
        let Some(store) = self.stand.store else {
            return Err(Failed::Nowhere);
        };
        self.ready().await?;
        store.open(self.stand.world, self.stand.terms).await
    }

    async fn document(&mut self, documents: &Documents, entry: &Entry) -> Result<(), Failed> {
        match entry {
            Entry::Object(_) => Ok(()),
            Entry::User(user, password) => self.user(documents, user, password).await,
            Entry::Index(index) => self.index(documents, index).await,
        }
    }

    async fn user(
        &mut self,
        documents: &Documents,
        user: &User,
        password: &Password,
    ) -> Result<(), Failed> {
        let until = self.stand.terms.until;
        documents.put_user(user, password, until).await?;
        let users = documents.users(&user.database, until).await?;
        if let Some(told) = users.get(&user.name) {
            let owned = Owned::whole(told, self.stand.seal);
            self.record.remember(&user.id(), owned);
        }
        Ok(())
    }

    async fn index(&mut self, documents: &Documents, index: &Index) -> Result<(), Failed> {
        let until = self.stand.terms.until;
        documents.put_index(index, until).await?;
        let indexes = documents.indexes(&index.database, &index.collection, until);
        if let Some(told) = indexes.await?.get(&index.name) {
            let owned = Owned::whole(told, self.stand.seal);
            self.record.remember(&index.id(), owned);
        }
        Ok(())
    }
}

impl Store {
    /// Logs in.
    pub(crate) async fn open(&self, world: &World, terms: &Terms) -> Result<Documents, Failed> {
        let opened = Documents::open(&world.forwards, &self.server, &self.login, terms.until);
        Ok(opened.await?)
    }
}

fn workload(live: &Live) -> Workload {
    let generation = live.value().pointer("/metadata/generation");
    Workload {
        key: live.key(),
        generation: generation.and_then(Value::as_i64).unwrap_or_default(),
    }
}

fn expected(before: Option<&Live>) -> Expected {
    match before {
        Some(before) => Expected::Present {
            uid: before.uid().to_owned(),
        },
        None => Expected::Absent,
    }
}

/// How much a claim asks for, in bytes.
fn requested(claim: &Live) -> Option<u64> {
    let size = claim.value().pointer(SIZE)?;
    let size: Quantity = size.as_str()?.parse().ok()?;
    Some(size.units())
}
