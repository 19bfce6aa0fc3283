//! Functions.

use terraform::{Type, Value, contract};
use tfplugin::tfplugin6::{call_function, provider_client::ProviderClient};
use tonic::transport::Channel;

use super::{DriveError, decode, encode, upheld};

/// Why a function has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionFailure {
    /// What the user is told.
    pub text: String,
    /// Which argument is at fault, counted from 0.
    pub argument: Option<i64>,
}

/// Calls a function with arguments of these types; the inner error is the function's own.
pub async fn call(
    client: &ProviderClient<Channel>,
    name: &str,
    arguments: &[(Value, Type)],
    returns: &Type,
) -> Result<Result<Value, FunctionFailure>, DriveError> {
    let arguments = arguments.iter().map(|(value, ty)| encode(value, ty));
    let request = call_function::Request {
        name: name.to_owned(),
        arguments: arguments.collect::<Result<_, _>>()?,
    };
    let answer = client.clone().call_function(request).await?.into_inner();
    if let Some(error) = answer.error {
        return Ok(Err(FunctionFailure {
            text: error.text,
            argument: error.function_argument,
        }));
    }
    let result = decode(answer.result.as_ref(), returns)?;
    upheld("the result", &contract::conforms(returns, &result))?;
    Ok(Ok(result))
}
