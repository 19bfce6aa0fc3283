//! Who may begin where an anchor is found.

use super::{Head, InstanceId, Progress, Status, head::ids};
use crate::desired::{Inventory, Item};

/// Why a creation must not begin. Nothing has been touched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another instance is there, finished at least once or being changed.
    #[error(
        "it lives, and is not touched: either it belongs to somebody else, or it was to be replaced by one that is made before it is gone: `{}`",
        status.as_str()
    )]
    Lives {
        /// Whether it works or is being changed.
        status: Status,
    },
    /// Another instance is being removed.
    #[error(
        "it is being removed, and is not touched: either somebody is about it now, or was interrupted and has to repeat it"
    )]
    Goes,
    /// Another instance has left data, and nobody has consented to take it over.
    #[error(
        "it has left data, which is not taken over without consent: either what was removed is to come back, or somebody else has used the id before"
    )]
    Retained {
        /// What is left.
        items: Vec<Item>,
    },
}

/// Decides whether a creation may begin where a head was found or none, and with which head.
///
/// An instance that has never been finished is taken over by whoever comes, but for data that it
/// had adopted: that, and what a removed instance has left, takes consent. Any other instance is
/// refused, unless it is our own, from a call that was repeated, or the one that we replace; what
/// data these may hold is adopted.
///
/// `inventory` is what the creation will make. The head names in addition what is there already,
/// so that nothing of it is forgotten; what it adopts is not deleted before it has been ready.
pub fn claim(
    found: Option<&Head>,
    ours: &InstanceId,
    inventory: &Inventory,
    consents: bool,
    replaces: Option<&InstanceId>,
) -> Result<Head, Refusal> {
    let Some(found) = found else {
        return Ok(Head {
            status: Status::Creating,
            instance: ours.clone(),
            progress: Progress::default(),
            inventory: inventory.clone(),
        });
    };
    let is_ours = found.instance == *ours || Some(&found.instance) == replaces;
    if let Some(refusal) = refusal(found, is_ours, consents) {
        return Err(refusal);
    }
    let mut superseded = found.progress.superseded.clone();
    superseded.push(found.instance.clone());
    superseded.retain(|instance| instance != ours);
    superseded.sort();
    superseded.dedup();
    Ok(Head {
        status: Status::Creating,
        instance: ours.clone(),
        progress: Progress {
            been_ready: false,
            adopted: ids(&found.holding()),
            superseded,
        },
        inventory: found.inventory.union(inventory),
    })
}

fn refusal(found: &Head, is_ours: bool, consents: bool) -> Option<Refusal> {
    let status = found.status;
    match status {
        Status::Creating if is_ours => None,
        Status::Creating | Status::Retained => {
            let items = found.holding();
            (!items.is_empty() && !consents).then_some(Refusal::Retained { items })
        }
        _ if is_ours => None,
        Status::Ready | Status::Updating => Some(Refusal::Lives { status }),
        Status::Deleting => Some(Refusal::Goes),
    }
}
