//! `pair`: arguments and a result of compound types.

use terraform::{
    Type, Value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

/// Puts values side by side.
pub(crate) struct Pair;

impl Function for Pair {
    const NAME: &'static str = "pair";

    fn signature() -> Result<Signature, DeclareError> {
        let numbers = Type::list(Type::Number);
        let extent = Type::object([("width", Type::Number), ("unit", Type::String)]);
        let returns = Type::Tuple(vec![Type::String, numbers.clone(), extent.clone()]);
        let parameters = vec![
            Parameter::new("name", Type::String, "A name."),
            Parameter::new("numbers", numbers, "Some numbers."),
            Parameter::new("extent", extent, "How wide, in which unit."),
        ];
        Ok(super::signature(
            "Puts values side by side, as a tuple.",
            parameters,
            returns,
        ))
    }

    fn call(arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
        Ok(Value::Tuple(arguments.to_vec()))
    }
}
