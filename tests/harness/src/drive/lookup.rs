//! Data sources.

use terraform::{Schema, Type, Value};
use tfplugin::tfplugin6::{
    provider_client::ProviderClient, read_data_source, validate_data_resource_config,
};
use tonic::transport::Channel;

use super::{DriveError, answers, decode, encode, everything, object, successful};

/// A data source, as a host drives it.
#[derive(Debug, Clone)]
pub struct Lookup {
    client: ProviderClient<Channel>,
    type_name: String,
    schema: Schema,
    ty: Type,
}

impl Lookup {
    /// Drives a data source that has this schema.
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

    /// Validates and reads.
    pub async fn read(&self, config: &Value) -> Result<Value, DriveError> {
        let message = encode(config, &self.ty)?;
        let request = validate_data_resource_config::Request {
            type_name: self.type_name.clone(),
            config: Some(message.clone()),
        };
        let mut client = self.client.clone();
        let answer = client.validate_data_resource_config(request).await?;
        successful(&answer.into_inner().diagnostics)?;
        let request = read_data_source::Request {
            type_name: self.type_name.clone(),
            config: Some(message),
            provider_meta: None,
            client_capabilities: Some(everything()),
        };
        let answer = client.read_data_source(request).await?.into_inner();
        successful(&answer.diagnostics)?;
        let state = decode(answer.state.as_ref(), &self.ty)?;
        answers("the answer", &self.schema, config, &state)?;
        Ok(state)
    }
}
