//! Managed resources: plan, apply, look.

use terraform::{Diagnostics, Schema, Type, Value, contract, schema::IdentitySchema};
use tfplugin::tfplugin6::{
    self as wire, apply_resource_change, plan_resource_change, provider_client::ProviderClient,
    read_resource, validate_resource_config,
};
use tonic::transport::Channel;

use super::{
    Applied, DriveError, Found, Object, Planned, decode, demand, diagnostics,
    differences::differences, encode, everything, none, object, successful, upheld, values::path,
};

/// A managed resource type, as a host drives it.
#[derive(Debug, Clone)]
pub struct Managed {
    pub(super) client: ProviderClient<Channel>,
    pub(super) type_name: String,
    pub(super) schema: Schema,
    pub(super) ty: Type,
    identity: Option<IdentitySchema>,
    capabilities: wire::ClientCapabilities,
}

impl Managed {
    /// Drives a type that has this schema, with a host that can do everything.
    pub fn new(client: ProviderClient<Channel>, type_name: &str, schema: Schema) -> Self {
        Self {
            client,
            type_name: type_name.to_owned(),
            ty: schema.implied_type(),
            identity: schema.identity(),
            schema,
            capabilities: everything(),
        }
    }

    /// Drives it with a host that can do this.
    pub fn with_capabilities(self, capabilities: wire::ClientCapabilities) -> Self {
        Self {
            capabilities,
            ..self
        }
    }

    /// Returns the type of its values.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Makes a configuration that says this much.
    pub fn config<const N: usize>(&self, says: [(&str, Value); N]) -> Value {
        object(&self.schema.block, says)
    }

    /// Checks a configuration, and returns the warnings.
    pub async fn validate(&self, config: &Value) -> Result<Diagnostics, DriveError> {
        let request = validate_resource_config::Request {
            type_name: self.type_name.clone(),
            config: Some(encode(config, &self.ty)?),
            client_capabilities: Some(self.capabilities),
        };
        let answer = self
            .client
            .clone()
            .validate_resource_config(request)
            .await?;
        successful(&answer.into_inner().diagnostics)
    }

    /// Plans a change; a configuration of null plans the destruction.
    ///
    /// A replacement is planned once more without a prior state, as hosts do.
    pub async fn plan(&self, prior: &Object, config: &Value) -> Result<Planned, DriveError> {
        let planned = self.plan_once(prior, config, &[]).await?;
        if planned.replace.is_empty() || prior.state.is_null() || config.is_null() {
            return Ok(planned);
        }
        let anew = self.plan_once(&Object::default(), config, &[]).await?;
        let replace = planned.replace;
        Ok(Planned { replace, ..anew })
    }

    /// Plans once, and tells the provider what an earlier plan remembered.
    pub async fn plan_once(
        &self,
        prior: &Object,
        config: &Value,
        first: &[u8],
    ) -> Result<Planned, DriveError> {
        let block = &self.schema.block;
        let proposed = if config.is_null() {
            Value::Null
        } else {
            contract::proposed_new(block, &prior.state, config)
        };
        let request = plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: Some(encode(&prior.state, &self.ty)?),
            proposed_new_state: Some(encode(&proposed, &self.ty)?),
            config: Some(encode(config, &self.ty)?),
            prior_private: prior.private.clone(),
            provider_meta: None,
            client_capabilities: Some(self.capabilities),
            prior_identity: self.identity_message(&prior.identity)?,
            planned_private: first.to_vec(),
        };
        let answer = self.client.clone().plan_resource_change(request).await?;
        let answer = answer.into_inner();
        let warnings = successful(&answer.diagnostics)?;
        let state = decode(answer.planned_state.as_ref(), &self.ty)?;
        let replace: Vec<_> = answer.requires_replace.iter().map(path).collect();
        let mut violations = contract::plan_violations(block, &prior.state, config, &state);
        violations.extend(contract::replacement_violations(
            &prior.state,
            &state,
            &replace,
        ));
        upheld("the plan", &violations)?;
        demand(
            !answer.legacy_type_system,
            "the plan",
            "it asks for leniency",
        )?;
        demand(answer.deferred.is_none(), "the plan", "it is deferred")?;
        Ok(Planned {
            state,
            private: answer.planned_private,
            identity: self.identity_value(answer.planned_identity.as_ref())?,
            replace,
            warnings,
        })
    }

    /// Carries out a plan: destroys first what is replaced, plans again, and applies that.
    pub async fn apply(
        &self,
        prior: &Object,
        config: &Value,
        planned: &Planned,
    ) -> Result<Applied, DriveError> {
        if planned.state == prior.state {
            return Ok(Applied {
                object: prior.clone(),
                diagnostics: Diagnostics::new(),
            });
        }
        if config.is_null() {
            return self.apply_once(prior, config, planned).await;
        }
        let nothing = Object::default();
        let mut prior = prior;
        if !planned.replace.is_empty() && !prior.state.is_null() {
            let gone = self.plan_once(prior, &Value::Null, &[]).await?;
            let gone = self.apply_once(prior, &Value::Null, &gone).await?;
            if gone.diagnostics.has_errors() {
                return Ok(gone);
            }
            prior = &nothing;
        }
        let again = self.plan_once(prior, config, &planned.private).await?;
        let block = &self.schema.block;
        let violations = contract::final_plan_violations(block, &planned.state, &again.state);
        upheld("the repeated plan", &violations)?;
        self.apply_once(prior, config, &again).await
    }

    /// Applies a plan as it is.
    pub async fn apply_once(
        &self,
        prior: &Object,
        config: &Value,
        planned: &Planned,
    ) -> Result<Applied, DriveError> {
        let request = apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: Some(encode(&prior.state, &self.ty)?),
            planned_state: Some(encode(&planned.state, &self.ty)?),
            config: Some(encode(config, &self.ty)?),
            planned_private: planned.private.clone(),
            provider_meta: None,
            planned_identity: self.identity_message(&planned.identity)?,
        };
        let answer = self.client.clone().apply_resource_change(request).await?;
        let answer = answer.into_inner();
        let diagnostics = diagnostics(&answer.diagnostics)?;
        let state = decode(answer.new_state.as_ref(), &self.ty)?;
        if diagnostics.has_errors() && state.is_null() {
            let object = prior.clone();
            return Ok(Applied {
                object,
                diagnostics,
            });
        }
        if !diagnostics.has_errors() {
            let block = &self.schema.block;
            upheld(
                "the result",
                &contract::apply_violations(block, &planned.state, &state),
            )?;
        }
        demand(
            state.is_wholly_known(),
            "the result",
            "it is not wholly known",
        )?;
        let identity = self.identity_value(answer.new_identity.as_ref())?;
        if !state.is_null() {
            self.check_identity("the result", &planned.identity, &identity)?;
        }
        let private = answer.private;
        let object = Object {
            state,
            private,
            identity,
        };
        Ok(Applied {
            object,
            diagnostics,
        })
    }

    /// Looks at an object, as hosts do before they plan.
    pub async fn refresh(&self, object: &Object) -> Result<Found, DriveError> {
        let request = read_resource::Request {
            type_name: self.type_name.clone(),
            current_state: Some(encode(&object.state, &self.ty)?),
            private: object.private.clone(),
            provider_meta: None,
            client_capabilities: Some(self.capabilities),
            current_identity: self.identity_message(&object.identity)?,
        };
        let answer = self.client.clone().read_resource(request).await?;
        let answer = answer.into_inner();
        let warnings = successful(&answer.diagnostics)?;
        let state = decode(answer.new_state.as_ref(), &self.ty)?;
        if !state.is_null() {
            let violations = contract::read_violations(&self.schema.block, &state);
            upheld("the state", &violations)?;
        }
        let identity = self.identity_value(answer.new_identity.as_ref())?;
        if !state.is_null() {
            self.check_identity("the state", &object.identity, &identity)?;
        }
        let private = answer.private;
        let object = Object {
            state,
            private,
            identity,
        };
        Ok(Found { object, warnings })
    }

    /// Validates, plans and applies; an error of any of these is one.
    pub async fn change(&self, prior: &Object, config: &Value) -> Result<Object, DriveError> {
        if !config.is_null() {
            self.validate(config).await?;
        }
        let planned = self.plan(prior, config).await?;
        let Applied {
            object,
            diagnostics,
        } = self.apply(prior, config, &planned).await?;
        diagnostics.into_result().map_err(DriveError::Refused)?;
        Ok(object)
    }

    /// Plans the destruction and carries it out.
    pub async fn destroy(&self, prior: &Object) -> Result<(), DriveError> {
        self.change(prior, &Value::Null).await.map(drop)
    }

    /// Looks at the object and plans again: neither may find anything to change.
    pub async fn settled(&self, object: &Object, config: &Value) -> Result<(), DriveError> {
        let found = self.refresh(object).await?.object;
        none("the state", differences(&object.state, &found.state))?;
        let is_same = found == *object;
        demand(
            is_same,
            "the state",
            "its private data or its identity drifts",
        )?;
        let planned = self.plan(&found, config).await?;
        none("the plan", differences(&found.state, &planned.state))
    }

    pub(super) fn identity_message(
        &self,
        identity: &Value,
    ) -> Result<Option<wire::ResourceIdentityData>, DriveError> {
        let Some(schema) = self.identity.as_ref().filter(|_| !identity.is_null()) else {
            return Ok(None);
        };
        let identity_data = Some(encode(identity, &schema.implied_type())?);
        Ok(Some(wire::ResourceIdentityData { identity_data }))
    }

    pub(super) fn identity_value(
        &self,
        message: Option<&wire::ResourceIdentityData>,
    ) -> Result<Value, DriveError> {
        let Some(message) = message else {
            return Ok(Value::Null);
        };
        let schema = self.identity.as_ref();
        demand(
            schema.is_some(),
            "the answer",
            "it has an identity, the schema has none",
        )?;
        let ty = schema.map_or(Type::Dynamic, IdentitySchema::implied_type);
        decode(message.identity_data.as_ref(), &ty)
    }

    /// The identity of an object that exists is known, and never changes.
    pub(super) fn check_identity(
        &self,
        what: &'static str,
        before: &Value,
        now: &Value,
    ) -> Result<(), DriveError> {
        if self.identity.is_none() {
            return Ok(());
        }
        let is_known = !now.is_null() && now.is_wholly_known();
        demand(is_known, what, "its identity is not known")?;
        let is_first = before.is_null() || !before.is_wholly_known();
        demand(
            is_first || before == now,
            what,
            "its identity is another one",
        )
    }
}
