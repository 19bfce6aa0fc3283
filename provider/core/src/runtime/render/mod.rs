//! From a specification to what must exist. It cannot fail, and the same input gives the same.

mod common;
mod mongo_writer;
mod mongodb;
mod namespace;
mod nats;
mod pod;
mod storage;

use super::{
    contract::Contract,
    facts::{Credential, Credentials, Facts},
    spec::{NetworkPolicy, RuntimeSpec},
};
use crate::{
    anchor::InstanceId,
    desired::{Desired, Entry, Inventory, Object},
    secret::Password,
};
use common::Site;
use serde_json::json;

/// The number of this rendering. It is raised when the same specification gives other objects.
pub const RENDERING: u32 = 1;

/// Renders what must exist for a runtime, in the order in which it is applied.
///
/// The anchor is that of a runtime that is ready; until then [`Contract::anchor`] makes others.
pub fn render(spec: &RuntimeSpec, facts: &Facts) -> Desired {
    Desired {
        ground: namespace::render(spec, facts),
        anchor: Contract::of(spec, facts).anchor(),
        entries: entries(spec, facts),
    }
}

/// Names everything that must exist for a runtime: that needs no facts.
pub fn inventory(spec: &RuntimeSpec) -> Inventory {
    let credential = || Credential {
        username: String::new(),
        password: Password::existing(""),
    };
    let facts = Facts {
        instance: InstanceId::existing(""),
        credentials: Credentials {
            root: credential(),
            client: credential(),
            writer: credential(),
        },
    };
    let anchor = Object::new(spec.anchor_key(), json!({}), json!({}));
    let desired = Desired {
        ground: namespace::render(spec, &facts),
        anchor: anchor.holding_data(),
        entries: entries(spec, &facts),
    };
    desired.inventory()
}

/// Renders the ConfigMap that holds a contract.
pub(super) fn anchor(contract: &Contract) -> Object {
    let spec = &contract.specification;
    let metadata = common::metadata(spec, &contract.head.instance, None);
    let fields = json!({ "data": contract.to_data() });
    // It tells what a runtime that retains has left behind.
    Object::new(spec.anchor_key(), metadata, fields).holding_data()
}

fn entries(spec: &RuntimeSpec, facts: &Facts) -> Vec<Entry> {
    let site = Site { spec, facts };
    let mut entries = Vec::new();
    if spec.network_policy == NetworkPolicy::Isolated {
        entries.push(Entry::Object(namespace::isolation(site)));
    }
    entries.extend(nats::render(site));
    entries.extend(mongodb::render(site));
    entries.extend(mongo_writer::render(site));
    entries
}
