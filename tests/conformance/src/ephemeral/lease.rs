//! `conformance_lease`: opened, renewed and closed, and each of that is seen in the world.

use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use terraform::{
    Diagnostics, Schema,
    declare::{Declaration, DeclareError},
    diagnostics,
};
use terraform_server::{EphemeralResource, Opened, Private, Query, Renewed};

use crate::{
    Conformance,
    world::{Operation, World},
};

/// How long a lease lasts that is to be renewed.
const TERM: Duration = Duration::from_secs(1);

/// Leases something for as long as a run takes.
#[derive(Deserialize, JsonSchema)]
pub struct Lease {
    /// What to lease.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"), length(max = 40))]
    name: String,
    /// The lease lasts a second, and is renewed as long as it is needed.
    #[serde(default)]
    renew: bool,
}

/// What the world says of a lease.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Terms {
    /// What identifies the lease.
    handle: String,
    /// What the lease gives access with.
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    token: String,
}

/// What identifies a lease from one call to the next.
#[derive(Serialize, Deserialize)]
struct Handle {
    id: String,
    renew: bool,
}

/// A lease in the world.
#[derive(Default, Serialize, Deserialize)]
struct Record {
    renewals: u64,
}

impl EphemeralResource for Lease {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_lease";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().computed::<Terms>().build()
    }

    async fn open(provider: &Conformance, query: Query) -> Result<Opened, Diagnostics> {
        let Self { name, renew } = query.spec()?;
        let id = begin(provider.world()?, &name)?;
        let value = query.config.with("handle", id.as_str());
        Ok(Opened {
            value: value.with("token", format!("token-of-{id}")),
            renew_at: renew.then(|| SystemTime::now() + TERM),
            lease: Private::of(&Handle { id, renew })?,
            warnings: Diagnostics::new(),
        })
    }

    async fn renew(provider: &Conformance, lease: Private) -> Result<Renewed, Diagnostics> {
        let Handle { id, renew } = handle(&lease)?;
        prolong(provider.world()?, &id)?;
        Ok(Renewed {
            lease,
            renew_at: renew.then(|| SystemTime::now() + TERM),
        })
    }

    async fn close(provider: &Conformance, lease: Private) -> Diagnostics {
        let closed = handle(&lease).and_then(|Handle { id, .. }| {
            let world = provider.world()?;
            world.remove(Self::TYPE_NAME, &id)?;
            Ok(world.log(Operation::Close, Self::TYPE_NAME, &id)?)
        });
        closed.err().unwrap_or_default()
    }
}

fn handle(lease: &Private) -> Result<Handle, Diagnostics> {
    lease
        .read()?
        .ok_or_else(|| Diagnostics::bug("a lease came back without its handle"))
}

/// Takes the first free handle: a run that plans and applies has two leases of one name.
fn begin(world: &World, name: &str) -> Result<String, Diagnostics> {
    let record = bytes(&Record::default())?;
    let mut number = 1;
    loop {
        let id = format!("{name}-{number}");
        if world.create(Lease::TYPE_NAME, &id, &record)? {
            world.log(Operation::Open, Lease::TYPE_NAME, &id)?;
            return Ok(id);
        }
        number += 1;
    }
}

fn prolong(world: &World, id: &str) -> Result<(), Diagnostics> {
    let record = world.read(Lease::TYPE_NAME, id)?.unwrap_or_default();
    let Record { renewals } = serde_json::from_slice(&record).map_err(|error| {
        let cause = diagnostics::chain(&error);
        Diagnostics::error(format!("Lease `{id}` is lost"), format!("{cause}."))
    })?;
    let renewals = renewals + 1;
    world.write(Lease::TYPE_NAME, id, &bytes(&Record { renewals })?)?;
    Ok(world.log(Operation::Renew, Lease::TYPE_NAME, id)?)
}

fn bytes(record: &Record) -> Result<Vec<u8>, Diagnostics> {
    serde_json::to_vec(record).map_err(|error| Diagnostics::bug(diagnostics::chain(&error)))
}
