//! Runtimes in a host of our own, and a world in which everything succeeds at once.

mod consequences;
mod drift;
mod imports;
mod known;
mod problems;
mod replacement;

use std::collections::BTreeSet;

use harness::{
    drive::{self, Managed, Object, Planned},
    plugin::in_process,
};
use kre_core::{
    anchor::InstanceId,
    drift::Record,
    runtime::{RENDERING, digest},
};
use serde_json::{Value as Json, json};
use terraform::{Path, bridge::to_value};
use terraform_server::{Configuration, Private, Registry, Service, Stop, resource};

use super::{
    state::{self, Status},
    *,
};

const UID: &str = "0b9f7a52-3c1e-4d8f-9a64-5e2d7c1b8f03";

/// A provider whose runtimes are whatever was planned.
struct Rehearsal;

impl Provider for Rehearsal {
    const NAME: &'static str = "kre";
    const REGISTRY: Registry<Self> = Registry {
        resources: &[resource::<Runtime<Self>>()],
        data_sources: &[],
        ephemeral_resources: &[],
        functions: &[],
    };

    fn schema() -> Result<Schema, DeclareError> {
        Ok(Schema::default())
    }

    fn configure(_: Configuration) -> Result<Self, Diagnostics> {
        Ok(Self)
    }
}

impl Life for Rehearsal {
    async fn create(&self, change: Change) -> Applied {
        finished(&change).into()
    }

    async fn read(&self, current: Current) -> Result<Found, Diagnostics> {
        if current.state.attribute("name").is_null() {
            return look(current);
        }
        Ok(current.unchanged())
    }

    async fn update(&self, change: Change) -> Applied {
        finished(&change).into()
    }

    async fn delete(&self, _: Change) -> Applied {
        Applied::gone()
    }
}

fn finished(change: &Change) -> Result<Applied, Diagnostics> {
    let record = Private::of(&record(&change.spec()?))?;
    let state = change.planned.clone();
    let state = state.with("status", Status::Ready.as_str());
    Ok(Applied::done(state.with("cluster_uid", UID)).remember(record))
}

fn record(spec: &RuntimeSpec) -> Record {
    Record::new(InstanceId::of_random([1; 8]), digest(spec), RENDERING)
}

/// Finds the minimal runtime by the name that an import gave.
fn look(current: Current) -> Result<Found, Diagnostics> {
    let mut spec: RuntimeSpec = serde_json::from_value(minimal()).map_err(Diagnostics::bug)?;
    let name = |attribute: &str| current.state.attribute(attribute).as_str();
    let (id, namespace) = (name("id").unwrap_or_default(), name("namespace"));
    spec.id = id.parse().map_err(Diagnostics::bug)?;
    let namespace = namespace.map(str::parse).transpose();
    spec.namespace = namespace.map_err(Diagnostics::bug)?;
    let record = Private::of(&record(&spec))?;
    let found = state::state(&spec, state::objects(&spec), Status::Ready, UID.to_owned())?;
    Ok(Found {
        private: record,
        ..current.now(found)
    })
}

fn minimal() -> Json {
    json!({
        "id": "demo",
        "name": "Demo",
        "nats": { "storage": { "size": "1Gi" } },
        "mongodb": { "storage": { "size": "2Gi" } },
    })
}

/// Everything that can be said.
fn maximal() -> Json {
    const TEXT: &str = include_str!("../../../../core/src/runtime/tests/maximal.json");
    serde_json::from_str(TEXT).unwrap()
}

/// The minimal configuration with something at a place, and with objects on the way there.
fn with(place: &str, value: Json) -> Json {
    set(minimal(), place, value)
}

fn set(mut config: Json, place: &str, value: Json) -> Json {
    let mut inner = &mut config;
    for name in place.split('.') {
        inner = &mut inner[name];
    }
    *inner = value;
    config
}

fn value(config: &Json) -> Value {
    to_value(config, state::ty().unwrap()).unwrap()
}

/// The configuration with an unknown value at a place, and with objects on the way there.
fn without(config: &Json, place: &str) -> Value {
    let steps = place.split('.');
    let path: Path = steps
        .map(|name| terraform::Step::Attribute(name.to_owned()))
        .collect();
    let mut config = config.clone();
    let inner = place.rsplit_once('.').map_or("", |(parent, _)| parent);
    if !inner.is_empty()
        && config
            .pointer(&format!("/{}", inner.replace('.', "/")))
            .is_none()
    {
        config = set(config, inner, json!({}));
    }
    let mut config = value(&config);
    config.set_at(&path, Value::unknown());
    config
}

async fn runtimes() -> Managed {
    let client = in_process(Service::<Rehearsal>::new(Stop::default()));
    let nothing = drive::encode(
        &Value::object::<&str>([]),
        &Schema::default().implied_type(),
    );
    drive::configure(&client, nothing.unwrap()).await.unwrap();
    Managed::new(client, "kre_runtime", schema().unwrap())
}

/// A runtime that has been created.
async fn created(runtimes: &Managed, config: &Json) -> Object {
    let nothing = Object::default();
    runtimes.change(&nothing, &value(config)).await.unwrap()
}

/// The plan that makes a runtime of one configuration one of another.
async fn update(before: &Json, after: &Json) -> Planned {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, before).await;
    runtimes.plan(&runtime, &value(after)).await.unwrap()
}

/// What is said when the plan is refused.
async fn refusal(before: &Json, after: &Value) -> Diagnostics {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, before).await;
    let refused = runtimes.plan(&runtime, after).await.unwrap_err();
    refused.refusal().unwrap().clone()
}

/// The places of everything unknown.
fn unknown(planned: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &Path, found: &mut BTreeSet<String>) {
        if value.is_unknown() {
            found.insert(path.to_string());
        }
        for (step, child) in value.children() {
            walk(child, &path.step(step.unwrap()), found);
        }
    }
    let mut found = BTreeSet::new();
    walk(planned, &Path::root(), &mut found);
    found
}

/// The names of attributes that differ.
fn changed(prior: &Value, planned: &Value) -> Vec<String> {
    let planned = planned.as_entries().unwrap();
    let differs = planned
        .iter()
        .filter(|(name, value)| prior.attribute(name) != *value);
    differs.map(|(name, _)| name.clone()).collect()
}

#[test]
fn the_computed_attributes_are_those_that_nobody_writes() {
    use terraform::schema::Mode;
    let attributes = schema().unwrap().block.attributes;
    let computed: BTreeSet<_> = attributes
        .iter()
        .filter(|(_, attribute)| attribute.mode == Mode::Computed)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(computed, BTreeSet::from(state::COMPUTED));
}
