//! A look at a runtime: what has become of everything that belongs to it.

use std::collections::{BTreeMap, BTreeSet};

use kre_core::{
    desired::{EntryId, Inventory, ObjectKey},
    drift::{Finding, Owned, Record, Seal},
    runtime::{self, Holder, RuntimeSpec},
};
use serde_json::Value;

use super::{
    Runtimes, facts,
    outcome::{Condition, Seen, Sight},
    survey::{Survey, objects},
    undertaking::store,
};
use crate::{
    documents::Documents,
    objects::Live,
    wait,
    work::Failed,
};

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
        let Known { spec, record, .. } = &known;
        let survey = Survey::of(self.world, self.terms, spec).await?;
        let anchor = survey.anchor.as_ref();
        if let Some((live, contract)) = anchor
            && contract.head.instance != record.instance
        {
            let by = contract.head.instance.clone();
            return Ok(Sight::Gone {
                superseded_by: Some((live.key().clone(), by)),
            });
        }
        if anchor.is_none() && survey.is_empty_for(&record.instance) {
            return Ok(Sight::Gone { superseded_by: None });
        }
        let uid = self.world.cluster.uid(self.terms.until).await?.to_owned();
        Ok(Look::at(known, survey).finish(self, uid).await)
    }
}

/// A look under way.
struct Look {
    known: Known,
    survey: Survey,
    inventory: Inventory,
    seal: Seal,
    findings: BTreeMap<String, String>,
}

impl Look {
    fn at(known: Known, survey: Survey) -> Self {
        // What the anchor names is ours; what the specification names has to be there.
        let named = survey.anchor.as_ref();
        let named = named.map(|(_, contract)| contract.head.inventory.clone());
        let inventory = runtime::inventory(&known.spec);
        let inventory = named.map_or(inventory.clone(), |named| inventory.union(&named));
        Self {
            seal: facts::seal(&survey, &known.spec),
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

    /// Compares objects with what we remember of them; what we remember nothing of, because it
    /// was imported, is remembered from now on.
    fn objects(&mut self) {
        for item in self.inventory.items() {
            let EntryId::Object(key) = &item.id else { continue };
            let live = self.survey.find(key);
            let live = live.filter(|live| !live.is_terminating());
            let finding = match live {
                None => Finding::Missing,
                Some(live) => {
                    let record = &mut self.known.record;
                    let owned = record.owned(&item.id).cloned();
                    let owned = owned.unwrap_or_else(|| {
                        let owned = Owned::of(live.value(), &self.seal);
                        record.remember(&item.id, owned.clone());
                        owned
                    });
                    Finding::of(owned.differences(live.value(), &self.seal))
                }
            };
            self.known.record.announce(&item.id, &finding);
            self.findings.insert(item.id.to_string(), finding);
        }
    }

    /// Compares what `MongoDB` knows. What cannot be asked keeps what was seen before.
    async fn documents(&mut self, runtimes: &Runtimes<'_>) -> Result<(), Failed> {
        let ids = self.inventory.items().iter().map(|item| item.id.clone());
        let users: Vec<_> = ids
            .filter_map(|id| match &id {
                EntryId::User { database, name } => Some((database.clone(), name.clone(), id)),
                EntryId::Object(_) | EntryId::Index { .. } => None,
            })
            .collect();
        let databases = users.iter().map(|(database, ..)| database.as_str()).collect();
        let told = self.told(runtimes, databases).await;
        for (database, name, id) in users {
            let text = match &told {
                Ok(told) => self.user(&id, told.get(&database).and_then(|it| it.get(&name))),
                Err(_) => {
                    let before = self.known.findings.get(&id.to_string());
                    before.cloned().unwrap_or_else(|| Finding::Applied.to_string())
                }
            };
            self.findings.insert(id.to_string(), text);
        }
        told.map(drop)
    }

    fn user(&mut self, id: &EntryId, told: Option<&Value>) -> String {
        let finding = match told {
            None => Finding::Missing,
            Some(told) => self.compared(id, told, Owned::whole),
        };
        finding.to_string()
    }

    /// What the databases tell of their users.
    async fn told(
        &self,
        runtimes: &Runtimes<'_>,
        databases: BTreeSet<&str>,
    ) -> Result<BTreeMap<String, BTreeMap<String, Value>>, Failed> {
        let spec = &self.known.spec;
        let mut told = BTreeMap::new();
        let Some(credential) = facts::credential(&self.survey, spec, Holder::Root) else {
            return Err(Failed::NoCredential(spec.secret_key(Holder::Root)));
        };
        let store = store(spec, credential);
        let workload = self.survey.live.get(&store.workload);
        if !workload.is_some_and(|live| wait::is_ready(live.value())) {
            return Err(Failed::NotReady(store.workload));
        }
        let (forwards, until) = (&runtimes.world.forwards, runtimes.terms.until);
        let documents =
            Documents::open(forwards, &store.server, &store.credential, until).await?;
        for database in databases {
            let users = documents.users(database).await;
            match users {
                Ok(users) => told.insert(database.to_owned(), users),
                Err(error) => {
                    documents.close().await;
                    return Err(error.into());
                }
            };
        }
        documents.close().await;
        Ok(told)
    }

    /// The attributes, where others have changed what can be seen of them.
    fn read_back(&self) -> RuntimeSpec {
        let values = self.survey.live.iter();
        let values = values.map(|(key, live)| (key.clone(), live.value().clone()));
        let record = &self.known.record;
        runtime::read_back(&self.known.spec, &values.collect(), &|key, path| {
            let id = EntryId::Object(key.clone());
            record.announced(&id).is_some_and(|paths| paths.contains(path))
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
                live.is_some_and(|live| wait::is_ready(live.value()))
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
