//! A runtime that exists, found by its name.

use kre_core::{
    anchor::{InstanceId, Status},
    desired::ObjectKey,
    drift::Record,
    name::RuntimeId,
    runtime::{self, RENDERING, RuntimeSpec},
    text::NamespaceName,
};

use super::{Runtimes, create::is_of, outcome::Condition, read::Known, survey::contract};
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
        let contract = contract(&found)?;
        let spec = contract.specification;
        let head = contract.head;
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
