//! What functions and stored states are refused for.

use harness::drive::{FunctionFailure, call};
use terraform::{Type, Value};
use terraform_provider_conformance::resources::Thing;
use terraform_server::Resource;
use tfplugin::tfplugin6::{DynamicValue, RawState, call_function, upgrade_resource_state};

use crate::host::{Host, encode, errors, prompt};

fn number(number: i64) -> (Value, Type) {
    (number.into(), Type::Number)
}

async fn failure(host: &Host, name: &str, arguments: &[(Value, Type)]) -> FunctionFailure {
    let called = call(&host.client(), name, arguments, &Type::Number).await;
    called.unwrap().unwrap_err()
}

#[tokio::test]
async fn a_function_returns_a_value_of_its_type() {
    let host = Host::new().await;
    let quotient = call(
        &host.client(),
        "divide",
        &[number(6), number(3)],
        &Type::Number,
    )
    .await;
    assert_eq!(quotient.unwrap(), Ok(2.into()));
    let any = Value::Dynamic(Type::Bool, Box::new(true.into()));
    let any = (any, Type::Dynamic);
    let described = call(&host.client(), "describe", &[any], &Type::Dynamic).await;
    assert_eq!(
        described.unwrap().unwrap().attribute("type"),
        &"bool".into()
    );
}

#[tokio::test]
async fn an_error_of_a_function_names_the_argument() {
    let host = Host::new().await;
    let by_zero = failure(&host, "divide", &[number(6), number(0)]).await;
    assert_eq!(by_zero.argument, Some(1));
    let null = failure(&host, "divide", &[(Value::Null, Type::Number), number(1)]).await;
    assert_eq!(null.argument, Some(0));
    let text = failure(&host, "divide", &[number(6), ("six".into(), Type::String)]).await;
    assert_eq!(text.argument, Some(1));
}

#[tokio::test]
async fn too_few_and_too_many_arguments_are_an_error() {
    let host = Host::new().await;
    for arguments in [&[][..], &[number(1)], &[number(1), number(1), number(1)]] {
        let failure = failure(&host, "divide", arguments).await;
        assert_eq!(failure.argument, None);
    }
}

#[tokio::test]
async fn an_argument_that_is_no_value_is_an_error() {
    let host = Host::new().await;
    let broken: [&[u8]; 5] = [
        b"\xc1",
        b"\xdd\xff\xff\xff\xff",
        b"\xa9",
        b"\x01\x01",
        &[0x91; 10_000],
    ];
    for msgpack in broken {
        let request = call_function::Request {
            name: "divide".to_owned(),
            arguments: vec![
                encode(&1.into(), &Type::Number),
                DynamicValue {
                    msgpack: msgpack.to_vec(),
                    json: Vec::new(),
                },
            ],
        };
        let answer = prompt(host.client().call_function(request)).await.unwrap();
        let error = answer.into_inner().error.unwrap();
        assert_eq!(error.function_argument, Some(1));
    }
    host.is_well().await;
}

#[tokio::test]
async fn a_stored_state_that_is_none_is_an_error() {
    let host = Host::new().await;
    let deep = format!("{{\"name\":{}", "[".repeat(100_000));
    let flatmap = [("name".to_owned(), "a".to_owned())];
    let json = |json: &str| RawState {
        json: json.into(),
        ..RawState::default()
    };
    let stored = [
        (2, None),
        (2, Some(RawState::default())),
        (
            2,
            Some(RawState {
                flatmap: flatmap.into(),
                ..RawState::default()
            }),
        ),
        (2, Some(json("not JSON"))),
        (2, Some(json("[]"))),
        (2, Some(json(r#"{"name": 7, "size": []}"#))),
        (2, Some(json(r#"{"name": "a"} {}"#))),
        (2, Some(json(&deep))),
        (
            2,
            Some(RawState {
                json: b"{\"name\": \"\xff\"}".to_vec(),
                ..RawState::default()
            }),
        ),
        (1, Some(json(r#"{"name": "a", "size": "much"}"#))),
        (3, Some(json(r#"{"name": "a"}"#))),
        (-1, Some(json(r#"{"name": "a"}"#))),
        (i64::MAX, Some(json(r#"{"name": "a"}"#))),
    ];
    for (version, raw_state) in stored {
        let request = upgrade_resource_state::Request {
            type_name: Thing::TYPE_NAME.to_owned(),
            version,
            raw_state,
        };
        let shown = format!("{request:?}").chars().take(200).collect::<String>();
        let answer = prompt(host.client().upgrade_resource_state(request)).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(errors(&answer.diagnostics).len(), 1, "{shown}");
        assert_eq!(answer.upgraded_state, None);
    }
    host.is_well().await;
}
