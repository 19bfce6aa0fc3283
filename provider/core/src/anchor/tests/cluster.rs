//! A small cluster, and users of it who do what the decisions say, until they are killed.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What there is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cluster {
    pub(super) anchor: Option<Head>,
    pub(super) things: BTreeMap<EntryId, Thing>,
}

/// An object of Kubernetes, but for anchor and ground.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Thing {
    pub(super) stamp: InstanceId,
    pub(super) is_volume: bool,
    /// Somebody has stored something in it.
    pub(super) is_used: bool,
}

/// What Terraform remembers for one user.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct State {
    pub(super) instance: Option<InstanceId>,
    pub(super) is_tainted: bool,
}

/// How a call ended that did not do everything.
#[derive(Debug, PartialEq)]
pub(super) enum Stop {
    /// The process is gone: nobody was told anything.
    Killed,
    /// Something did not work, and the user was told.
    Failed,
    /// It was refused, and nothing was done.
    Refused(Refusal),
}

/// When a call ends that does not do everything: before so many writes, or before the answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Never,
    Killed(usize),
    Failed(usize),
}

/// One run of Terraform.
#[derive(Debug, Clone)]
pub(super) enum Run {
    Apply {
        components: Vec<&'static str>,
        consents: bool,
        replaces: bool,
        retains: bool,
    },
    Destroy {
        retains: bool,
    },
}

/// Calls of the provider, as far as nothing ends them.
pub(super) struct World {
    pub(super) cluster: Cluster,
    /// Instances that have been ready since they came, or came back.
    pub(super) been_ready: BTreeSet<InstanceId>,
    stamps: u8,
    end: End,
    /// What may be lost in this call.
    may_lose: bool,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            cluster: Cluster::default(),
            been_ready: BTreeSet::new(),
            stamps: 0,
            end: End::Never,
            may_lose: false,
        }
    }

    /// Runs Terraform, which remembers what it was told.
    pub(super) fn run(&mut self, state: &mut State, run: &Run, end: End) -> Result<(), Stop> {
        self.end = end;
        self.refresh(state);
        match run {
            Run::Destroy { retains } => self.destroy(state, *retains),
            Run::Apply {
                components,
                consents,
                replaces,
                retains,
            } => {
                let now = inventory(components);
                let old = state.instance.clone();
                match old {
                    Some(old) if *replaces => self.create(state, &now, *consents, Some(&old)),
                    Some(_) if state.is_tainted => {
                        self.destroy(state, *retains)?;
                        self.create(state, &now, *consents, None)
                    }
                    Some(old) => self.update(&old, &now),
                    None => self.create(state, &now, *consents, None),
                }
            }
        }
    }

    /// Takes over what is there without doing anything.
    pub(super) fn import(&self, state: &mut State) {
        let anchor = self.cluster.anchor.as_ref();
        state.instance = anchor.map(|head| head.instance.clone());
        state.is_tainted = false;
    }

    /// An instance whose anchor is gone or somebody else's is gone.
    fn refresh(&self, state: &mut State) {
        let anchor = self.cluster.anchor.as_ref();
        if anchor.map(|head| &head.instance) != state.instance.as_ref() {
            *state = State::default();
        }
    }

    fn create(
        &mut self,
        state: &mut State,
        now: &Inventory,
        consents: bool,
        replaces: Option<&InstanceId>,
    ) -> Result<(), Stop> {
        self.stamps += 1;
        let ours = instance(self.stamps);
        let found = self.cluster.anchor.as_ref();
        let head = claim(found, &ours, now, consents, replaces).map_err(Stop::Refused)?;
        self.write(&head)?;
        let made = self.converge(&head, now);
        if made != Err(Stop::Killed) {
            state.instance = Some(ours);
            state.is_tainted = made.is_err();
        }
        made
    }

    fn update(&mut self, instance: &InstanceId, now: &Inventory) -> Result<(), Stop> {
        let found = self.cluster.anchor.as_ref().unwrap();
        assert_eq!(found.instance, *instance);
        if found.status == Status::Retained {
            self.been_ready.remove(instance);
        }
        let head = found.updating(now);
        self.write(&head)?;
        self.converge(&head, now)
    }

    fn destroy(&mut self, state: &mut State, retains: bool) -> Result<(), Stop> {
        let Some(instance) = state.instance.clone() else {
            return Ok(());
        };
        let found = self.cluster.anchor.clone().unwrap();
        assert_eq!(found.instance, instance);
        let removal = removal(&found, &anchor(), retains);
        self.may_lose = !retains && self.been_ready.contains(&instance);
        self.write(&found.deleting())?;
        for item in &removal.delete {
            self.delete(&found, item)?;
        }
        self.may_lose = false;
        self.tick()?;
        self.cluster.anchor = (!removal.keep.is_empty()).then(|| found.retaining(&removal));
        self.tick()?;
        *state = State::default();
        Ok(())
    }

    /// Makes true what the inventory says, and finishes.
    fn converge(&mut self, head: &Head, now: &Inventory) -> Result<(), Stop> {
        for item in now.items() {
            self.apply(head, item)?;
        }
        // Pods get ready, or do not.
        self.tick()?;
        for item in &obsolete(head, now).delete {
            self.delete(head, item)?;
        }
        self.write(&head.finished(now))?;
        self.been_ready.insert(head.instance.clone());
        for thing in self.cluster.things.values_mut() {
            thing.is_used |= thing.is_volume && thing.stamp == head.instance;
        }
        self.tick()
    }

    fn write(&mut self, head: &Head) -> Result<(), Stop> {
        self.tick()?;
        self.cluster.anchor = Some(head.clone());
        self.check();
        Ok(())
    }

    fn apply(&mut self, head: &Head, item: &Item) -> Result<(), Stop> {
        let Some(is_volume) = of_component(&item.id) else {
            return Ok(());
        };
        self.tick()?;
        let stamp = head.instance.clone();
        let things = &mut self.cluster.things;
        let thing = things.entry(item.id.clone()).or_insert_with(|| Thing {
            stamp: stamp.clone(),
            is_volume,
            is_used: false,
        });
        assert!(head.owns(Some(&thing.stamp)), "{item:?} is a stranger's");
        thing.stamp = stamp;
        self.check();
        Ok(())
    }

    fn delete(&mut self, head: &Head, item: &Item) -> Result<(), Stop> {
        self.tick()?;
        let things = &mut self.cluster.things;
        if let Some(thing) = things.get(&item.id)
            && head.owns(Some(&thing.stamp))
        {
            assert!(!thing.is_used || self.may_lose, "{item:?} is lost");
            things.remove(&item.id);
        }
        self.check();
        Ok(())
    }

    /// Nothing exists that the anchor does not name and own.
    fn check(&self) {
        for (id, thing) in &self.cluster.things {
            let head = self.cluster.anchor.as_ref().expect("an anchor");
            assert!(head.inventory.contains(id), "{id:?} is not named");
            assert!(head.owns(Some(&thing.stamp)), "{id:?} is not owned");
        }
    }

    /// Counts what is done, and ends it when its time has come.
    fn tick(&mut self) -> Result<(), Stop> {
        let (left, stop) = match &mut self.end {
            End::Never => return Ok(()),
            End::Killed(left) => (left, Stop::Killed),
            End::Failed(left) => (left, Stop::Failed),
        };
        if *left == 0 {
            self.may_lose = false;
            return Err(stop);
        }
        *left -= 1;
        Ok(())
    }
}

/// Tells whether a thing of a component is a volume; `None` if it is the ground or the anchor.
fn of_component(id: &EntryId) -> Option<bool> {
    let EntryId::Object(key) = id else {
        return None;
    };
    match key.kind.as_str() {
        "PersistentVolumeClaim" => Some(true),
        "StatefulSet" => Some(false),
        _ => None,
    }
}
