//! `describe`: an argument of any type, and a result whose type depends on it.

use terraform::{
    Type, Value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

/// Tells the type of a value.
pub(crate) struct Describe;

impl Function for Describe {
    const NAME: &'static str = "describe";

    fn signature() -> Result<Signature, DeclareError> {
        let any = Parameter::new("value", Type::Dynamic, "Anything but null.");
        let description = "The result is an object with `type` and `value`.";
        Ok(Signature {
            description: description.to_owned(),
            ..super::signature("Tells the type of a value.", vec![any], Type::Dynamic)
        })
    }

    fn call(arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
        let [Value::Dynamic(ty, value)] = arguments else {
            return Err(FunctionError::new("one value is needed, with its type"));
        };
        let described = Type::object([("type", Type::String), ("value", ty.clone())]);
        let description = Value::object([
            ("type", ty.to_string().into()),
            ("value", (**value).clone()),
        ]);
        Ok(Value::Dynamic(described, Box::new(description)))
    }
}
