//! Ephemeral resources.

use terraform::{Schema, Type, Value};
use tfplugin::tfplugin6::{
    close_ephemeral_resource, open_ephemeral_resource, provider_client::ProviderClient,
    renew_ephemeral_resource, validate_ephemeral_resource_config,
};
use tonic::transport::Channel;

use super::{DriveError, answers, decode, encode, object, successful};

/// An ephemeral resource, as a host drives it.
#[derive(Debug, Clone)]
pub struct Lease {
    client: ProviderClient<Channel>,
    type_name: String,
    schema: Schema,
    ty: Type,
}

/// A lease that is open.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What it holds.
    pub value: Value,
    /// What the provider remembers with it.
    pub private: Option<Vec<u8>>,
    /// Whether it has to be renewed.
    pub renews: bool,
}

impl Lease {
    /// Drives an ephemeral resource that has this schema.
    pub fn new(client: ProviderClient<Channel>, type_name: &str, schema: Schema) -> Self {
        let (type_name, ty) = (type_name.to_owned(), schema.implied_type());
        Self {
            client,
            type_name,
            schema,
            ty,
        }
    }

    /// Makes a configuration that says this much.
    pub fn config<const N: usize>(&self, says: [(&str, Value); N]) -> Value {
        object(&self.schema.block, says)
    }

    /// Validates and opens.
    pub async fn open(&self, config: &Value) -> Result<Opened, DriveError> {
        let message = encode(config, &self.ty)?;
        let request = validate_ephemeral_resource_config::Request {
            type_name: self.type_name.clone(),
            config: Some(message.clone()),
        };
        let mut client = self.client.clone();
        let answer = client.validate_ephemeral_resource_config(request).await?;
        successful(&answer.into_inner().diagnostics)?;
        // Hosts leave the capabilities out here.
        let request = open_ephemeral_resource::Request {
            type_name: self.type_name.clone(),
            config: Some(message),
            client_capabilities: None,
        };
        let answer = client.open_ephemeral_resource(request).await?.into_inner();
        successful(&answer.diagnostics)?;
        let value = decode(answer.result.as_ref(), &self.ty)?;
        answers("what was opened", &self.schema, config, &value)?;
        Ok(Opened {
            value,
            private: answer.private,
            renews: answer.renew_at.is_some(),
        })
    }

    /// Prolongs a lease; hosts keep what the answer remembers.
    pub async fn renew(&self, opened: &mut Opened) -> Result<(), DriveError> {
        let request = renew_ephemeral_resource::Request {
            type_name: self.type_name.clone(),
            private: opened.private.clone(),
        };
        let answer = self
            .client
            .clone()
            .renew_ephemeral_resource(request)
            .await?;
        let answer = answer.into_inner();
        successful(&answer.diagnostics)?;
        opened.private = answer.private;
        opened.renews = answer.renew_at.is_some();
        Ok(())
    }

    /// Ends a lease.
    pub async fn close(&self, opened: Opened) -> Result<(), DriveError> {
        let request = close_ephemeral_resource::Request {
            type_name: self.type_name.clone(),
            private: opened.private,
        };
        let answer = self
            .client
            .clone()
            .close_ephemeral_resource(request)
            .await?;
        successful(&answer.into_inner().diagnostics).map(drop)
    }
}
