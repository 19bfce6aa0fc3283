//! `join`: variadic arguments.

use terraform::{
    Type, Value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

/// Joins texts.
pub(crate) struct Join;

impl Function for Join {
    const NAME: &'static str = "join";

    fn signature() -> Result<Signature, DeclareError> {
        let separator = Parameter::new("separator", Type::String, "What stands between two parts.");
        let parts = Parameter::new("parts", Type::String, "The parts, in order.");
        Ok(Signature {
            variadic: Some(parts),
            description: "Without any part, the result is empty.".to_owned(),
            ..super::signature("Joins texts.", vec![separator], Type::String)
        })
    }

    fn call(arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
        let mut texts = arguments.iter().filter_map(Value::as_str);
        let separator = texts.next().unwrap_or_default();
        let parts: Vec<_> = texts.collect();
        Ok(parts.join(separator).into())
    }
}
