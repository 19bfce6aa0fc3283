//! The functions.

mod krt_decode;
mod krt_validate;

pub(crate) use krt_decode::KrtDecode;
pub(crate) use krt_validate::KrtValidate;

use terraform::{Type, Value, bridge::to_value, schema::Parameter};
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

/// A result as a value of the type that was declared.
fn result<T: serde::Serialize>(it: &T, returns: &Type) -> Result<Value, FunctionError> {
    to_value(it, returns).map_err(|error| FunctionError::new(error.to_string()))
}
