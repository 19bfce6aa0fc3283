//! Managed resources: changes.

use terraform::{Diagnostics, Value, state};
use tfplugin::tfplugin6::apply_resource_change;

use super::{oracle, resources::identity_of};
use crate::{
    protocol::catalogue::Body,
    protocol::service::{Service, without_panic},
    protocol::wire,
    provider::Provider,
    resource::{Applied, Change, ResourceEntry},
};

/// Carries out a change. The answer always has the state as far as it is known: a host that gets
/// none forgets an object that exists.
pub(crate) async fn apply<P: Provider>(
    service: &Service<P>,
    request: apply_resource_change::Request,
) -> Result<apply_resource_change::Response, Diagnostics> {
    let (entry, body) = service.catalogue.resources.get(&request.type_name)?;
    let change = Change {
        prior: wire::value(request.prior_state.as_ref(), &body.ty)?,
        planned: wire::value(request.planned_state.as_ref(), &body.ty)?,
        config: wire::value(request.config.as_ref(), &body.ty)?,
        private: request.planned_private.into(),
        stop: service.stop.token(),
    };
    let provider = service.provider()?;
    let planned = change.planned.clone();
    let (creates, private) = (change.prior.is_null(), change.private.clone());
    let mut applied = carry_out(entry, &provider, change)
        .await
        .unwrap_or_else(|panicked| {
            // What was planned may exist by now: keep it, so that a destroy finds it.
            let state = if creates {
                planned.clone()
            } else {
                Value::Null
            };
            Applied {
                state,
                private,
                ..Applied::failed(panicked)
            }
        });
    applied
        .diagnostics
        .extend(mistakes(body, &planned, &applied));
    let state = state::saveable(&body.schema.block, applied.state);
    Ok(apply_resource_change::Response {
        new_state: Some(wire::dynamic(&state, &body.ty)?),
        new_identity: wire::identity_data(&identity_of(body, &state), body)?,
        private: applied.private.into(),
        diagnostics: wire::diagnostics(body.schema.block.point(applied.diagnostics)),
        legacy_type_system: false,
    })
}

async fn carry_out<P: Provider>(
    entry: &ResourceEntry<P>,
    provider: &P,
    change: Change,
) -> Result<Applied, Diagnostics> {
    let work = match (change.prior.is_null(), change.planned.is_null()) {
        (true, _) => (entry.create)(provider, change),
        (false, true) => (entry.delete)(provider, change),
        (false, false) => (entry.update)(provider, change),
    };
    without_panic(work).await
}

/// Names what the resource got wrong: a state is then saved as well as it can be.
fn mistakes(body: &Body, planned: &Value, applied: &Applied) -> Diagnostics {
    let Applied {
        state, diagnostics, ..
    } = applied;
    if diagnostics.has_errors() {
        return Diagnostics::new();
    }
    if state.is_null() != planned.is_null() {
        return Diagnostics::bug(
            "a change that did not fail answered no state, or a removal answered one",
        );
    }
    oracle::applied(&body.schema.block, planned, state)
}
