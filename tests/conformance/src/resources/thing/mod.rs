//! `conformance_thing`: small, with a history, and it fails on demand.

mod failure;
mod history;

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use terraform::{
    Diagnostics, Number, Schema, Value,
    declare::{Declaration, DeclareError},
};
use terraform_server::{
    Applied, Change, Current, Found, ImportBy, Imported, Plan, Private, Resource, Source, Stored,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Conformance, objects::named};
use failure::Fail;

/// A thing with a name and a size.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Thing {
    /// Name, which no other thing has.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"), length(max = 40))]
    #[schemars(extend("x-terraform" = {"replace": true, "identity": "required"}))]
    pub name: String,
    /// How big it is.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub size: i64,
    /// What people call it.
    pub label: Option<String>,
    /// Further notes on it.
    pub tags: Option<BTreeMap<String, String>>,
    /// Seconds that its creation and each update take.
    #[schemars(range(min = 0, max = 3_600))]
    pub delay: Option<f64>,
    /// Plans to destroy it are refused.
    #[serde(default)]
    pub protected: bool,
    /// Which of its operations fail.
    #[serde(default)]
    fail: Fail,
}

/// What the world says of a thing.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Observed {
    /// The same as `name`.
    id: String,
    /// How often it was made or changed.
    generation: i64,
    /// `ready`, or `unfinished` after a change that failed half-way.
    status: String,
}

/// What is remembered of a thing beside its state.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Notes {
    /// The last change was not finished; the next one does that.
    unfinished: bool,
}

impl Resource for Thing {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_thing";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>()
            .computed::<Observed>()
            .version(history::VERSION)
            .identity_version(history::IDENTITY_VERSION)
            .build()
    }

    async fn plan(_: &Conformance, plan: &mut Plan) -> Diagnostics {
        let unfinished = match plan.private.read::<Notes>() {
            Ok(notes) => notes.unwrap_or_default().unfinished,
            Err(unreadable) => return unreadable,
        };
        if unfinished {
            plan.open("status");
        }
        if plan.changes() {
            plan.set("id", plan.planned.attribute("name").clone());
            plan.open("generation");
        }
        failure::of_plan(plan)
    }

    async fn create(provider: &Conformance, change: Change) -> Applied {
        make(provider, change).await.into()
    }

    async fn read(provider: &Conformance, current: Current) -> Result<Found, Diagnostics> {
        let found = provider.look::<Self>(current)?;
        let warnings = failure::of_read(&found.state);
        Ok(found.warn(warnings))
    }

    async fn update(provider: &Conformance, change: Change) -> Applied {
        alter(provider, change).await.into()
    }

    async fn delete(provider: &Conformance, change: Change) -> Applied {
        remove(provider, &change).into()
    }

    async fn import(_: &Conformance, by: ImportBy) -> Result<Imported, Diagnostics> {
        Ok(named(by))
    }

    fn upgrade(stored: &Stored) -> Result<Value, Diagnostics> {
        history::upgrade(stored)
    }

    fn upgrade_identity(stored: &Stored) -> Result<Value, Diagnostics> {
        history::upgrade_identity(stored)
    }

    fn move_from(source: &Source) -> Option<Result<Imported, Diagnostics>> {
        history::move_from(source)
    }
}

fn one() -> i64 {
    1
}

async fn make(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let thing: Thing = change.spec()?;
    thing.fail.before(Fail::CreateBefore)?;
    let begun = Begun::new(change.planned, 0)?;
    let things = provider.objects::<Thing>()?;
    things.create(&thing.name, &begun.state)?;
    let worked = thing.work(Fail::CreateHalf, &change.stop).await;
    Ok(begun.end(worked, |state| things.write(&thing.name, state)))
}

async fn alter(provider: &Conformance, change: Change) -> Result<Applied, Diagnostics> {
    let mut thing: Thing = change.spec()?;
    if change
        .private
        .read::<Notes>()?
        .unwrap_or_default()
        .unfinished
    {
        thing.fail = Fail::Never;
    }
    thing.fail.before(Fail::UpdateBefore)?;
    let generation = change.prior.attribute("generation").as_number();
    let generation = generation.and_then(Number::as_i64).unwrap_or_default();
    let begun = Begun::new(change.planned, generation)?;
    let things = provider.objects::<Thing>()?;
    things.update(&thing.name, &begun.state)?;
    let worked = thing.work(Fail::UpdateHalf, &change.stop).await;
    Ok(begun.end(worked, |state| things.write(&thing.name, state)))
}

fn remove(provider: &Conformance, change: &Change) -> Result<Applied, Diagnostics> {
    let thing: Thing = change.before()?;
    thing.fail.before(Fail::Delete)?;
    provider.objects::<Thing>()?.delete(&thing.name)?;
    Ok(Applied::gone())
}

impl Thing {
    /// Takes its time, unless it fails first or the user wants to stop.
    async fn work(&self, half_way: Fail, stop: &CancellationToken) -> Result<(), Diagnostics> {
        self.fail.before(half_way)?;
        let delay = Duration::try_from_secs_f64(self.delay.unwrap_or_default());
        match timeout(delay.unwrap_or_default(), stop.cancelled()).await {
            Err(_elapsed) => Ok(()),
            Ok(()) => Err(Diagnostics::error(
                "Stopped",
                format!("The work on thing `{}` is not finished.", self.name),
            )),
        }
    }
}

/// A change that has begun: whatever happens from here on, there is a state to answer.
struct Begun {
    state: Value,
    generation: i64,
    unfinished: Private,
}

impl Begun {
    fn new(planned: Value, generation: i64) -> Result<Self, Diagnostics> {
        Ok(Self {
            state: planned
                .with("generation", generation)
                .with("status", "unfinished"),
            generation,
            unfinished: Private::of(&Notes { unfinished: true })?,
        })
    }

    fn end(
        self,
        worked: Result<(), Diagnostics>,
        write: impl FnOnce(&Value) -> Result<(), Diagnostics>,
    ) -> Applied {
        let generation = self.generation + 1;
        let ready = self.state.clone().with("generation", generation);
        let ready = ready.with("status", "ready");
        match worked.and_then(|()| write(&ready)) {
            Ok(()) => Applied::done(ready),
            Err(problem) => Applied::done(self.state)
                .remember(self.unfinished)
                .report(problem),
        }
    }
}
