//! Server-side apply: our fields become what they should be, those of others stay.

use kre_core::{
    desired::{Object, ObjectKey},
    runtime::MANAGER,
};
use kube::{
    api::{Patch, PatchParams},
    core::Request,
};
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::instrument;

use super::{
    Live, Objects,
    ask::Refused,
    error::ApplyError,
    kinds::{Kind, segment},
    live, refusal,
};
use crate::kubernetes::Failure;

/// The version that no object has, as the first write of a cluster has a greater one: whatever
/// exists is in conflict with it, and what does not is made.
const NO_VERSION: &str = "1";
/// How often an object may come and go, or be changed by others, while it is applied.
const ROUNDS: usize = 5;

/// What is there before an apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Nothing, unless it has the stamp of what is applied: then a call before this one was
    /// interrupted.
    Absent,
    /// This very object.
    Present {
        /// Its uid.
        uid: String,
    },
}

impl Objects {
    /// Applies an object, and returns it as the cluster has it then.
    ///
    /// Sets exactly the fields that it has, and removes those that were set before and that it
    /// has no longer. Fields of others are taken over only with `force`. An object that is not
    /// the expected one is not touched. A webhook that does not answer is waited for.
    #[instrument(skip_all, fields(object = %object.key()))]
    pub async fn apply(
        &self,
        object: &Object,
        expected: &Expected,
        force: bool,
        until: Instant,
    ) -> Result<Live, ApplyError> {
        let key = object.key();
        let kind = Kind::of(key).map_err(|source| failed(key, source))?;
        let _writing = self.snapshots().writing(kind, key);
        let mut expected = expected.clone();
        for _ in 0..ROUNDS {
            let refused = match self.patch(object, &expected, force, until).await {
                Ok(live) if live.is_terminating() => {
                    return Err(ApplyError::Terminating { found: live });
                }
                Ok(live) => return Ok(live),
                Err(refused) => refused,
            };
            let is_of_precondition = match &refused {
                Refused::Status(status) => {
                    let is_race = status.code == 409;
                    refusal::is_of_precondition(status) || is_race && expected == Expected::Absent
                }
                Refused::Call(_) => false,
            };
            if !is_of_precondition {
                return Err(self.refused(key, refused).await);
            }
            let found = self.get(key, until).await;
            let found = found.map_err(|source| failed(key, source))?;
            expected = next(object, &expected, found)?;
        }
        Err(ApplyError::Outdated(Box::new(key.clone())))
    }

    async fn patch(
        &self,
        object: &Object,
        expected: &Expected,
        force: bool,
        until: Instant,
    ) -> Result<Live, Refused> {
        let key = object.key();
        let (field, value) = match expected {
            Expected::Absent => ("resourceVersion", NO_VERSION),
            Expected::Present { uid } => ("uid", uid.as_str()),
        };
        let mut body = object.content().clone();
        if let Some(Value::Object(metadata)) = body.get_mut("metadata") {
            metadata.insert(field.to_owned(), json!(value));
        }
        let params = PatchParams {
            force,
            ..PatchParams::apply(MANAGER).validation_strict()
        };
        let collection = Kind::of(key)?.collection(key.namespace.as_deref());
        let request = Request::new(collection);
        let request = request.patch(&segment(&key.name), &params, &Patch::Apply(&body));
        self.insist(request, until).await.map(Live::new)
    }

    /// Explains why an object was refused.
    pub(super) async fn refused(&self, key: &ObjectKey, refused: Refused) -> ApplyError {
        if let Refused::Status(status) = &refused
            && let Some(error) = refusal::read(key, status)
        {
            return error;
        }
        failed(key, self.failure(refused).await)
    }
}

/// What to expect in the next round, after something else was found.
fn next(object: &Object, expected: &Expected, found: Option<Live>) -> Result<Expected, ApplyError> {
    match (expected, found) {
        // It went away meanwhile.
        (Expected::Absent, None) => Ok(Expected::Absent),
        (Expected::Absent, Some(found)) => {
            if is_own(object, &found) {
                let uid = found.uid().to_owned();
                return Ok(Expected::Present { uid });
            }
            Err(ApplyError::Exists { found })
        }
        // Others were writing at the same time.
        (Expected::Present { uid }, Some(found)) if found.uid() == uid => Ok(expected.clone()),
        (Expected::Present { .. }, found) => Err(ApplyError::Replaced {
            key: Box::new(object.key().clone()),
            found,
        }),
    }
}

/// Tells whether what was found has the stamp of an object.
pub(super) fn is_own(object: &Object, found: &Live) -> bool {
    let stamp = live::stamp(object.content());
    stamp.is_some() && stamp == found.stamp()
}

pub(super) fn failed(key: &ObjectKey, source: Failure) -> ApplyError {
    ApplyError::Call {
        key: Box::new(key.clone()),
        source,
    }
}
