//! `is_known`: an argument that may be unknown.

use terraform::{
    Type, Value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

/// Tells whether a value is known.
pub(crate) struct IsKnown;

impl Function for IsKnown {
    const NAME: &'static str = "is_known";

    fn signature() -> Result<Signature, DeclareError> {
        let value = Parameter {
            allow_null: true,
            allow_unknown: true,
            ..Parameter::new(
                "value",
                Type::Dynamic,
                "Anything, null and unknown values included.",
            )
        };
        let description = "A plan may say `false` where the apply then says `true`.";
        Ok(Signature {
            description: description.to_owned(),
            ..super::signature("Tells whether a value is known.", vec![value], Type::Bool)
        })
    }

    fn call(arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
        Ok(arguments.iter().all(Value::is_wholly_known).into())
    }
}
