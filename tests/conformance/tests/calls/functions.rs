//! The functions: none of them needs a configured provider.

use harness::drive::{self, FunctionFailure};
use terraform::{Type, Value};

use crate::host::World;

async fn call(
    name: &str,
    arguments: &[(Value, Type)],
    returns: &Type,
) -> Result<Value, FunctionFailure> {
    let world = World::unconfigured();
    let called = drive::call(&world.client(), name, arguments, returns).await;
    called.unwrap()
}

async fn fault(name: &str, arguments: &[(Value, Type)]) -> Option<i64> {
    let failure = call(name, arguments, &Type::Dynamic).await.unwrap_err();
    failure.argument
}

fn text(text: &str) -> (Value, Type) {
    (text.into(), Type::String)
}

fn number(number: i64) -> (Value, Type) {
    (number.into(), Type::Number)
}

fn any(ty: Type, value: Value) -> (Value, Type) {
    (Value::Dynamic(ty, Box::new(value)), Type::Dynamic)
}

#[tokio::test]
async fn join_takes_any_number_of_parts() {
    let parts = [text(", "), text("a"), text("b")];
    assert_eq!(call("join", &parts, &Type::String).await, Ok("a, b".into()));
    let nothing = call("join", &parts[..1], &Type::String).await;
    assert_eq!(nothing, Ok("".into()));
}

#[tokio::test]
async fn a_function_returns_a_value_of_its_type() {
    let quotient = call("divide", &[number(6), number(3)], &Type::Number).await;
    assert_eq!(quotient, Ok(2.into()));
}

#[tokio::test]
async fn an_error_of_a_function_names_the_argument() {
    assert_eq!(fault("divide", &[number(6), number(0)]).await, Some(1));
    let null = (Value::Null, Type::Number);
    assert_eq!(fault("divide", &[null, number(1)]).await, Some(0));
    assert_eq!(fault("divide", &[number(6), text("six")]).await, Some(1));
}

#[tokio::test]
async fn too_few_and_too_many_arguments_are_no_fault_of_any() {
    for arguments in [&[][..], &[number(1)], &[number(1), number(1), number(1)]] {
        assert_eq!(fault("divide", arguments).await, None);
    }
}

#[tokio::test]
async fn describe_brings_the_type_of_its_result_along() {
    let list = any(Type::list(Type::Bool), Value::list([true.into()]));
    let described = call("describe", &[list], &Type::Dynamic).await.unwrap();
    assert_eq!(described.attribute("type"), &"list(bool)".into());
    assert_eq!(described.attribute("value"), &Value::list([true.into()]));
}

#[tokio::test]
async fn coalesce_name_takes_null() {
    let null = (Value::Null, Type::String);
    let named = call("coalesce_name", &[null], &Type::String).await;
    assert_eq!(named, Ok("nameless".into()));
}

#[tokio::test]
async fn is_known_takes_what_is_unknown() {
    let unknown = (Value::unknown(), Type::Dynamic);
    let known = any(Type::Bool, true.into());
    assert_eq!(
        call("is_known", &[unknown], &Type::Bool).await,
        Ok(false.into())
    );
    assert_eq!(
        call("is_known", &[known], &Type::Bool).await,
        Ok(true.into())
    );
}

#[tokio::test]
async fn pair_returns_a_tuple_of_what_it_takes() {
    let numbers = Type::list(Type::Number);
    let extent = Type::object([("unit", Type::String), ("width", Type::Number)]);
    let arguments = [
        text("a"),
        (Value::list([1.into()]), numbers.clone()),
        (
            Value::object([("unit", "m".into()), ("width", 2.into())]),
            extent.clone(),
        ),
    ];
    let returns = Type::Tuple(vec![Type::String, numbers, extent]);
    let pair = call("pair", &arguments, &returns).await.unwrap();
    let given = arguments.into_iter().map(|(value, _)| value);
    assert_eq!(pair, Value::Tuple(given.collect()));
}

#[tokio::test]
async fn an_unknown_argument_makes_the_result_unknown() {
    let unknown = (Value::unknown(), Type::Number);
    let quotient = call("divide", &[number(6), unknown], &Type::Number).await;
    assert!(quotient.unwrap().is_unknown());
}
