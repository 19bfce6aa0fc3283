//! A runtime that exists, found by its name.

use kre_core::{
    anchor::{InstanceId, Status},
    desired::ObjectKey,
    drift::Record,
    name::RuntimeId,
    runtime::{self, Contract, RENDERING, RuntimeSpec},
    text::NamespaceName,
};

use super::{
    Runtimes,
    outcome::Condition,
    read::Known,
    survey::{contract, is_of},
};
use crate::work::Failed;

impl Runtimes<'_> {
    /// Finds a runtime that exists; `None` if there is none, or if only its data is left.
    pub async fn find(
        &self,
        namespace: &NamespaceName,
        id: &RuntimeId,
    ) -> Result<Option<Known>, Failed> {
        let name = runtime::anchor(id);
        let key = ObjectKey::namespaced("v1", "ConfigMap", namespace.as_str(), &name);
        let found = self.world.objects.get(&key, self.terms.until).await?;
        let Some(found) = found else { return Ok(None) };
        let Contract {
            head,
            specification: spec,
            ..
        } = contract(&found)?;
        if head.status == Status::Retained {
            return Ok(None);
        }
        let mut record = Record::new(head.instance, runtime::digest(&spec), RENDERING);
        record.unfinished = head.status != Status::Ready;
        Ok(Some(Known {
            spec,
            condition: Condition::Ready,
            findings: [].into(),
            record,
        }))
    }

    /// Finds who has made the namespace of a runtime, and was ended before there was an anchor.
    pub async fn beginner(&self, spec: &RuntimeSpec) -> Result<Option<InstanceId>, Failed> {
        let ground = spec.namespace_key();
        let found = self.world.objects.get(&ground, self.terms.until).await?;
        let own = found.filter(|ground| spec.create_namespace && is_of(ground, spec));
        Ok(own.and_then(|ground| ground.stamp()))
    }
}
