//! Managed resources: plans.

use std::collections::BTreeSet;

use terraform::{Diagnostics, Value, plan};
use tfplugin::tfplugin6::plan_resource_change;

use super::{oracle, resources::identity_of};
use crate::{
    private::Private, protocol::catalogue::Body, protocol::service::Service, protocol::wire,
    provider::Provider, resource::Plan,
};

/// Plans a change: first what the schema decides, then what the resource adds, then what follows.
pub(crate) async fn plan<P: Provider>(
    service: &Service<P>,
    request: plan_resource_change::Request,
) -> Result<plan_resource_change::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.type_name)?;
    let block = &body.schema.block;
    let prior = wire::value(request.prior_state.as_ref(), &body.ty)?;
    let config = wire::value(request.config.as_ref(), &body.ty)?;
    let prior_identity = wire::identity(request.prior_identity.as_ref(), body)?;

    let mut plan = Plan {
        planned: plan::plan(block, &prior, &config),
        prior,
        config,
        private: request.prior_private.into(),
        first: first(request.planned_private),
        replace: BTreeSet::new(),
        host: wire::host(request.client_capabilities),
    };
    let mut found = (entry.plan)(&*service.provider()?, &mut plan).await;
    let consequences = plan::consequences(block, &plan.prior, &plan.planned);
    plan.replace.extend(consequences.replace);
    if plan.replace.is_empty() {
        found.extend(consequences.refused);
    }
    oracle::plan(block, &plan)?;
    let found = block.point(found).into_result()?;
    Ok(plan_resource_change::Response {
        planned_state: Some(wire::dynamic(&plan.planned, &body.ty)?),
        planned_identity: wire::identity_data(&identity(body, &plan, prior_identity), body)?,
        requires_replace: plan.replace.iter().map(wire::attribute_path).collect(),
        planned_private: plan.private.into(),
        diagnostics: wire::diagnostics(found),
        legacy_type_system: false,
        deferred: None,
    })
}

fn first(private: Vec<u8>) -> Option<Private> {
    (!private.is_empty()).then(|| private.into())
}

/// The planned identity. Only an object that is made anew may have an identity still unknown.
fn identity(body: &Body, plan: &Plan, prior: Value) -> Value {
    let planned = identity_of(body, &plan.planned);
    if plan.creates() || !plan.replace.is_empty() || planned.is_wholly_known() {
        return planned;
    }
    prior
}
