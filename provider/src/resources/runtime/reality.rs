//! Runtimes in a real cluster.

use std::{collections::BTreeMap, time::Duration};

use kre_core::{
    anchor::InstanceId,
    drift::Record,
    name::RuntimeId,
    runtime::RuntimeSpec,
    text::{GoDuration, NamespaceName},
};
use kre_engine::{
    runtime::{Condition, Done, Known, Runtimes, Seen, Sight},
    work::{Failed, Terms},
};
use terraform::{Diagnostics, Value, bridge};
use terraform_server::{Applied, Change, Current, Found, Private};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    life::Life,
    report::{self, Subject},
    state::{Status, state},
    told::{self, Operation},
};
use crate::Kre;

impl Life for Kre {
    async fn create(&self, change: Change) -> Applied {
        let done = async {
            let spec: RuntimeSpec = change.spec()?;
            let replaced: Option<Record> = change.private.read()?;
            let replaced = replaced.map(|record| record.instance);
            let (world, limit) = (self.world()?, spec.timeouts.create());
            let terms = self.terms(&spec, limit, &change.stop);
            let done = Runtimes::new(world, &terms)
                .create(&spec, replaced.as_ref())
                .await;
            answer(&spec, done, Operation::Create)
        };
        Box::pin(done).await.into()
    }

    async fn read(&self, current: Current) -> Result<Found, Diagnostics> {
        let (id, namespace) = name(&current.state)?;
        let subject = Subject {
            id: &id,
            namespace: &namespace,
            owns_namespace: current.state.attribute("create_namespace").as_bool() != Some(false),
        };
        let world = self.world()?;
        let known = known(&current)?;
        let limit = match &known {
            Some(known) => known.spec.timeouts.read(),
            None => kre_core::runtime::Timeouts::READ,
        };
        let terms = self.patient(limit, &current.stop);
        let runtimes = Runtimes::new(world, &terms);
        let failed = |error| told::failed(subject, &error, Operation::Read);
        let known = match known {
            Some(known) => Some(known),
            None => runtimes.find(&namespace, &id).await.map_err(failed)?,
        };
        let Some(known) = known else {
            // Hosts show no warnings about what they cannot import.
            if current.state.attribute("name").is_null() {
                return Err(report::unfound(subject));
            }
            return Ok(current.gone());
        };
        match Box::pin(runtimes.read(known)).await.map_err(failed)? {
            Sight::There { seen, unseen } => {
                let (state, private) = saved(*seen)?;
                let found = Found {
                    private,
                    ..current.now(state)
                };
                Ok(match unseen {
                    Some(unseen) => found.warn(told::unseen(subject, &unseen)),
                    None => found,
                })
            }
            Sight::Gone { superseded_by } => {
                let is = world.cluster().uid(terms.until).await;
                let is = is.map_err(|error| Self::report(&error))?;
                let mut warnings = told::moved(subject, &current.state, is);
                if let Some((_, by)) = superseded_by {
                    warnings.extend(told::superseded(subject, &by));
                }
                Ok(current.gone().warn(warnings))
            }
        }
    }

    async fn update(&self, change: Change) -> Applied {
        let done = async {
            let (old, new): (RuntimeSpec, RuntimeSpec) = (change.before()?, change.spec()?);
            let world = self.world()?;
            let terms = self.terms(&new, new.timeouts.update(), &change.stop);
            let runtimes = Runtimes::new(world, &terms);
            let record = match change.private.read()? {
                Some(record) => record,
                None => remembered(&runtimes, &old).await?,
            };
            let done = runtimes.update(&old, &new, record).await;
            answer(&new, done, Operation::Update)
        };
        Box::pin(done).await.into()
    }

    async fn delete(&self, change: Change) -> Applied {
        let done = async {
            let spec: RuntimeSpec = change.before()?;
            let world = self.world()?;
            let terms = self.terms(&spec, spec.timeouts.delete(), &change.stop);
            let runtimes = Runtimes::new(world, &terms);
            let record: Option<Record> = change.private.read()?;
            let namespace = spec.namespace();
            let subject = Subject {
                id: &spec.id,
                namespace: &namespace,
                owns_namespace: spec.create_namespace,
            };
            let failed = |error| told::failed(subject, &error, Operation::Delete);
            let instance = match record {
                Some(record) => Some(record.instance),
                None => instance(&runtimes, &spec).await.map_err(failed)?,
            };
            let Some(instance) = instance else {
                return Ok(Applied::gone());
            };
            let removed = Box::pin(runtimes.delete(&spec, &instance)).await;
            let removed = removed.map_err(failed)?;
            Ok(Applied::gone().report(told::removed(subject, &removed)))
        };
        Box::pin(done).await.into()
    }
}

impl Kre {
    fn terms(&self, spec: &RuntimeSpec, limit: Duration, stop: &CancellationToken) -> Terms {
        let fail_fast = spec.fail_fast.as_ref().map(GoDuration::span);
        Terms {
            fail_fast: fail_fast.unwrap_or_else(|| self.fail_fast()),
            ..self.patient(limit, stop)
        }
    }

    fn patient(&self, limit: Duration, stop: &CancellationToken) -> Terms {
        Terms {
            until: Instant::now() + limit,
            fail_fast: self.fail_fast(),
            stop: stop.clone(),
        }
    }
}

/// What a state says of a runtime; `None` right after an import.
fn known(current: &Current) -> Result<Option<Known>, Diagnostics> {
    let record: Option<Record> = current.private.read()?;
    let Some(record) = record.filter(|_| !current.state.attribute("name").is_null()) else {
        return Ok(None);
    };
    let objects = current.state.attribute("objects").as_entries();
    let findings = objects
        .into_iter()
        .flatten()
        .filter_map(|(name, finding)| Some((name.clone(), finding.as_str()?.to_owned())));
    let condition = match current.state.attribute("status").as_str() {
        Some("READY") => Condition::Ready,
        Some("STARTING") => Condition::Starting,
        _ => Condition::Error,
    };
    Ok(Some(Known {
        spec: bridge::from_value(&current.state).map_err(Diagnostics::bug)?,
        condition,
        findings: findings.collect::<BTreeMap<_, _>>(),
        record,
    }))
}

/// The record of a runtime of which a state has none.
async fn remembered(runtimes: &Runtimes<'_>, spec: &RuntimeSpec) -> Result<Record, Diagnostics> {
    let namespace = spec.namespace();
    let subject = Subject {
        id: &spec.id,
        namespace: &namespace,
        owns_namespace: spec.create_namespace,
    };
    let found = runtimes.find(&namespace, &spec.id).await;
    let found = found.map_err(|error| told::failed(subject, &error, Operation::Update))?;
    found
        .map(|known| known.record)
        .ok_or_else(|| told::forgotten(subject))
}

/// The instance that a state is about which does not say so, as those of tainted resources do not;
/// `None` if nothing of it is left.
async fn instance(
    runtimes: &Runtimes<'_>,
    spec: &RuntimeSpec,
) -> Result<Option<InstanceId>, Failed> {
    match runtimes.find(&spec.namespace(), &spec.id).await? {
        Some(known) => Ok(Some(known.record.instance)),
        None => runtimes.beginner(spec).await,
    }
}

/// What is answered of a creation or an update.
fn answer(spec: &RuntimeSpec, done: Done, operation: Operation) -> Result<Applied, Diagnostics> {
    let namespace = spec.namespace();
    let subject = Subject {
        id: &spec.id,
        namespace: &namespace,
        owns_namespace: spec.create_namespace,
    };
    let Done { seen, error } = done;
    let told = error.map(|error| told::failed(subject, &error, operation));
    let told = told.unwrap_or_default();
    let Some(seen) = seen else {
        return Err(told);
    };
    let (state, private) = saved(*seen)?;
    Ok(Applied::done(state).remember(private).report(told))
}

fn saved(seen: Seen) -> Result<(Value, Private), Diagnostics> {
    let status = match seen.condition {
        Condition::Ready => Status::Ready,
        Condition::Starting => Status::Starting,
        Condition::Error => Status::Error,
    };
    let private = Private::of(&seen.record)?;
    let state = state(&seen.spec, seen.findings, status, seen.cluster_uid)?;
    Ok((state, private))
}

/// The name of the runtime that a state is about.
fn name(state: &Value) -> Result<(RuntimeId, NamespaceName), Diagnostics> {
    let text = |name: &str| state.attribute(name).as_str().unwrap_or_default();
    let id = text("id").parse().map_err(Diagnostics::bug)?;
    let namespace = text("namespace").parse().map_err(Diagnostics::bug)?;
    Ok((id, namespace))
}
