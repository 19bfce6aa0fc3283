//! What is done about objects that the cluster refuses.

use kre_core::desired::Object;

use super::{
    Failed, Ungrown,
    apply::{Apply, SIZE},
};
use crate::objects::{ApplyError, Live};

impl Apply<'_> {
    /// Takes back elements of lists that others have replaced, if that is what is wrong.
    pub(super) async fn restored(
        &self,
        object: &Object,
        error: ApplyError,
    ) -> Result<Live, Failed> {
        let id = object.item().id;
        let announced = self.record.announced.get(&id.to_string());
        let (Some(owned), Some(announced)) = (self.record.owned(&id), announced) else {
            return Err(error.into());
        };
        let (objects, until) = (&self.stand.world.objects, self.stand.terms.until);
        let Some(live) = objects.get(object.key(), until).await? else {
            return Err(error.into());
        };
        let operations = owned.restoration(live.value(), object.content(), announced);
        if operations.is_empty() {
            return Err(error.into());
        }
        Ok(objects.restore(object, &live, &operations, until).await?)
    }

    /// Tells of volumes that may not grow, if that is all that failed.
    pub(super) fn ungrown(&self, error: Failed) -> Failed {
        let Failed::Apply(errors) = &error else {
            return error;
        };
        let ungrown = errors.iter().map(|error| match error {
            ApplyError::Denied { key, message, .. } => {
                let claim = self.stand.before.get(&**key)?.value();
                let text = |place| Some(claim.pointer(place)?.as_str()?.to_owned());
                Some(Ungrown {
                    claim: (**key).clone(),
                    class: text("/spec/storageClassName"),
                    size: text(SIZE),
                    why: message.clone(),
                })
            }
            _ => None,
        });
        let ungrown: Option<Vec<_>> = ungrown.collect();
        ungrown.map_or(error, Failed::Ungrown)
    }
}
