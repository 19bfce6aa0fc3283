//! Why an object is not what it should be.

use std::fmt;

use kre_core::{desired::ObjectKey, drift::Conflict};

use super::Live;
use crate::kubernetes::Failure;

/// Why an object was not applied. Each message ends with what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Others own fields of it. Nothing was changed.
    #[error(
        "{} has fields that others manage: {}; nothing was changed: have them give the fields up, or leave to them what these are set from",
        Place(key),
        Listed(conflicts)
    )]
    Conflicts {
        /// The object.
        key: Box<ObjectKey>,
        /// The fields, and who manages them.
        conflicts: Vec<Conflict>,
    },
    /// There is another object of that name, and none was expected. It was not touched.
    #[error("{}", exists(found))]
    Exists {
        /// What is there.
        found: Live,
    },
    /// Somebody else has changed it since it was read. It was not touched.
    #[error("{} was changed by somebody else at the same time; look at what they did, and run this again", Place(.0))]
    Outdated(Box<ObjectKey>),
    /// It is no longer the object that was expected: it was deleted, and maybe made anew.
    #[error("{} is no longer the one that was found: {}; nothing was touched: plan again", Place(key), replaced(found.as_ref()))]
    Replaced {
        /// The object.
        key: Box<ObjectKey>,
        /// What is there instead, if anything.
        found: Option<Live>,
    },
    /// Somebody has deleted it, and it goes when its finalizers are done.
    #[error("{} is being deleted{}; wait until it is gone, and run this again", Place(&found.key()), held(found))]
    Terminating {
        /// The object.
        found: Live,
    },
    /// A rule of the cluster does not admit it.
    #[error(
        "{by} does not admit {}: {message}; change what it names, or have it make an exception",
        Place(key)
    )]
    Denied {
        /// The object.
        key: Box<ObjectKey>,
        /// Who refuses, such as ``admission webhook `a` ``.
        by: String,
        /// Why, in its own words.
        message: String,
    },
    /// A quota leaves no room for it.
    #[error(
        "{} does not fit into quota `{quota}`: {detail}; raise the quota, free some of it, or ask for less",
        Place(key)
    )]
    Quota {
        /// The object.
        key: Box<ObjectKey>,
        /// The quota.
        quota: String,
        /// What was requested, what is used, and what there is.
        detail: String,
    },
    /// A webhook that has to be asked did not answer until time was up.
    #[error(
        "admission webhook `{webhook}`, which has to be asked about {}, does not answer: {problem}; mend or remove it",
        Place(key)
    )]
    Webhook {
        /// The object.
        key: Box<ObjectKey>,
        /// The webhook.
        webhook: String,
        /// Why there is no answer.
        problem: String,
    },
    /// It breaks rules of its kind.
    #[error(
        "{} is not valid: {}; correct what these are set from",
        Place(key),
        Listed(problems)
    )]
    Invalid {
        /// The object.
        key: Box<ObjectKey>,
        /// The rules that it breaks.
        problems: Vec<Problem>,
    },
    /// Fields cannot be changed after its creation.
    #[error(
        "{} has fields that cannot change: {}; it has to be deleted and made anew",
        Place(key),
        Listed(problems)
    )]
    Immutable {
        /// The object.
        key: Box<ObjectKey>,
        /// The fields.
        problems: Vec<Problem>,
    },
    /// The cluster does not know fields of it.
    #[error(
        "{} has fields that this cluster does not know: {detail}; it needs a newer Kubernetes",
        Place(key)
    )]
    UnknownField {
        /// The object.
        key: Box<ObjectKey>,
        /// The fields, in the words of the API server.
        detail: String,
    },
    /// The namespace that it belongs into does not exist.
    #[error("{} cannot be, as there is no such namespace; create it, or correct its name", Place(.0))]
    MissingNamespace(Box<ObjectKey>),
    /// The namespace that it belongs into is being deleted.
    #[error("{} cannot be, as the namespace is being deleted; wait until it is gone, and run this again", Place(.0))]
    TerminatingNamespace(Box<ObjectKey>),
    /// The call itself failed.
    #[error("failed to apply {}", Place(key))]
    Call {
        /// The object.
        key: Box<ObjectKey>,
        /// Why.
        #[source]
        source: Failure,
    },
}

/// A rule that a field breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field; empty where the API server names none.
    pub path: String,
    /// The rule, in the words of the API server.
    pub message: String,
}

/// An object and where it is.
pub(super) struct Place<'k>(pub(super) &'k ObjectKey);

struct Listed<'l, T>(&'l [T]);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ObjectKey {
            kind,
            namespace,
            name,
            ..
        } = self.0;
        write!(f, "{kind} `{name}`")?;
        match namespace {
            Some(namespace) => write!(f, " in namespace `{namespace}`"),
            None => Ok(()),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, element) in self.0.iter().enumerate() {
            let before = if position == 0 { "" } else { ", " };
            write!(f, "{before}{element}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "`{}`: {}", self.path, self.message)
    }
}

fn exists(found: &Live) -> String {
    let key = found.key();
    let place = Place(&key);
    if found.is_terminating() {
        let held = held(found);
        return format!(
            "{place} exists and is being deleted{held}; wait until it is gone, and run this again"
        );
    }
    let owner = match found.stamp() {
        Some(stamp) => format!("made by instance `{stamp}`"),
        None => "not made by us".to_owned(),
    };
    format!(
        "{place} exists already, {owner}; it was not touched: choose another name, or delete it if nobody needs it"
    )
}

fn replaced(found: Option<&Live>) -> &'static str {
    match found {
        Some(_) => "another one has taken its place",
        None => "somebody has deleted it",
    }
}

fn held(found: &Live) -> String {
    match found.finalizers().as_slice() {
        [] => String::new(),
        finalizers => format!(", held by `{}`", finalizers.join("`, `")),
    }
}
