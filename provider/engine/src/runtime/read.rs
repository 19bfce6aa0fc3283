//! A look at a runtime: what has become of everything that belongs to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use kre_core::{
    anchor::Status,
    desired::{EntryId, Inventory, ObjectKey},
    drift::{FieldPath, Finding, Owned, Record, Seal},
    runtime::{self, Holder, RuntimeSpec, live},
};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    Runtimes,
    documents::{self, Told},
    facts,
    outcome::{Condition, Seen, Sight},
    survey::{Survey, objects},
    undertaking::store,
};
use crate::{
    objects::Live,
    wait,
    work::{Failed, Terms},
};

/// How long an answer of MongoDB is waited for, by somebody who only looks: nobody can repair what
/// no look gets past.
const ANSWER: Duration = Duration::from_secs(20);

/// What is known of a runtime before a look.
#[derive(Debug)]
pub struct Known {
    /// As it was last seen.
    pub spec: RuntimeSpec,
    /// How far it was.
    pub condition: Condition,
    /// What had become of each thing, as text.
    pub findings: BTreeMap<String, String>,
    /// What has been remembered.
    pub record: Record,
}

impl Runtimes<'_> {
    /// Looks at a runtime. It fails only if the API server cannot be asked.
    pub async fn read(&self, known: Known) -> Result<Sight, Failed> {
        self.terms.bounded(self.seen(known)).await
    }

    async fn seen(&self, known: Known) -> Result<Sight, Failed> {
        let Known { spec, record, .. } = &known;
        // What an unfinished change has left is none of the user's business: the next apply sees
        // to it.
        let inventory = runtime::inventory(spec);
        let survey = Survey::of(self.world, self.terms, spec, &inventory).await?;
        let anchor = survey.anchor.as_ref();
        if let Some((live, contract)) = anchor
            && contract.head.instance != record.instance
        {
            let by = contract.head.instance.clone();
            return Ok(Sight::Gone {
                superseded_by: Some((live.key(), by)),
            });
        }
        if anchor.is_none() && survey.is_empty_for(&record.instance) {
            return Ok(Sight::Gone {
                superseded_by: None,
            });
        }
        let uid = self.world.cluster.uid(self.terms.until).await?.to_owned();
        Ok(Look::at(known, survey, inventory).finish(self, uid).await)
    }
}

/// A look under way.
struct Look {
    known: Known,
    survey: Survey,
    inventory: Inventory,
    seal: Seal,
    /// What an apply would make, if there is something of which nothing is remembered.
    desired: BTreeMap<ObjectKey, Value>,
    findings: BTreeMap<String, String>,
}

impl Look {
    fn at(known: Known, survey: Survey, inventory: Inventory) -> Self {
        Self {
            seal: facts::seal(facts::credential(&survey, &known.spec, Holder::Root).as_ref()),
            desired: desired(&known, &survey, &inventory),
            known,
            survey,
            inventory,
            findings: BTreeMap::new(),
        }
    }

    async fn finish(mut self, runtimes: &Runtimes<'_>, cluster_uid: String) -> Sight {
        self.objects();
        let unseen = self.documents(runtimes).await.err();
        let spec = self.read_back();
        let condition = self.condition();
        let Known { mut record, .. } = self.known;
        record.unfinished = condition != Condition::Ready;
        let seen = Seen {
            spec,
            condition,
            findings: self.findings,
            record,
            cluster_uid,
        };
        Sight::There {
            seen: Box::new(seen),
            unseen,
        }
    }

    /// Compares objects with what we remember of them.
    fn objects(&mut self) {
        for item in self.inventory.clone().items() {
            let EntryId::Object(key) = &item.id else {
                continue;
            };
            let live = self.survey.find(key).cloned();
            let live = live.filter(|live| !live.is_terminating());
            let live = live.as_ref().map(Live::value);
            let desired = self.desired.get(key).cloned();
            let finding = self.compared(&item.id, live, |live, seal| match &desired {
                Some(desired) => Owned::imported(live, desired, seal),
                None => Owned::of(live, seal),
            });
            self.findings.insert(item.id.to_string(), finding);
        }
    }

    /// Compares a thing with what we remember of it; what we remember nothing of, because it was
    /// imported, is remembered from now on. What has changed is announced by whoever plans next.
    fn compared(
        &mut self,
        id: &EntryId,
        live: Option<&Value>,
        remembered: impl Fn(&Value, &Seal) -> Owned,
    ) -> String {
        let record = &mut self.known.record;
        let text = id.to_string();
        if let Some(live) = live
            && record.owned(id).is_none()
        {
            let owned = remembered(live, &self.seal);
            record.objects.insert(text.clone(), owned);
        }
        let finding = match record.owned(id) {
            Some(owned) => Finding::of(owned, live, &self.seal),
            None => Finding::Missing,
        };
        let paths = finding.differences().iter();
        let paths: BTreeSet<FieldPath> = paths.map(|it| it.path.clone()).collect();
        if paths.is_empty() {
            record.announced.remove(&text);
        } else {
            record.announced.insert(text, paths);
        }
        finding.to_string()
    }

    /// Compares what `MongoDB` knows. What cannot be asked keeps what was seen before.
    async fn documents(&mut self, runtimes: &Runtimes<'_>) -> Result<(), Failed> {
        let ids = self.inventory.items().iter().map(|item| item.id.clone());
        let ids: BTreeSet<_> = ids.filter(documents::is_inside).collect();
        let told = self.told(runtimes, &ids).await;
        for id in ids {
            let text = if let Ok(told) = &told {
                self.compared(&id, told.find(&id), Owned::whole)
            } else {
                let before = self.known.findings.get(&id.to_string());
                before
                    .cloned()
                    .unwrap_or_else(|| Finding::Applied.to_string())
            };
            self.findings.insert(id.to_string(), text);
        }
        told.map(drop)
    }

    /// What `MongoDB` tells of these things.
    async fn told(&self, runtimes: &Runtimes<'_>, ids: &BTreeSet<EntryId>) -> Result<Told, Failed> {
        let spec = &self.known.spec;
        let Some(credential) = facts::credential(&self.survey, spec, Holder::Root) else {
            return Err(Failed::NoCredential(Box::new(
                spec.secret_key(Holder::Root),
            )));
        };
        let Some(store) = store(spec, credential) else {
            return Ok(Told::default());
        };
        let workload = self.survey.live.get(&store.workload);
        if !workload.is_some_and(|live| wait::is_available(live.value())) {
            return Err(Failed::NotReady(Box::new(store.workload)));
        }
        let terms = Terms {
            until: runtimes.terms.until.min(Instant::now() + ANSWER),
            ..runtimes.terms.clone()
        };
        let documents = store.open(runtimes.world, &terms).await?;
        let told = Told::ask(&documents, ids, terms.until).await;
        documents.close().await;
        Ok(told?)
    }

    /// The attributes, where others have changed what can be seen of them.
    fn read_back(&self) -> RuntimeSpec {
        let announced = |key: &ObjectKey| {
            let name = EntryId::Object(key.clone()).to_string();
            self.known.record.announced.get(&name)
        };
        let changed = self.survey.live.iter();
        let changed = changed.filter(|(key, _)| announced(key).is_some());
        let values = changed.map(|(key, live)| (key.clone(), live.value().clone()));
        live::read_back(&self.known.spec, &values.collect(), &|key, path| {
            announced(key).is_some_and(|paths| paths.iter().any(|it| it.as_str() == path))
        })
    }

    /// How far it is: what an apply has left unfinished, only an apply finishes.
    fn condition(&self) -> Condition {
        let anchor = self.survey.anchor.as_ref();
        let is_finished = anchor.is_none_or(|(_, contract)| contract.head.status == Status::Ready);
        let is_available = || {
            let workloads = self.known.spec.workloads();
            workloads.iter().all(|(_, key)| {
                let live = self.survey.live.get(key);
                live.is_some_and(|live| wait::is_available(live.value()))
            })
        };
        match self.known.condition {
            Condition::Ready if is_finished && !self.known.record.unfinished => Condition::Ready,
            Condition::Ready => Condition::Error,
            _ if is_finished && is_available() => Condition::Ready,
            unfinished => unfinished,
        }
    }
}

/// Renders what an apply would make, where it takes that to see what others have changed: nothing
/// is remembered of what has just been imported.
fn desired(known: &Known, survey: &Survey, inventory: &Inventory) -> BTreeMap<ObjectKey, Value> {
    let Known { spec, record, .. } = known;
    let objects = objects(inventory).into_iter();
    let mut unknown = objects.filter(|key| {
        let id = EntryId::Object(key.clone());
        survey.find(key).is_some() && record.owned(&id).is_none()
    });
    if unknown.next().is_none() {
        return BTreeMap::new();
    }
    let Ok(facts) = facts::gather(survey, spec, record.instance.clone()) else {
        return BTreeMap::new();
    };
    let desired = runtime::render(spec, &facts);
    // The anchor says how far it is, and is that of a runtime that is ready here.
    let objects = desired
        .objects()
        .filter(|it| it.key() != desired.anchor.key());
    objects
        .map(|object| (object.key().clone(), object.content().clone()))
        .collect()
}
