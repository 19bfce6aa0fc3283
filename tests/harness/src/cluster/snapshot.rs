//! Everything that a cluster holds, to see whether it is the same again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kube::api::{DynamicObject, ListParams, ObjectMeta};
use kube::{Api, Client};

use super::objects::{Kind, Objects, kinds};
use super::suffix;
use crate::background::finish;
use crate::patience::eventually;
use crate::report::OrFail;

/// The longest id of a runtime.
const LONGEST: usize = 15;

/// What clusters write by themselves all the time: events, leases, where pods are, their logs.
const RESTLESS: [(&str, &str); 8] = [
    ("", "ComponentStatus"),
    ("", "Endpoints"),
    ("", "Event"),
    ("coordination.k8s.io", "Lease"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("events.k8s.io", "Event"),
    ("kwok.x-k8s.io", "Logs"),
    ("networking.k8s.io", "IPAddress"),
];

/// What every namespace has by itself.
const FURNITURE: [(&str, &str); 2] = [
    ("ConfigMap", "kube-root-ca.crt"),
    ("ServiceAccount", "default"),
];

/// The names of all objects of a cluster, and which objects they were.
///
/// What the cluster writes by itself is left out, and what is named after an id of another test of
/// this process: tests share a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    id: String,
    /// By kind, namespace, and name; in the end, the uid.
    objects: BTreeMap<Entry, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    kind: String,
    namespace: String,
    name: String,
}

/// Returns an id that no other has and that fits wherever ids of runtimes do.
///
/// Whatever a test makes is to be named after it, or to be in a namespace that is.
pub fn fresh_id(subject: &str) -> String {
    let suffix = suffix();
    let room = LONGEST.saturating_sub(suffix.len() + 1);
    let subject: String = subject.chars().take(room).collect();
    let id = format!("{}-{suffix}", subject.trim_end_matches('-'));
    remember(&id);
    id
}

/// Lets snapshots of others ignore what is named after an id.
pub(super) fn remember(id: &str) {
    ids().insert(id.to_owned());
}

fn ids() -> MutexGuard<'static, BTreeSet<String>> {
    static IDS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    IDS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Objects {
    /// Returns what there is, but for what belongs to others than the test with this id.
    #[track_caller]
    pub fn snapshot(&self, id: &str) -> Snapshot {
        let client = self.client();
        let objects = finish(async move { everything(client).await });
        let mut snapshot = Snapshot {
            id: id.to_owned(),
            objects: objects.or_fail("the cluster does not say what it has"),
        };
        snapshot.forget_others();
        snapshot
    }

    /// Waits until everything is as it was; fails the test with what is not.
    #[track_caller]
    pub fn assert_as_before(&self, before: &Snapshot) {
        eventually("everything is as it was before", || {
            let now = self.snapshot(&before.id);
            match before.differences(&now) {
                differences if differences.is_empty() => Ok(()),
                differences => Err(format!("\n  {}", differences.join("\n  "))),
            }
        });
    }
}

impl Snapshot {
    /// Returns what a later snapshot has besides or has not any more, in sentences.
    pub fn differences(&self, later: &Self) -> Vec<String> {
        let mut before = self.clone();
        // Others may have begun since.
        before.forget_others();
        let mut found = Vec::new();
        for (entry, uid) in &before.objects {
            match later.objects.get(entry) {
                None => found.push(format!("{entry} is gone")),
                Some(now) if now != uid => found.push(format!("{entry} is another one")),
                Some(_) => {}
            }
        }
        let added = later.objects.keys();
        let added = added.filter(|entry| !before.objects.contains_key(*entry));
        found.extend(added.map(|entry| format!("{entry} is left over")));
        found
    }

    fn forget_others(&mut self) {
        let ids = ids();
        let others: Vec<&String> = ids.iter().filter(|other| **other != self.id).collect();
        self.objects.retain(|entry, _| {
            let names = |id: &&String| entry.name.contains(*id) || entry.namespace.contains(*id);
            entry.names(&self.id) || !others.iter().any(names)
        });
    }
}

impl Entry {
    fn names(&self, id: &str) -> bool {
        self.name.contains(id) || self.namespace.contains(id)
    }

    fn is_furniture(&self) -> bool {
        let kind = self.kind.as_str();
        // A cluster that has just started is still hiring.
        let is_of_controller = kind == "ServiceAccount" && self.namespace == "kube-system";
        is_of_controller || FURNITURE.contains(&(kind, self.name.as_str()))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            namespace,
            name,
        } = self;
        if namespace.is_empty() {
            write!(f, "{kind} {name}")
        } else {
            write!(f, "{kind} {namespace}/{name}")
        }
    }
}

async fn everything(client: Client) -> kube::Result<BTreeMap<Entry, String>> {
    let mut all = BTreeMap::new();
    for kind in kinds(&client).await? {
        let key = (kind.resource.group.as_str(), kind.resource.kind.as_str());
        if kind.can_be_listed && !RESTLESS.contains(&key) {
            all.extend(of_kind(&client, &kind).await?);
        }
    }
    all.retain(|entry, _| !entry.is_furniture());
    Ok(all)
}

async fn of_kind(client: &Client, kind: &Kind) -> kube::Result<Vec<(Entry, String)>> {
    let api: Api<DynamicObject> = Api::all_with(client.clone(), &kind.resource);
    let everything = ListParams::default();
    let entry = |metadata: ObjectMeta, namespace: Option<String>| {
        let entry = Entry {
            kind: kind.resource.kind.clone(),
            namespace: metadata.namespace.or(namespace).unwrap_or_default(),
            name: metadata.name.unwrap_or_default(),
        };
        (entry, metadata.uid.unwrap_or_default())
    };
    let found = if kind.resource.kind == "PersistentVolume" {
        let volumes = api.list(&everything).await.map(|list| list.items);
        // Its own name says nothing; it belongs where its claim is.
        let entry = |volume: DynamicObject| {
            let namespace = volume.data.pointer("/spec/claimRef/namespace");
            let namespace = namespace.and_then(|it| it.as_str()).map(str::to_owned);
            entry(volume.metadata, namespace)
        };
        volumes.map(|volumes| volumes.into_iter().map(entry).collect())
    } else {
        let list = api.list_metadata(&everything).await;
        list.map(|list| {
            let items = list.items.into_iter();
            items.map(|object| entry(object.metadata, None)).collect()
        })
    };
    match found {
        // Kinds come and go with the tests that define them.
        Err(kube::Error::Api(status)) if matches!(status.code, 404 | 405) => Ok(Vec::new()),
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(id: &str, objects: &[(&str, &str, &str, &str)]) -> Snapshot {
        let entry = |(kind, namespace, name, uid): &(&str, &str, &str, &str)| {
            let entry = Entry {
                kind: (*kind).to_owned(),
                namespace: (*namespace).to_owned(),
                name: (*name).to_owned(),
            };
            (entry, (*uid).to_owned())
        };
        Snapshot {
            id: id.to_owned(),
            objects: objects.iter().map(entry).collect(),
        }
    }

    #[test]
    fn a_difference_says_what_is_gone_left_over_or_another_one() {
        let id = fresh_id("some");
        let before = [("Node", "", "a", "1"), ("Secret", "b", "c", "2")];
        let after = [("Pod", "b", "d", "3"), ("Secret", "b", "c", "4")];

        let differences = snapshot(&id, &before).differences(&snapshot(&id, &after));

        let expected = [
            "Node a is gone",
            "Secret b/c is another one",
            "Pod b/d is left over",
        ];
        assert_eq!(differences, expected);
    }

    #[test]
    fn what_belongs_to_another_test_does_not_count() {
        let (own, other) = (fresh_id("own"), fresh_id("other"));
        let namespace = format!("kre-{other}");
        let mut now = snapshot(
            &own,
            &[
                ("Namespace", "", &namespace, "1"),
                ("Pod", &namespace, "a", "2"),
            ],
        );
        now.forget_others();

        let nothing = snapshot(&own, &[]);
        assert_eq!(nothing.differences(&now), [""; 0]);
    }

    #[test]
    fn what_belongs_to_the_test_itself_counts() {
        let own = fresh_id("own");
        let mut now = snapshot(&own, &[("Pod", &format!("kre-{own}"), "a", "2")]);
        now.forget_others();

        assert_eq!(snapshot(&own, &[]).differences(&now).len(), 1);
    }

    #[test]
    fn an_id_fits_wherever_ids_of_runtimes_do() {
        let id = fresh_id("a-very-long-subject");
        assert!(id.len() <= LONGEST && id.starts_with("a-very-"), "{id}");
        assert!(!id.contains("--"), "{id}");
    }
}
