//! `divide`: an error that names the argument at fault.

use terraform::{
    Number, Type, Value,
    declare::DeclareError,
    schema::{Parameter, Signature},
};
use terraform_server::{Function, FunctionError};

/// Divides numbers.
pub(crate) struct Divide;

impl Function for Divide {
    const NAME: &'static str = "divide";

    fn signature() -> Result<Signature, DeclareError> {
        let parameters = vec![
            Parameter::new("dividend", Type::Number, "The number to divide."),
            Parameter::new(
                "divisor",
                Type::Number,
                "The number to divide by, not zero.",
            ),
        ];
        Ok(super::signature(
            "Divides a number by another.",
            parameters,
            Type::Number,
        ))
    }

    fn call(arguments: &[Value], _: &Type) -> Result<Value, FunctionError> {
        let [dividend, divisor] = arguments else {
            return Err(FunctionError::new("two numbers are needed"));
        };
        let number = |value: &Value| value.as_number().map_or(f64::NAN, Number::to_f64);
        if number(divisor) == 0.0 {
            return Err(FunctionError::at(1, "a number cannot be divided by zero"));
        }
        let quotient = Number::from_shortest_f64(number(dividend) / number(divisor));
        let quotient = quotient.map_err(|error| FunctionError::new(error.to_string()))?;
        Ok(Value::Number(quotient))
    }
}
