//! Managed resources: states that come from elsewhere, and the way back to a configuration.

use terraform::{Value, contract};
use tfplugin::tfplugin6::{
    self as wire, generate_resource_config, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};

use super::{DriveError, Managed, Object, decode, demand, encode, successful, upheld};

/// How an import names the object.
#[derive(Debug, Clone)]
pub enum ImportBy<'a> {
    /// By one text.
    Id(&'a str),
    /// By its identity.
    Identity(&'a Value),
}

impl Managed {
    /// Imports an object and looks at it, as hosts do; its state is null if there is none.
    pub async fn import(&self, by: ImportBy<'_>) -> Result<Object, DriveError> {
        let (id, identity) = match by {
            ImportBy::Id(id) => (id.to_owned(), None),
            ImportBy::Identity(identity) => (String::new(), self.identity_message(identity)?),
        };
        let request = import_resource_state::Request {
            type_name: self.type_name.clone(),
            id,
            client_capabilities: Some(super::everything()),
            identity,
        };
        let answer = self.client.clone().import_resource_state(request).await?;
        let answer = answer.into_inner();
        successful(&answer.diagnostics)?;
        let [imported] = answer.imported_resources.as_slice() else {
            return Err(DriveError::Broken {
                what: "the import",
                violations: vec!["it is not one object".to_owned()],
            });
        };
        demand(
            imported.type_name == self.type_name,
            "the import",
            "it is of another type",
        )?;
        let object = Object {
            state: decode(imported.state.as_ref(), &self.ty)?,
            private: imported.private.clone(),
            identity: self.identity_value(imported.identity.as_ref())?,
        };
        demand(!object.state.is_null(), "the import", "it is null")?;
        self.refresh(&object).await.map(|found| found.object)
    }

    /// Brings a stored state to today's version.
    pub async fn upgrade(&self, version: i64, json: &[u8]) -> Result<Value, DriveError> {
        let request = upgrade_resource_state::Request {
            type_name: self.type_name.clone(),
            version,
            raw_state: Some(raw(json)),
        };
        let answer = self.client.clone().upgrade_resource_state(request).await?;
        let answer = answer.into_inner();
        successful(&answer.diagnostics)?;
        let state = decode(answer.upgraded_state.as_ref(), &self.ty)?;
        upheld(
            "the upgraded state",
            &contract::read_violations(&self.schema.block, &state),
        )?;
        Ok(state)
    }

    /// Brings a stored identity to today's version.
    pub async fn upgrade_identity(&self, version: i64, json: &[u8]) -> Result<Value, DriveError> {
        let request = upgrade_resource_identity::Request {
            type_name: self.type_name.clone(),
            version,
            raw_identity: Some(raw(json)),
        };
        let mut client = self.client.clone();
        let answer = client.upgrade_resource_identity(request).await?;
        let answer = answer.into_inner();
        successful(&answer.diagnostics)?;
        let identity = self.identity_value(answer.upgraded_identity.as_ref())?;
        self.check_identity("the upgraded identity", &Value::Null, &identity)?;
        Ok(identity)
    }

    /// Takes over a state of another type of the same provider.
    pub async fn take_over(
        &self,
        provider: &str,
        source: &str,
        json: &[u8],
    ) -> Result<Object, DriveError> {
        let request = move_resource_state::Request {
            source_provider_address: provider.to_owned(),
            source_type_name: source.to_owned(),
            source_state: Some(raw(json)),
            target_type_name: self.type_name.clone(),
            ..Default::default()
        };
        let answer = self.client.clone().move_resource_state(request).await?;
        let answer = answer.into_inner();
        successful(&answer.diagnostics)?;
        let state = decode(answer.target_state.as_ref(), &self.ty)?;
        upheld(
            "the moved state",
            &contract::read_violations(&self.schema.block, &state),
        )?;
        let identity = self.identity_value(answer.target_identity.as_ref())?;
        self.check_identity("the moved state", &Value::Null, &identity)?;
        let private = answer.target_private;
        Ok(Object {
            state,
            private,
            identity,
        })
    }

    /// Writes the configuration of an object.
    pub async fn generate(&self, object: &Object) -> Result<Value, DriveError> {
        let request = generate_resource_config::Request {
            type_name: self.type_name.clone(),
            state: Some(encode(&object.state, &self.ty)?),
        };
        let answer = self
            .client
            .clone()
            .generate_resource_config(request)
            .await?;
        let answer = answer.into_inner();
        successful(&answer.diagnostics)?;
        decode(answer.config.as_ref(), &self.ty)
    }
}

fn raw(json: &[u8]) -> wire::RawState {
    wire::RawState {
        json: json.to_vec(),
        ..Default::default()
    }
}
