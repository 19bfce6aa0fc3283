//! What there is, before anything is decided.

use std::collections::{BTreeMap, BTreeSet};

use kre_core::{
    anchor::{Head, InstanceId},
    desired::{EntryId, Inventory, Item, ObjectKey},
    runtime::{self, Component, Contract, Holder, RuntimeSpec},
};

use crate::{
    objects::Live,
    work::{Failed, Kept, Stranger, Terms, World},
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
    /// Looks at everything that the anchor or the inventory names, whoever it belongs to.
    pub(super) async fn of(
        world: &World,
        terms: &Terms,
        spec: &RuntimeSpec,
        inventory: &Inventory,
    ) -> Result<Self, Failed> {
        let (ground, anchor) = (spec.namespace_key(), spec.anchor_key());
        let mut keys = objects(inventory);
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

    /// Looks before something is written: waits for what is on its way out.
    pub(super) async fn thorough(
        world: &World,
        terms: &Terms,
        spec: &RuntimeSpec,
        inventory: &Inventory,
    ) -> Result<Self, Failed> {
        let objects_of = &world.objects;
        let ground = objects_of.get(&spec.namespace_key(), terms.until).await?;
        let Some(ground) = left(world, terms, ground).await? else {
            return Ok(Self::default());
        };
        let mut survey = Self::of(world, terms, spec, inventory).await?;
        survey.ground = Some(ground);
        survey.settle(world, terms).await?;
        Ok(survey)
    }

    /// Waits for what is on its way out.
    async fn settle(&mut self, world: &World, terms: &Terms) -> Result<(), Failed> {
        let leaving = self.live.values().filter(|live| live.is_terminating());
        let leaving: Vec<_> = leaving
            .map(|live| (live.key(), live.uid().to_owned()))
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
        let mut first = first.filter(|live| live.key() == *key);
        first.next().or_else(|| self.live.get(key))
    }

    /// Tells whether nothing is there that an instance has made.
    pub(super) fn is_empty_for(&self, instance: &InstanceId) -> bool {
        let mut found = self.live.values().chain(&self.ground);
        !found.any(|live| live.stamp().as_ref() == Some(instance))
    }

    /// Tells whether a thing is there; of those in a database nobody knows.
    pub(super) fn holds(&self, id: &EntryId) -> bool {
        matches!(id, EntryId::Object(key) if self.find(key).is_some())
    }

    /// Things that hold data, as far as they are there.
    pub(super) fn kept(&self, items: &[Item]) -> Vec<Kept> {
        let there = items.iter().filter(|item| self.holds(&item.id));
        there
            .map(|item| Kept {
                id: item.id.clone(),
                size: self.size(&item.id),
            })
            .collect()
    }

    /// How large a volume is.
    fn size(&self, id: &EntryId) -> Option<String> {
        let EntryId::Object(key) = id else {
            return None;
        };
        let claim = self.find(key)?.value();
        let size = claim.pointer("/status/capacity/storage");
        let size = size.or_else(|| claim.pointer("/spec/resources/requests/storage"))?;
        Some(size.as_str()?.to_owned())
    }

    /// Fails unless the namespace is there if it has to be, and not somebody else's if it has not.
    ///
    /// That of somebody who was interrupted after the very first write is taken over.
    pub(super) fn take_ground(&self, spec: &RuntimeSpec, head: &mut Head) -> Result<(), Failed> {
        let name = || spec.namespace().to_string();
        match &self.ground {
            None if spec.create_namespace => Ok(()),
            None => Err(Failed::NoNamespace(name())),
            Some(_) if !spec.create_namespace => Ok(()),
            Some(ground) if head.owns(ground.stamp().as_ref()) => Ok(()),
            Some(ground)
                if self.anchor.is_none() && self.live.is_empty() && is_of(ground, spec) =>
            {
                head.progress.superseded.extend(ground.stamp());
                Ok(())
            }
            Some(_) => Err(Failed::ForeignNamespace(name())),
        }
    }

    /// Fails if something has a name that is needed, and belongs to somebody else.
    pub(super) fn has_no_strangers(&self, spec: &RuntimeSpec, head: &Head) -> Result<(), Failed> {
        let needed = objects(&runtime::inventory(spec));
        let found = self.live.values();
        let foreign = found.filter(|live| {
            let is_needed = needed.contains(&live.key());
            is_needed && !head.owns(live.stamp().as_ref()) && !self.is_restored(spec, head, live)
        });
        let strangers: Vec<_> = foreign
            .map(|live| Stranger {
                key: live.key(),
                instance: live.stamp(),
            })
            .collect();
        if strangers.is_empty() {
            Ok(())
        } else {
            Err(Failed::Strangers(strangers))
        }
    }

    /// Tells whether somebody has brought back the password of data that is ours, from a backup
    /// without a stamp.
    fn is_restored(&self, spec: &RuntimeSpec, head: &Head, live: &Live) -> bool {
        let has_data = || {
            let mut claims = spec.claims().into_iter();
            claims.any(|(component, key)| {
                let claim = self.live.get(&key);
                let is_ours = claim.is_some_and(|claim| head.owns(claim.stamp().as_ref()));
                component == Component::MongoDb && is_ours
            })
        };
        live.stamp().is_none() && live.key() == spec.secret_key(Holder::Root) && has_data()
    }
}

pub(super) fn is_of(ground: &Live, spec: &RuntimeSpec) -> bool {
    let label = |name| ground.label(name);
    label(runtime::MANAGED_BY) == Some(runtime::MANAGER)
        && label(runtime::RUNTIME) == Some(spec.id.as_str())
}

/// Reads the contract in an anchor.
pub(super) fn contract(anchor: &Live) -> Result<Contract, Failed> {
    let data = anchor
        .value()
        .pointer("/data")
        .and_then(|it| it.as_object());
    let texts = data.into_iter().flatten();
    let texts = texts.filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned())));
    Contract::parse_own(&texts.collect()).map_err(|source| Failed::Contract {
        anchor: Box::new(anchor.key()),
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
async fn left(world: &World, terms: &Terms, live: Option<Live>) -> Result<Option<Live>, Failed> {
    let Some(live) = live else { return Ok(None) };
    if !live.is_terminating() {
        return Ok(Some(live));
    }
    let gone = [(live.key(), live.uid().to_owned())];
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
    let ours = (runtime::MANAGED_BY, runtime::MANAGER);
    Ok(world.objects.find(&keys, ours, terms.until).await?)
}
