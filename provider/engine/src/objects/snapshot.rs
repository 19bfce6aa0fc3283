//! What lists have found, remembered for a moment and shared by everybody who asks meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kre_core::desired::ObjectKey;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::kinds::Kind;
use crate::kubernetes::Failure;

/// How long a list is believed: a refresh asks for everything within a few seconds.
const MEMORY: Duration = Duration::from_secs(5);
/// In how many namespaces a kind is listed one by one, before all namespaces are at once.
const HANDFUL: usize = 3;
/// The kind that holds others.
const NAMESPACE: &str = "Namespace";

/// All lists of a process.
#[derive(Debug, Default)]
pub(super) struct Snapshots(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    slots: BTreeMap<Place, Arc<Slot>>,
    writes: BTreeMap<Site, Writes>,
    /// Kinds that may not be listed as widely as would be best.
    narrow: BTreeSet<&'static Kind>,
}

/// What is listed at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) kind: &'static Kind,
    /// `None` for all namespaces, or for what is in none.
    pub(super) namespace: Option<String>,
    /// The selector.
    pub(super) label: String,
}

/// A list, and whoever waits for it: one asks, the others wait for the lock.
pub(super) type Slot = tokio::sync::Mutex<Remembered>;

/// What the last who asked was told.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    pub(super) list: Option<Arc<List>>,
    /// Why it was told nothing, and when.
    pub(super) failed: Option<(Failure, Instant)>,
}

/// What a list has found.
#[derive(Debug)]
pub(super) struct List {
    /// When it was asked for.
    pub(super) since: Instant,
    items: BTreeMap<Name, Box<RawValue>>,
}

/// A kind in a namespace, or all kinds in it, where we write.
type Site = (Option<&'static Kind>, Option<String>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Name {
    namespace: Option<String>,
    name: String,
}

#[derive(Debug, Default)]
struct Writes {
    under_way: usize,
    last: Option<Instant>,
}

/// As long as it lives, something is being written.
#[derive(Debug)]
pub(super) struct Writing<'s> {
    snapshots: &'s Snapshots,
    sites: Vec<Site>,
}

impl Snapshots {
    /// The slot of a place.
    pub(super) fn slot(&self, place: &Place) -> Arc<Slot> {
        let mut state = self.state();
        state.slots.entry(place.clone()).or_default().clone()
    }

    /// Tells whether all namespaces shall be listed instead of this one.
    pub(super) fn is_worth_all(&self, place: &Place) -> bool {
        let state = self.state();
        let is_alike = |other: &&Place| {
            other.kind == place.kind && other.label == place.label && other.namespace.is_some()
        };
        let others = state.slots.keys().filter(is_alike);
        let others = others.filter(|other| other.namespace != place.namespace);
        place.namespace.is_some() && others.count() >= HANDFUL && !state.narrow.contains(place.kind)
    }

    /// Tells whether this may not be listed, as far as it is known.
    pub(super) fn is_narrow(&self, kind: &'static Kind) -> bool {
        self.state().narrow.contains(kind)
    }

    /// Remembers that this may not be listed.
    pub(super) fn narrow(&self, kind: &'static Kind) {
        self.state().narrow.insert(kind);
    }

    /// Says that something is being written until the returned value is dropped: no list that was
    /// asked for before is believed after.
    pub(super) fn writing(&self, kind: &'static Kind, key: &ObjectKey) -> Writing<'_> {
        let mut sites = vec![(Some(kind), key.namespace.clone())];
        if kind.name == NAMESPACE {
            // What is in it goes with it.
            sites.push((None, Some(key.name.clone())));
        }
        let mut state = self.state();
        for site in &sites {
            state.writes.entry(site.clone()).or_default().under_way += 1;
        }
        drop(state);
        Writing {
            snapshots: self,
            sites,
        }
    }

    /// Tells whether a list is what somebody would be told who has asked at a time.
    pub(super) fn is_good(
        &self,
        list: &List,
        kind: &'static Kind,
        namespace: Option<&str>,
        asked: Instant,
    ) -> bool {
        if list.since >= asked {
            return true;
        }
        let state = self.state();
        let is_written = |kind| {
            let writes = state.writes.get(&(kind, namespace.map(str::to_owned)));
            writes.is_some_and(|writes| writes.is_after(list.since))
        };
        list.is_young(asked) && !is_written(Some(kind)) && !is_written(None)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nobody panics while holding it; and each entry is complete at any time.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let mut state = self.snapshots.state();
        for site in self.sites.drain(..) {
            let writes = state.writes.entry(site).or_default();
            writes.under_way = writes.under_way.saturating_sub(1);
            writes.last = Some(Instant::now());
        }
    }
}

impl Writes {
    fn is_after(&self, since: Instant) -> bool {
        self.under_way > 0 || self.last.is_some_and(|last| last >= since)
    }
}

impl Place {
    /// The same kind in all namespaces.
    pub(super) fn everywhere(&self) -> Self {
        Self {
            namespace: None,
            ..self.clone()
        }
    }
}

impl List {
    /// Takes the elements of a list that was asked for at a time.
    pub(super) fn new(
        since: Instant,
        items: Vec<Box<RawValue>>,
    ) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Named {
            metadata: Name,
        }
        let items = items.into_iter().map(|item| {
            let named: Named = serde_json::from_str(item.get())?;
            Ok((named.metadata, item))
        });
        Ok(Self {
            since,
            items: items.collect::<Result<_, _>>()?,
        })
    }

    /// An element.
    pub(super) fn item(&self, key: &ObjectKey) -> Option<&RawValue> {
        let name = Name {
            namespace: key.namespace.clone(),
            name: key.name.clone(),
        };
        self.items.get(&name).map(AsRef::as_ref)
    }

    /// Tells whether it was young when somebody asked.
    pub(super) fn is_young(&self, asked: Instant) -> bool {
        asked.saturating_duration_since(self.since) < MEMORY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(namespace: &str) -> ObjectKey {
        ObjectKey::namespaced("v1", "Secret", namespace, "a")
    }

    fn kind() -> &'static Kind {
        Kind::of(&key("a")).unwrap()
    }

    fn place(namespace: &str) -> Place {
        Place {
            kind: kind(),
            namespace: Some(namespace.to_owned()),
            label: "a=b".to_owned(),
        }
    }

    fn list(since: Instant) -> List {
        List::new(since, Vec::new()).unwrap()
    }

    #[test]
    fn the_fourth_namespace_is_worth_a_list_of_all() {
        let snapshots = Snapshots::default();
        for namespace in ["a", "b", "c"] {
            assert!(!snapshots.is_worth_all(&place(namespace)));
            snapshots.slot(&place(namespace));
        }
        assert!(!snapshots.is_worth_all(&place("c")));
        assert!(snapshots.is_worth_all(&place("d")));
        snapshots.narrow(kind());
        assert!(!snapshots.is_worth_all(&place("d")));
    }

    #[test]
    fn a_list_is_believed_for_some_seconds() {
        let snapshots = Snapshots::default();
        let since = Instant::now();
        let is_good = |asked| snapshots.is_good(&list(since), kind(), Some("a"), asked);
        assert!(is_good(since + MEMORY / 2));
        assert!(!is_good(since + MEMORY));
    }

    #[test]
    fn a_write_outdates_what_was_listed_before_it_ended() {
        let snapshots = Snapshots::default();
        let before = Instant::now();
        let asked = before + Duration::from_millis(1);
        let is_good = |namespace| snapshots.is_good(&list(before), kind(), Some(namespace), asked);
        let writing = snapshots.writing(kind(), &key("a"));
        assert!(!is_good("a"));
        drop(writing);
        assert!(!is_good("a"));
        assert!(is_good("b"));
    }

    #[test]
    fn what_a_namespace_holds_goes_with_it() {
        let snapshots = Snapshots::default();
        let before = Instant::now();
        let asked = before + Duration::from_millis(1);
        let namespace = ObjectKey::global("v1", "Namespace", "a");
        drop(snapshots.writing(Kind::of(&namespace).unwrap(), &namespace));
        assert!(!snapshots.is_good(&list(before), kind(), Some("a"), asked));
        assert!(snapshots.is_good(&list(before), kind(), Some("b"), asked));
    }

    #[test]
    fn whoever_asked_before_a_list_is_told_what_it_found() {
        let snapshots = Snapshots::default();
        let asked = Instant::now();
        drop(snapshots.writing(kind(), &key("a")));
        assert!(snapshots.is_good(&list(Instant::now()), kind(), Some("a"), asked));
    }
}
