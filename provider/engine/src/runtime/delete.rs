//! The end of a runtime, and what it leaves behind.

use kre_core::{
    anchor::{self, Head, InstanceId},
    desired::Object,
    runtime::{self, Contract, OnDestroy, RuntimeSpec},
};
use serde_json::json;

use super::{Runtimes, outcome::Removed, survey::Survey};
use crate::{
    objects::{Expected, Live, Propagation},
    work::{Failed, Removing},
};

impl Runtimes<'_> {
    /// Removes a runtime: what it holds of data stays if it was applied so.
    pub async fn delete(
        &self,
        spec: &RuntimeSpec,
        instance: &InstanceId,
    ) -> Result<Removed, Failed> {
        self.terms.bounded(self.removed(spec, instance)).await
    }

    async fn removed(&self, spec: &RuntimeSpec, instance: &InstanceId) -> Result<Removed, Failed> {
        let inventory = runtime::inventory(spec);
        let survey = Survey::of(self.world, self.terms, spec, &inventory).await?;
        if let Some(ground) = survey.ground.as_ref().filter(|it| it.is_terminating()) {
            // Somebody has seen to it already.
            self.gone(ground).await?;
            return Ok(Removed::default());
        }
        let (anchor, contract) = match &survey.anchor {
            Some((live, contract)) if contract.head.instance == *instance => {
                (Some(live.clone()), contract.clone())
            }
            Some((live, contract)) => {
                return Ok(Removed {
                    superseded_by: Some((live.key(), contract.head.instance.clone())),
                    ..Removed::default()
                });
            }
            None if survey.is_empty_for(instance) => return Ok(Removed::default()),
            None => (None, lost(spec, instance)),
        };
        self.registered(spec).await?;
        let end = End {
            runtimes: *self,
            survey: &survey,
            contract,
            anchor,
        };
        end.run().await
    }

    /// Fails while versions live on the runtime.
    async fn registered(&self, spec: &RuntimeSpec) -> Result<(), Failed> {
        let of = format!("{}={},{}", runtime::RUNTIME, spec.id, runtime::VERSION);
        let namespace = spec.namespace();
        let objects = &self.world.objects;
        let versions = objects
            .select(
                ("v1", "ConfigMap"),
                namespace.as_str(),
                &of,
                self.terms.until,
            )
            .await?;
        let mut names: Vec<_> = versions
            .iter()
            .filter_map(|live| live.label(runtime::VERSION).map(str::to_owned))
            .collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            Ok(())
        } else {
            Err(Failed::Registered(names))
        }
    }
}

/// An end under way.
struct End<'e> {
    runtimes: Runtimes<'e>,
    survey: &'e Survey,
    contract: Contract,
    anchor: Option<Live>,
}

/// The contract of a runtime whose anchor somebody has deleted. Nobody knows any more whether it
/// has been ready: so it has.
fn lost(spec: &RuntimeSpec, instance: &InstanceId) -> Contract {
    let head = Head::lost(instance.clone(), &runtime::inventory(spec));
    Contract::with(head, spec)
}

impl End<'_> {
    async fn run(mut self) -> Result<Removed, Failed> {
        let spec = &self.contract.specification;
        let retains = spec.on_destroy == OnDestroy::Retain;
        let mut removal = anchor::removal(&self.contract.head, &spec.anchor_key(), retains);
        let (namespace, labels) = (spec.namespace(), spec.pod_labels());
        self.write(self.contract.head.deleting()).await?;
        let removing = Removing {
            world: self.runtimes.world,
            terms: self.runtimes.terms,
            head: &self.contract.head,
            live: &self.survey.live,
            // Users go with the data that knows them, or stay with it and are of no use.
            store: None,
            strays: Some((namespace.as_str(), &labels)),
        };
        removing.run(&removal.delete).await?;
        let (kept, gone) = removal
            .keep
            .into_iter()
            .partition(|it| self.survey.holds(&it.id));
        removal.keep = kept;
        removal.delete.extend::<Vec<_>>(gone);
        if removal.keep.is_empty() {
            return self.leave().await;
        }
        self.write(self.contract.head.retaining(&removal)).await?;
        Ok(Removed {
            kept: self.survey.kept(&removal.keep),
            ..Removed::default()
        })
    }

    async fn write(&mut self, head: Head) -> Result<(), Failed> {
        let desired = Contract {
            head,
            ..self.contract.clone()
        };
        let over = self.anchor.take();
        let written = self.runtimes.write_anchor(&desired.anchor(), over).await?;
        self.anchor = Some(written);
        Ok(())
    }

    /// Removes the anchor, with the namespace if that is ours and nobody else lives there.
    async fn leave(&self) -> Result<Removed, Failed> {
        let Contract {
            head,
            specification,
            ..
        } = &self.contract;
        let ground = self.survey.ground.as_ref();
        let ground = ground
            .filter(|ground| specification.create_namespace && head.owns(ground.stamp().as_ref()));
        let Some(ground) = ground else {
            return self.anchor_gone().await;
        };
        let name = ground.key().name;
        let (objects, until) = (&self.runtimes.world.objects, self.runtimes.terms.until);
        let anchor = specification.anchor_key();
        let mut strangers = objects
            .strangers(&name, |key, _| *key == anchor, until)
            .await?;
        if let Some(rule) = strangers.missing.take_if(|_| strangers.objects.is_empty()) {
            return Err(Failed::Unlisted {
                kinds: strangers.unseen,
                rule: Box::new(rule),
            });
        }
        // There may be some of what could not be seen.
        strangers.objects.append(&mut strangers.unseen);
        if strangers.objects.is_empty() {
            // The anchor goes with it: until then it says what is still to be done.
            self.runtimes.gone(ground).await?;
            return Ok(Removed::default());
        }
        self.runtimes.release(ground).await?;
        let removed = self.anchor_gone().await?;
        Ok(Removed {
            inhabited: Some((name, strangers.objects)),
            ..removed
        })
    }

    async fn anchor_gone(&self) -> Result<Removed, Failed> {
        if let Some(anchor) = &self.anchor {
            self.runtimes.gone(anchor).await?;
        }
        Ok(Removed::default())
    }
}

impl Runtimes<'_> {
    /// Leaves a namespace to others: nothing in it is ours from now on, not even the stamp.
    pub(super) async fn release(&self, ground: &Live) -> Result<(), Failed> {
        let released = Object::new(ground.key(), json!({}), json!({}));
        let present = Expected::Present {
            uid: ground.uid().to_owned(),
        };
        let (objects, until) = (&self.world.objects, self.terms.until);
        objects.apply(&released, &present, false, until).await?;
        Ok(())
    }

    async fn gone(&self, live: &Live) -> Result<(), Failed> {
        let (objects, until) = (&self.world.objects, self.terms.until);
        let how = Propagation::Background;
        objects.delete(&live.key(), live.uid(), how, until).await?;
        let gone = [(live.key(), live.uid().to_owned())];
        Ok(objects.until_gone(&gone, until, &self.terms.stop).await?)
    }
}
