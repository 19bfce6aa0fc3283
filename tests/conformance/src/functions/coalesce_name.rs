//! `coalesce_name`: an argument that may be null.

use terraform::{
    Type, Value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

/// Names what has no name.
pub(crate) struct CoalesceName;

impl Function for CoalesceName {
    const NAME: &'static str = "coalesce_name";

    fn signature() -> Result<Signature, DeclareError> {
        let name = Parameter {
            allow_null: true,
            ..Parameter::new("name", Type::String, "A name, or null.")
        };
        Ok(super::signature(
            "Returns a name, `nameless` for null.",
            vec![name],
            Type::String,
        ))
    }

    fn call(arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
        let name = arguments.first().and_then(Value::as_str);
        Ok(name.unwrap_or("nameless").into())
    }
}
