//! Removing what need not exist any more.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use kre_core::{
    anchor::Head,
    desired::{EntryId, Item, ObjectKey},
};

use super::{Failed, Store, Terms, World};
use crate::{
    documents::Documents,
    kubernetes::together,
    objects::{Live, Propagation},
};

/// What a removal stands on.
pub(crate) struct Removing<'a> {
    pub(crate) world: &'a World,
    pub(crate) terms: &'a Terms,
    pub(crate) head: &'a Head,
    /// What there is.
    pub(crate) live: &'a BTreeMap<ObjectKey, Live>,
    /// Where users and indexes are, if its data outlives this removal.
    pub(crate) store: Option<&'a Store>,
    /// The namespace and the labels of what belongs to workloads, and goes with them.
    pub(crate) strays: Option<(&'a str, &'a str)>,
}

/// When an object goes: whatever uses others goes before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Workloads,
    /// Before the Secrets with which their data was written: an end that is interrupted in between
    /// must not leave data that nobody can read.
    Volumes,
    Others,
}

impl Removing<'_> {
    /// Removes things that are ours, and waits until they are gone.
    pub(crate) async fn run(&self, items: &[Item]) -> Result<(), Failed> {
        self.delete(&self.of(items, Turn::Workloads)).await?;
        self.strays(items).await?;
        self.documents(items).await?;
        self.delete(&self.of(items, Turn::Volumes)).await?;
        self.delete(&self.of(items, Turn::Others)).await
    }

    /// What goes in a turn, as far as it is there and ours.
    fn of(&self, items: &[Item], turn: Turn) -> Vec<&Live> {
        let keys = items.iter().filter_map(|item| match &item.id {
            EntryId::Object(key) => Some(key),
            EntryId::User { .. } | EntryId::Index { .. } => None,
        });
        let ours = keys
            .filter(|key| Turn::of(key) == turn)
            .filter_map(|key| self.live.get(key))
            .filter(|live| self.head.owns(live.stamp().as_ref()));
        ours.collect()
    }

    /// Removes what a workload has left that is not there itself: whoever was about to make it
    /// anew around its pods was interrupted.
    async fn strays(&self, items: &[Item]) -> Result<(), Failed> {
        let is_lost = |item: &Item| match &item.id {
            EntryId::Object(key) => {
                Turn::of(key) == Turn::Workloads && !self.live.contains_key(key)
            }
            EntryId::User { .. } | EntryId::Index { .. } => false,
        };
        let Some((namespace, labels)) = self.strays.filter(|_| items.iter().any(is_lost)) else {
            return Ok(());
        };
        for kind in [("v1", "Pod"), ("apps/v1", "ControllerRevision")] {
            let objects = &self.world.objects;
            let found = objects.select(kind, namespace, labels, self.terms.until);
            let found = found.await?;
            let strays: Vec<_> = found.iter().filter(|it| !it.is_owned()).collect();
            self.delete(&strays).await?;
        }
        Ok(())
    }

    async fn delete(&self, objects: &[&Live]) -> Result<(), Failed> {
        if objects.is_empty() {
            return Ok(());
        }
        let until = self.terms.until;
        let deleted = objects.iter().map(async |live| {
            let how = match Turn::of(&live.key()) {
                // With their pods: nothing uses the others after that.
                Turn::Workloads => Propagation::Foreground,
                Turn::Volumes | Turn::Others => Propagation::Background,
            };
            let objects = &self.world.objects;
            objects.delete(&live.key(), live.uid(), how, until).await
        });
        let deleted = join_all(deleted).await.into_iter();
        let failed = deleted.filter_map(Result::err);
        let failed = failed.fold(None, |first, next| Some(together(first, next)));
        failed.map_or(Ok(()), Err)?;
        let objects = objects.iter();
        let gone: Vec<_> = objects
            .map(|live| (live.key(), live.uid().to_owned()))
            .collect();
        let gone = self
            .world
            .objects
            .until_gone(&gone, until, &self.terms.stop);
        Ok(gone.await?)
    }

    async fn documents(&self, items: &[Item]) -> Result<(), Failed> {
        let mut ids = items.iter().map(|item| &item.id);
        let Some(store) = self.store else {
            return Ok(());
        };
        if ids.all(|id| matches!(id, EntryId::Object(_))) {
            return Ok(());
        }
        let documents = store.open(self.world, self.terms).await?;
        let outcome = self.drop_all(&documents, items).await;
        documents.close().await;
        outcome
    }

    async fn drop_all(&self, documents: &Documents, items: &[Item]) -> Result<(), Failed> {
        let until = self.terms.until;
        for item in items {
            match &item.id {
                EntryId::Object(_) => {}
                EntryId::User { database, name } => {
                    documents.drop_user(database, name, until).await?;
                }
                EntryId::Index {
                    database,
                    collection,
                    name,
                } => {
                    let dropped = documents.drop_index(database, collection, name, until);
                    dropped.await?;
                }
            }
        }
        Ok(())
    }
}

impl Turn {
    fn of(key: &ObjectKey) -> Self {
        match key.kind.as_str() {
            "StatefulSet" | "Deployment" => Self::Workloads,
            "PersistentVolumeClaim" => Self::Volumes,
            _ => Self::Others,
        }
    }
}
