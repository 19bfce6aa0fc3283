//! A new runtime, or one that takes over what another has left.

use kre_core::{
    anchor::{self, Head, InstanceId, Refusal},
    desired::Inventory,
    drift::Record,
    runtime::{self, Change, Effect, RENDERING, RuntimeSpec},
};

use super::{Runtimes, facts, outcome::Done, survey::Survey, undertaking::Undertaking};
use crate::work::{Failed, Occupied};

impl Runtimes<'_> {
    /// Makes a runtime. Nothing is written if something of another owner is in the way;
    /// `replaces` is one that is not.
    pub async fn create(&self, spec: &RuntimeSpec, replaces: Option<&InstanceId>) -> Done {
        match self.terms.bounded(self.prepared(spec, replaces)).await {
            Ok(undertaking) => Box::pin(undertaking.run()).await,
            Err(error) => Done::refused(error),
        }
    }

    async fn prepared<'u>(
        &'u self,
        spec: &'u RuntimeSpec,
        replaces: Option<&InstanceId>,
    ) -> Result<Undertaking<'u>, Failed> {
        let uid = self.world.cluster.uid(self.terms.until).await?.to_owned();
        let inventory = runtime::inventory(spec);
        let survey = Survey::thorough(self.world, self.terms, spec, &inventory).await?;
        let instance = facts::stamp()?;
        let mut head = claimed(&survey, spec, &inventory, &instance, replaces)?;
        survey.take_ground(spec, &mut head)?;
        let misfits = misfits(&survey, spec);
        if !misfits.is_empty() {
            return Err(Failed::Unfit(misfits));
        }
        survey.has_no_strangers(spec, &head)?;
        let facts = facts::gather(&survey, spec, instance.clone())?;
        Ok(Undertaking {
            runtimes: *self,
            spec,
            old: None,
            seal: facts::seal(Some(&facts.credentials.root)),
            facts,
            survey,
            head,
            record: Record::new(instance, runtime::digest(spec), RENDERING),
            anchor: None,
            has_begun: false,
            has_grown: false,
            cluster_uid: uid,
        })
    }
}

/// Decides whether the creation may begin, and with which head.
fn claimed(
    survey: &Survey,
    spec: &RuntimeSpec,
    inventory: &Inventory,
    ours: &InstanceId,
    replaces: Option<&InstanceId>,
) -> Result<Head, Failed> {
    let found = survey.anchor.as_ref();
    let head = found.map(|(_, contract)| &contract.head);
    let claimed = anchor::claim(head, ours, inventory, spec.adopt_retained, replaces);
    claimed.map_err(|refusal| {
        let left = match &refusal {
            Refusal::Retained { items } => survey.kept(items),
            Refusal::Lives { .. } | Refusal::Goes => Vec::new(),
        };
        Failed::Refused(Box::new(Occupied {
            anchor: spec.anchor_key(),
            instance: head.map_or_else(|| ours.clone(), |head| head.instance.clone()),
            refusal,
            created: found.and_then(|(live, _)| live.created()),
            left,
        }))
    })
}

/// What the specification asks of volumes that are there, and that they cannot become.
fn misfits(survey: &Survey, spec: &RuntimeSpec) -> Vec<Change> {
    let Some((_, contract)) = &survey.anchor else {
        return Vec::new();
    };
    let claims = spec.claims().into_iter();
    let there = claims.filter(|(_, claim)| survey.live.contains_key(claim));
    let of: Vec<_> = there
        .map(|(component, _)| format!("{}.", component.attribute()))
        .collect();
    let mut misfits = runtime::changes(&contract.specification, spec);
    misfits.retain(|Change { path, effect }| {
        let path = path.to_string();
        let is_of_volume = of.iter().any(|component| path.starts_with(component));
        is_of_volume && matches!(effect, Effect::Refused { .. })
    });
    misfits
}
