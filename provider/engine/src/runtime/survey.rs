//! What there is, before anything is decided.

use std::collections::{BTreeMap, BTreeSet};

use kre_core::{
    anchor::{Head, InstanceId},
    desired::{EntryId, Inventory, ObjectKey},
    runtime::{self, Contract, RuntimeSpec},
};

use crate::{
    objects::Live,
    work::{Failed, Stranger, Terms, World},
};

/// What there is of a runtime, and of what has its names.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The namespace, unless it is not there.
    pub(super) ground: Option<Live>,
    /// The anchor, with what it says.
    pub(super) anchor: Option<(Live, Contract)>,
    /// Everything else, by name.
    pub(super) live: BTreeMap<ObjectKey, Live>,
}

impl Survey {
    /// Looks at what carries our label. Others that have the names are seen by [`Self::thorough`]
    /// alone.
    pub(super) async fn of(
        world: &World,
        terms: &Terms,
        spec: &RuntimeSpec,
    ) -> Result<Self, Failed> {
        let (ground, anchor) = (spec.namespace_key(), spec.anchor_key());
        let mut keys = objects(&runtime::inventory(spec));
        keys.extend([ground.clone(), anchor.clone()]);
        let mut live = find(world, terms, &keys).await?;
        let mut survey = Self {
            ground: live.remove(&ground),
            ..Self::default()
        };
        if let Some(found) = live.remove(&anchor) {
            let contract = contract(&found)?;
            let more: BTreeSet<_> = objects(&contract.head.inventory)
                .difference(&keys)
                .cloned()
                .collect();
            if !more.is_empty() {
                live.extend(find(world, terms, &more).await?);
            }
            survey.anchor = Some((found, contract));
        }
        survey.live = live;
        Ok(survey)
    }

    /// Looks at everything that has a name which is needed, whoever it belongs to, and waits for
    /// what is on its way out.
    pub(super) async fn thorough(
        world: &World,
        terms: &Terms,
        spec: &RuntimeSpec,
    ) -> Result<Self, Failed> {
        let objects_of = &world.objects;
        let ground = objects_of.get(&spec.namespace_key(), terms.until).await?;
        let Some(ground) = left(world, terms, ground).await? else {
            return Ok(Self::default());
        };
        let mut survey = Self::of(world, terms, spec).await?;
        survey.ground = Some(ground);
        let mut wanted = objects(&runtime::inventory(spec));
        wanted.remove(&spec.namespace_key());
        if survey.anchor.is_none() {
            let anchor = objects_of.get(&spec.anchor_key(), terms.until).await?;
            let anchor = left(world, terms, anchor).await?;
            survey.anchor = anchor
                .map(|live| contract(&live).map(|contract| (live, contract)))
                .transpose()?;
        }
        wanted.remove(&spec.anchor_key());
        let unseen = wanted
            .iter()
            .filter(|key| !survey.live.contains_key(*key))
            .map(|key| objects_of.get(key, terms.until));
        for found in futures_util::future::join_all(unseen).await {
            survey.live.extend(found?.map(|live| (live.key().clone(), live)));
        }
        survey.settle(world, terms).await?;
        Ok(survey)
    }

    /// Waits for what is on its way out.
    async fn settle(&mut self, world: &World, terms: &Terms) -> Result<(), Failed> {
        let leaving = self.live.values().filter(|live| live.is_terminating());
        let leaving: Vec<_> = leaving
            .map(|live| (live.key().clone(), live.uid().to_owned()))
            .collect();
        if !leaving.is_empty() {
            let gone = world.objects.until_gone(&leaving, terms.until, &terms.stop);
            gone.await?;
            self.live.retain(|_, live| !live.is_terminating());
        }
        Ok(())
    }

    /// An object by its name, whichever it is.
    pub(super) fn find(&self, key: &ObjectKey) -> Option<&Live> {
        let anchor = self.anchor.as_ref().map(|(live, _)| live);
        let first = self.ground.iter().chain(anchor);
        let mut first = first.filter(|live| live.key() == key);
        first.next().or_else(|| self.live.get(key))
    }

    /// Tells whether nothing is there that an instance has made.
    pub(super) fn is_empty_for(&self, instance: &InstanceId) -> bool {
        let mut found = self.live.values().chain(&self.ground);
        !found.any(|live| live.stamp().as_ref() == Some(instance))
    }

    /// What has a name that is needed, and belongs to somebody else.
    pub(super) fn strangers(&self, head: &Head, inventory: &Inventory) -> Vec<Stranger> {
        let needed = objects(inventory);
        let found = self.live.values();
        let foreign = found.filter(|live| {
            needed.contains(live.key()) && !head.owns(live.stamp().as_ref())
        });
        foreign
            .map(|live| Stranger {
                key: live.key().clone(),
                instance: live.stamp(),
            })
            .collect()
    }
}

/// Reads the contract in an anchor.
pub(super) fn contract(anchor: &Live) -> Result<Contract, Failed> {
    let data = anchor.value().pointer("/data").and_then(|it| it.as_object());
    let texts = data.into_iter().flatten();
    let texts = texts.filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned())));
    Contract::parse(&texts.collect()).map_err(|source| Failed::Contract {
        anchor: anchor.key().clone(),
        source,
    })
}

/// The objects of Kubernetes that an inventory names.
pub(super) fn objects(inventory: &Inventory) -> BTreeSet<ObjectKey> {
    let items = inventory.items().iter();
    let keys = items.filter_map(|item| match &item.id {
        EntryId::Object(key) => Some(key.clone()),
        EntryId::User { .. } | EntryId::Index { .. } => None,
    });
    keys.collect()
}

/// Waits for an object that is on its way out; returns one that stays.
async fn left(
    world: &World,
    terms: &Terms,
    live: Option<Live>,
) -> Result<Option<Live>, Failed> {
    let Some(live) = live else { return Ok(None) };
    if !live.is_terminating() {
        return Ok(Some(live));
    }
    let gone = [(live.key().clone(), live.uid().to_owned())];
    world
        .objects
        .until_gone(&gone, terms.until, &terms.stop)
        .await?;
    Ok(None)
}

async fn find(
    world: &World,
    terms: &Terms,
    keys: &BTreeSet<ObjectKey>,
) -> Result<BTreeMap<ObjectKey, Live>, Failed> {
    let keys: Vec<_> = keys.iter().cloned().collect();
    Ok(world.objects.find(&keys, terms.until).await?)
}
