//! A runtime that exists, found by its name.

use kre_core::{
    anchor::Status,
    desired::ObjectKey,
    drift::Record,
    name::RuntimeId,
    runtime::{self, Contract, RENDERING},
    text::NamespaceName,
};

use super::{Runtimes, outcome::Condition, read::Known, survey::contract};
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
}
