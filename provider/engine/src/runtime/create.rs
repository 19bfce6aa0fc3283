//! A new runtime, or one that takes over what another has left.

use kre_core::{
    anchor::{self, Head, InstanceId, Refusal},
    drift::Record,
    runtime::{self, RENDERING, RuntimeSpec},
};

use super::{Runtimes, facts, outcome::Done, survey::Survey, undertaking::Undertaking};
use crate::{
    objects::Live,
    work::{Failed, Occupied},
};

impl Runtimes<'_> {
    /// Makes a runtime. Nothing is written if something of another owner is in the way;
    /// `replaces` is one that is not.
    pub async fn create(&self, spec: &RuntimeSpec, replaces: Option<&InstanceId>) -> Done {
        match self.prepared(spec, replaces).await {
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
        let survey = Survey::thorough(self.world, self.terms, spec).await?;
        let instance = facts::stamp()?;
        let inventory = runtime::inventory(spec);
        let head = claimed(&survey, spec, &instance, replaces)?;
        namespace(&survey, spec, &head)?;
        let strangers = survey.strangers(spec, &head, &inventory);
        if !strangers.is_empty() {
            return Err(Failed::Strangers(strangers));
        }
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
    ours: &InstanceId,
    replaces: Option<&InstanceId>,
) -> Result<Head, Failed> {
    let inventory = runtime::inventory(spec);
    let found = survey.anchor.as_ref();
    let head = found.map(|(_, contract)| &contract.head);
    let claimed = anchor::claim(head, ours, &inventory, spec.adopt_retained, replaces);
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

/// Tells whether the namespace is there if it has to be, and not somebody else's if it has not.
fn namespace(survey: &Survey, spec: &RuntimeSpec, head: &Head) -> Result<(), Failed> {
    let name = || spec.namespace().to_string();
    match &survey.ground {
        None if spec.create_namespace => Ok(()),
        None => Err(Failed::NoNamespace(name())),
        Some(_) if !spec.create_namespace => Ok(()),
        Some(ground) if head.owns(ground.stamp().as_ref()) => Ok(()),
        // Somebody was interrupted after the very first write.
        Some(ground)
            if survey.anchor.is_none() && survey.live.is_empty() && is_of(ground, spec) =>
        {
            Ok(())
        }
        Some(_) => Err(Failed::ForeignNamespace(name())),
    }
}

/// Tells by its labels whether a namespace was made for a runtime.
pub(super) fn is_of(ground: &Live, spec: &RuntimeSpec) -> bool {
    let label = |name| ground.label(name);
    label(runtime::MANAGED_BY) == Some(runtime::MANAGER)
        && label(runtime::RUNTIME) == Some(spec.id.as_str())
}
