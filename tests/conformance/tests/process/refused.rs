//! Arguments and stored states that no host sends.

use terraform::Type;
use terraform_provider_conformance::resources::Thing;
use terraform_server::Resource;
use tfplugin::tfplugin6::{DynamicValue, RawState, call_function, upgrade_resource_state};

use crate::{
    host::Host,
    support::{encode, errors, prompt},
};

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
