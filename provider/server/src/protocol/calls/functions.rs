//! Functions.

use terraform::{Diagnostics, Value, schema::Signature};
use tfplugin::tfplugin6::{self as message, call_function, get_functions};

use crate::{
    function::FunctionError, protocol::service::Service, protocol::wire, provider::Provider,
};

/// Describes all functions.
pub(crate) fn all<P: Provider>(
    service: &Service<P>,
) -> Result<get_functions::Response, Diagnostics> {
    let functions = service.catalogue.functions.iter();
    let described = functions
        .map(|(name, function)| Ok(((*name).to_owned(), wire::function(function.signature()?))));
    Ok(get_functions::Response {
        functions: described.collect::<Result<_, Diagnostics>>()?,
        diagnostics: Vec::new(),
    })
}

/// Calls one.
pub(crate) fn call<P: Provider>(
    service: &Service<P>,
    request: call_function::Request,
) -> Result<call_function::Response, Diagnostics> {
    let call_function::Request { name, arguments } = request;
    let Some(function) = service.catalogue.functions.get(name.as_str()) else {
        return Err(Diagnostics::error(
            format!("No function `{name}`"),
            "This version of the provider has no function of that name.",
        ));
    };
    let signature = function.signature()?;
    let result = self::arguments(signature, &arguments).and_then(|arguments| match arguments {
        Some(arguments) => (function.entry.call)(&arguments, &signature.returns),
        None => Ok(Value::unknown()),
    });
    match result {
        Ok(result) => {
            let result = Some(wire::dynamic(&result, &signature.returns)?);
            Ok(call_function::Response {
                result,
                error: None,
            })
        }
        Err(FunctionError { text, argument }) => {
            let function_argument = argument.and_then(|position| i64::try_from(position).ok());
            let error = Some(message::FunctionError {
                text,
                function_argument,
            });
            Ok(call_function::Response {
                result: None,
                error,
            })
        }
    }
}

/// Reads the arguments; `None` if one is unknown that the function does not want to see.
fn arguments(
    signature: &Signature,
    messages: &[message::DynamicValue],
) -> Result<Option<Vec<Value>>, FunctionError> {
    let expected = signature.parameters.len();
    if messages.len() < expected || (messages.len() > expected && signature.variadic.is_none()) {
        let given = messages.len();
        return Err(FunctionError::new(format!(
            "expected {expected} arguments, got {given}"
        )));
    }
    let mut arguments = Vec::new();
    let mut known = true;
    for (position, message) in messages.iter().enumerate() {
        let Some(parameter) = signature.parameter(position) else {
            continue;
        };
        let value = wire::value(Some(message), &parameter.ty).map_err(|problems| {
            let text = problems
                .into_iter()
                .map(|problem| problem.detail)
                .collect::<String>();
            FunctionError::at(position, text)
        })?;
        if value.is_null() && !parameter.allow_null {
            let text = format!("`{}` must not be null", parameter.name);
            return Err(FunctionError::at(position, text));
        }
        known &= parameter.allow_unknown || value.is_wholly_known();
        arguments.push(value);
    }
    Ok(known.then_some(arguments))
}
