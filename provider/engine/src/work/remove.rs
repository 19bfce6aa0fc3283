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
}

impl Removing<'_> {
    /// Removes things that are ours, in this order, and waits until they are gone.
    ///
    /// Workloads go first, with their pods: nothing uses the others after that.
    pub(crate) async fn run(&self, items: &[Item]) -> Result<(), Failed> {
        let of = |is_workload: bool| {
            let keys = items.iter().filter_map(|item| match &item.id {
                EntryId::Object(key) => Some(key),
                EntryId::User { .. } | EntryId::Index { .. } => None,
            });
            let ours = keys.filter_map(|key| self.live.get(key));
            ours.filter(move |live| self.head.owns(live.stamp().as_ref()))
                .filter(move |live| is_workload == runs(&live.key()))
        };
        self.delete(&of(true).collect::<Vec<_>>()).await?;
        self.documents(items).await?;
        self.delete(&of(false).collect::<Vec<_>>()).await
    }

    async fn delete(&self, objects: &[&Live]) -> Result<(), Failed> {
        if objects.is_empty() {
            return Ok(());
        }
        let until = self.terms.until;
        let deleted = objects.iter().map(async |live| {
            let how = if runs(&live.key()) {
                Propagation::Foreground
            } else {
                Propagation::Background
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

/// Tells whether an object has pods.
fn runs(key: &ObjectKey) -> bool {
    matches!(key.kind.as_str(), "StatefulSet" | "Deployment")
}
