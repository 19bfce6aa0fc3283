//! The functions.

mod krt_decode;
mod krt_validate;

pub(crate) use krt_decode::KrtDecode;
pub(crate) use krt_validate::KrtValidate;

use terraform::{
    Type, Value,
    bridge::to_value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::FunctionError;

/// The parameter that both take.
fn text() -> Parameter {
    Parameter::new(
        "text",
        Type::String,
        "The manifest, as `file(\"krt.yaml\")` reads it.",
    )
}

/// The text that the first argument is.
fn manifest(arguments: &[Value]) -> Result<&str, FunctionError> {
    let text = arguments.first().and_then(Value::as_str);
    text.ok_or_else(|| FunctionError::at(0, "the text of a manifest is needed"))
}

/// A result as a value of the type that the signature promises.
fn result<T: serde::Serialize>(
    it: &T,
    signature: Result<Signature, DeclareError>,
) -> Result<Value, FunctionError> {
    let bug = |error: &dyn std::error::Error| FunctionError::new(error.to_string());
    let signature = signature.map_err(|error| bug(&error))?;
    to_value(it, &signature.returns).map_err(|error| bug(&error))
}
