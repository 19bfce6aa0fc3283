//! A change of a runtime that is there.

use kre_core::{
    anchor::Head,
    drift::Record,
    runtime::{self, RENDERING, RuntimeSpec},
};

use super::{Runtimes, facts, outcome::Done, survey::Survey, undertaking::Undertaking};
use crate::work::Failed;

impl Runtimes<'_> {
    /// Makes true again what the specification says. The record is that of the last look.
    pub async fn update(&self, old: &RuntimeSpec, new: &RuntimeSpec, record: Record) -> Done {
        match self.terms.bounded(self.changed(old, new, record)).await {
            Ok(undertaking) => Box::pin(undertaking.run()).await,
            Err(error) => Done::refused(error),
        }
    }

    async fn changed<'u>(
        &'u self,
        old: &'u RuntimeSpec,
        new: &'u RuntimeSpec,
        mut record: Record,
    ) -> Result<Undertaking<'u>, Failed> {
        let uid = self.world.cluster.uid(self.terms.until).await?.to_owned();
        let (before, inventory) = (runtime::inventory(old), runtime::inventory(new));
        let all = before.union(&inventory);
        let survey = Survey::thorough(self.world, self.terms, new, &all).await?;
        let instance = record.instance.clone();
        let mut head = match &survey.anchor {
            Some((_, contract)) if contract.head.instance == instance => {
                contract.head.updating(&inventory)
            }
            Some((live, contract)) => {
                return Err(Failed::Superseded {
                    anchor: Box::new(live.key()),
                    by: contract.head.instance.clone(),
                });
            }
            // Somebody has deleted it: what it named is what the state remembers.
            None => Head::lost(instance.clone(), &before).updating(&inventory),
        };
        survey.take_ground(new, &mut head)?;
        survey.has_no_strangers(new, &head)?;
        let facts = facts::gather(&survey, new, instance)?;
        record.specification = runtime::digest(new);
        record.rendering = RENDERING;
        record.unfinished = false;
        Ok(Undertaking {
            runtimes: *self,
            spec: new,
            old: Some(old),
            seal: facts::seal(Some(&facts.credentials.root)),
            facts,
            survey,
            head,
            record,
            anchor: None,
            has_begun: false,
            has_grown: false,
            cluster_uid: uid,
        })
    }
}
