//! Writing the anchor, which no two instances may do at the same time.

use kre_core::desired::{Object, ObjectKey};

use super::{Runtimes, survey::contract};
use crate::{
    objects::{ApplyError, Live},
    work::Failed,
};

/// How often somebody else's writes to the anchor are taken in before it is given up.
const ATTEMPTS: usize = 5;

impl Runtimes<'_> {
    /// Writes the anchor over what was there, unless another instance was faster.
    pub(super) async fn write_anchor(
        &self,
        desired: &Object,
        mut over: Option<Live>,
    ) -> Result<Live, Failed> {
        let (objects, until) = (&self.world.objects, self.terms.until);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let written = match &over {
                Some(over) => objects.replace(desired, over, until).await,
                None => objects.create(desired, until).await,
            };
            let outdated = matches!(
                written,
                Err(ApplyError::Exists { .. } | ApplyError::Outdated { .. })
            );
            if !outdated || attempts == ATTEMPTS {
                return Ok(written?);
            }
            let now = objects.get(desired.key(), until).await?;
            over = still(desired.key(), over, now)?;
        }
    }
}

/// Returns what is to be written over now, if the instance is the one that was decided about.
fn still(
    anchor: &ObjectKey,
    before: Option<Live>,
    now: Option<Live>,
) -> Result<Option<Live>, Failed> {
    let instance = |live: &Live| contract(live).map(|contract| contract.head.instance);
    let Some(now) = now else { return Ok(None) };
    let by = instance(&now)?;
    match before {
        Some(before) if instance(&before)? == by => Ok(Some(now)),
        _ => Err(Failed::Superseded {
            anchor: Box::new(anchor.clone()),
            by,
        }),
    }
}
