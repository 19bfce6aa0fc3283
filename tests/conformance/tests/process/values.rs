//! Values that no host sends, in each place where a value is expected.

use harness::drive::Object;
use terraform::{
    Type, Value,
    codec::{json, msgpack},
};
use terraform_provider_conformance::resources::{Everything, Thing};
use terraform_server::Resource;
use tfplugin::tfplugin6::{
    self as wire, DynamicValue, ResourceIdentityData, apply_resource_change, import_resource_state,
    plan_resource_change, read_resource, validate_resource_config,
};

use crate::{
    host::Host,
    support::{errors, prompt},
};

const NIL: &[u8] = b"\xc0";

fn ty<R: Resource>() -> Type {
    R::schema().unwrap().implied_type()
}

fn packed(msgpack: Vec<u8>) -> DynamicValue {
    let json = Vec::new();
    DynamicValue { msgpack, json }
}

/// A configuration, valid but for one attribute, which is these bytes.
fn with<R: Resource>(attribute: &str, bytes: &[u8]) -> Vec<u8> {
    let Type::Object(attributes) = ty::<R>() else {
        panic!("not an object");
    };
    let count = u32::try_from(attributes.len()).unwrap();
    let mut map = [&[0xdf][..], &count.to_be_bytes()].concat();
    for name in attributes.keys() {
        map.extend(text(name));
        map.extend_from_slice(match name.as_str() {
            name if name == attribute => bytes,
            "name" => b"\xa1a",
            "enabled" => b"\xc3",
            _ => NIL,
        });
    }
    map
}

fn text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    [&[0xd9, length], text.as_bytes()].concat()
}

async fn validated<R: Resource>(host: &Host, config: DynamicValue) -> Vec<String> {
    let request = validate_resource_config::Request {
        type_name: R::TYPE_NAME.to_owned(),
        config: Some(config),
        client_capabilities: Some(harness::drive::everything()),
    };
    let answer = prompt(host.client().validate_resource_config(request)).await;
    errors(&answer.unwrap().into_inner().diagnostics)
}

/// Bytes that are no thing, whoever reads them.
fn broken() -> Vec<Vec<u8>> {
    let valid = with::<Thing>("label", &text("Anna"));
    let mut missing = valid.clone();
    missing[4] -= 1;
    let mut extra = valid.clone();
    extra[4] += 1;
    extra.extend([text("surplus"), NIL.to_vec()].concat());
    let mut twice = valid.clone();
    twice[4] += 1;
    twice.extend([text("label"), NIL.to_vec()].concat());
    let mut broken = vec![
        b"\xc3".to_vec(),
        b"\x07".to_vec(),
        b"\x90".to_vec(),
        b"\xc1".to_vec(),
        b"\xdd\xff\xff\xff\xff".to_vec(),
        b"\xdf\xff\xff\xff\xff".to_vec(),
        b"\xdb\xff\xff\xff\xff".to_vec(),
        b"\xc9\xff\xff\xff\xff\x0c".to_vec(),
        vec![0x91; 100_000],
        [vec![0x81; 100_000], NIL.to_vec()].concat(),
        [valid.clone(), NIL.to_vec()].concat(),
        missing,
        extra,
        twice,
        with::<Thing>("label", b"\xa2\xff\xfe"),
        with::<Thing>("label", b"\x90"),
        with::<Thing>("size", &text("much")),
        with::<Thing>("size", b"\xcb\x7f\xf8\0\0\0\0\0\0"),
        with::<Thing>("tags", b"\xa1a"),
        with::<Thing>("tags", &vec![0x81; 100_000]),
        with::<Thing>("label", b"\xc7\x04\x0c\x81\x01\xc3"),
    ];
    broken.extend(
        (0..valid.len())
            .step_by(7)
            .map(|end| valid[..end].to_vec())
            .skip(1),
    );
    broken
}

#[tokio::test]
async fn a_configuration_that_is_none_is_an_error() {
    let host = Host::new().await;
    for bytes in broken() {
        let shown = bytes.clone();
        let found = validated::<Thing>(&host, packed(bytes)).await;
        let shown = String::from_utf8_lossy(&shown[..shown.len().min(300)]).into_owned();
        assert_eq!(found, ["Value from the host cannot be read"], "{shown:?}");
    }
    host.is_well().await;
}

#[tokio::test]
async fn a_state_that_is_none_is_an_error_wherever_it_stands() {
    let host = Host::new().await;
    let valid = || Some(packed(with::<Thing>("label", NIL)));
    let type_name = || Thing::TYPE_NAME.to_owned();
    for bytes in broken() {
        let broken = || Some(packed(bytes.clone()));
        let mut client = host.client();
        let mut found = Vec::new();
        let request = read_resource::Request {
            type_name: type_name(),
            current_state: broken(),
            ..Default::default()
        };
        let answer = prompt(client.read_resource(request)).await.unwrap();
        found.push(errors(&answer.into_inner().diagnostics));
        for (prior_state, config) in [(broken(), valid()), (None, broken())] {
            let request = plan_resource_change::Request {
                type_name: type_name(),
                prior_state,
                config,
                ..Default::default()
            };
            let answer = prompt(client.plan_resource_change(request)).await.unwrap();
            found.push(errors(&answer.into_inner().diagnostics));
        }
        for (prior_state, planned_state) in [(broken(), valid()), (None, broken())] {
            let request = apply_resource_change::Request {
                type_name: type_name(),
                prior_state,
                planned_state,
                config: valid(),
                ..Default::default()
            };
            let answer = prompt(client.apply_resource_change(request)).await.unwrap();
            found.push(errors(&answer.into_inner().diagnostics));
        }
        let request = import_resource_state::Request {
            type_name: type_name(),
            identity: Some(ResourceIdentityData {
                identity_data: broken(),
            }),
            ..Default::default()
        };
        let answer = prompt(client.import_resource_state(request)).await.unwrap();
        found.push(errors(&answer.into_inner().diagnostics));
        for found in found {
            assert_eq!(found, ["Value from the host cannot be read"]);
        }
    }
    assert_eq!(host.log(), [""; 0]);
    host.is_well().await;
}

#[tokio::test]
async fn json_is_a_value_too() {
    let host = Host::new().await;
    let schema = Thing::schema().unwrap();
    let config = harness::drive::object(&schema.block, [("name", "a".into())]);
    let as_json = |json: Vec<u8>| DynamicValue {
        msgpack: Vec::new(),
        json,
    };
    let good = as_json(json::encode(&config, &ty::<Thing>()).unwrap());
    assert_eq!(validated::<Thing>(&host, good).await, [""; 0]);
    for json in [
        "not JSON",
        "[]",
        "7",
        r#"{"name": 7}"#,
        &"[".repeat(100_000),
    ] {
        let found = validated::<Thing>(&host, as_json(json.into())).await;
        assert_eq!(found, ["Value from the host cannot be read"], "{json:.80}");
    }
    host.is_well().await;
}

#[tokio::test]
async fn what_is_empty_is_null_and_answered() {
    let host = Host::new().await;
    validated::<Thing>(&host, DynamicValue::default()).await;
    validated::<Thing>(&host, packed(NIL.to_vec())).await;
    let request = wire::plan_resource_change::Request {
        type_name: Thing::TYPE_NAME.to_owned(),
        ..Default::default()
    };
    prompt(host.client().plan_resource_change(request))
        .await
        .unwrap();
    let request = wire::apply_resource_change::Request {
        type_name: Thing::TYPE_NAME.to_owned(),
        ..Default::default()
    };
    prompt(host.client().apply_resource_change(request))
        .await
        .unwrap();
    let request = wire::validate_provider_config::Request::default();
    prompt(host.client().validate_provider_config(request))
        .await
        .unwrap();
    host.is_well().await;
}

#[tokio::test]
async fn numbers_may_be_texts_and_unknowns_may_promise_something() {
    let host = Host::new().await;
    let good = [
        with::<Thing>("size", &text("7")),
        with::<Thing>("size", b"\xcb\x40\x1c\0\0\0\0\0\0"),
        with::<Thing>("size", b"\xd3\0\0\0\0\0\0\0\x07"),
        with::<Thing>("label", b"\xd4\0\0"),
        with::<Thing>("label", b"\xc7\x03\x0c\x81\x01\xc2"),
        with::<Thing>("label", b"\xc7\x05\x0c\x81\x02\xa2An"),
    ];
    for config in good {
        let shown = format!("{config:?}");
        let found = validated::<Thing>(&host, packed(config)).await;
        assert_eq!(found, [""; 0], "{shown}");
    }
}

#[tokio::test]
async fn a_value_that_brings_a_type_along_has_to_fit_it() {
    let host = Host::new().await;
    let pair = |ty: &[u8], value: &[u8]| {
        let length = u8::try_from(ty.len()).unwrap();
        [&[0x92, 0xc4, length], ty, value].concat()
    };
    let fits = [
        pair(br#""string""#, b"\xa1a"),
        pair(br#"["list","bool"]"#, b"\x91\xc3"),
        pair(br#"["object",{"a":"number"}]"#, b"\x81\xa1a\x01"),
        pair(br#"["tuple",["bool","string"]]"#, b"\x92\xc3\xc0"),
    ];
    for value in fits {
        let found = validated::<Everything>(&host, packed(with::<Everything>("anything", &value)));
        assert_eq!(found.await, [""; 0]);
    }
    let deep = "[\"list\",".repeat(30);
    let broken = [
        pair(b"", b"\xa1a"),
        pair(b"string", b"\xa1a"),
        pair(br#""text""#, b"\xa1a"),
        pair(br#"["list"]"#, b"\x90"),
        pair(br#"["object",7]"#, b"\x80"),
        pair(br#"["list","bool"]"#, b"\xc3"),
        pair(br#""string""#, b""),
        pair(deep.as_bytes(), b"\xc0"),
        b"\x91\xc0".to_vec(),
        b"\x07".to_vec(),
        [
            b"\x92\xc5\xff\xff".to_vec(),
            vec![b'['; 0xffff],
            NIL.to_vec(),
        ]
        .concat(),
        [b"x".to_vec(), b"\x92\xc6\xff\xff\xff\xff".to_vec()].concat(),
    ];
    for value in broken {
        let shown = value.clone();
        let found = validated::<Everything>(&host, packed(with::<Everything>("anything", &value)));
        let shown = String::from_utf8_lossy(&shown[..shown.len().min(80)]).into_owned();
        assert_eq!(
            found.await,
            ["Value from the host cannot be read"],
            "{shown:?}"
        );
    }
    host.is_well().await;
}

#[tokio::test]
async fn values_and_types_inside_each_other_have_an_end() {
    let host = Host::new().await;
    let mut bomb = Value::from(true);
    let mut ty = Type::Bool;
    for _ in 0..60 {
        (bomb, ty) = (Value::list([bomb]), Type::list(ty));
    }
    let value = msgpack::encode(&Value::Dynamic(ty, Box::new(bomb)), &Type::Dynamic).unwrap();
    let found = validated::<Everything>(&host, packed(with::<Everything>("anything", &value)));
    assert_eq!(found.await, [""; 0]);
    let dynamic = br#""dynamic""#;
    let bomb = (0..100_000).fold(Vec::new(), |mut bomb, _| {
        bomb.extend_from_slice(&[0x92, 0xc4, 9]);
        bomb.extend_from_slice(dynamic);
        bomb
    });
    let found = validated::<Everything>(&host, packed(with::<Everything>("anything", &bomb)));
    assert_eq!(found.await, ["Value from the host cannot be read"]);
    host.is_well().await;
}

/// Bytes that are neither an object nor null.
const NO_OBJECT: [&[u8]; 4] = [b"\xc3", b"\x81\xa1a", b"\xdf\xff\xff\xff\xff", b"\x80\x80"];

#[tokio::test]
async fn a_provider_block_that_is_none_is_an_error_and_the_last_one_stays() {
    let host = Host::new().await;
    for bytes in NO_OBJECT {
        let config = || Some(packed(bytes.to_vec()));
        let request = wire::validate_provider_config::Request { config: config() };
        let answer = prompt(host.client().validate_provider_config(request)).await;
        let found = errors(&answer.unwrap().into_inner().diagnostics);
        assert_eq!(found, ["Value from the host cannot be read"]);
        let request = wire::configure_provider::Request {
            config: config(),
            ..Default::default()
        };
        let answer = prompt(host.client().configure_provider(request)).await;
        let found = errors(&answer.unwrap().into_inner().diagnostics);
        assert_eq!(found, ["Value from the host cannot be read"]);
    }
    let things = host.managed::<Thing>();
    let config = things.config([("name", "a".into())]);
    things.change(&Object::default(), &config).await.unwrap();
    host.is_well().await;
}

#[tokio::test]
async fn a_query_that_is_none_is_an_error() {
    let host = Host::new().await;
    for bytes in NO_OBJECT {
        macro_rules! complaints {
            ($method:ident, $type_name:expr, $value:ident) => {{
                let mut request = wire::$method::Request::default();
                request.type_name = $type_name.to_owned();
                request.$value = Some(packed(bytes.to_vec()));
                let answer = prompt(host.client().$method(request)).await.unwrap();
                errors(&answer.into_inner().diagnostics)
            }};
        }
        let (lookup, lease) = ("conformance_things", "conformance_lease");
        let found = [
            complaints!(validate_data_resource_config, lookup, config),
            complaints!(read_data_source, lookup, config),
            complaints!(validate_ephemeral_resource_config, lease, config),
            complaints!(open_ephemeral_resource, lease, config),
            complaints!(generate_resource_config, Thing::TYPE_NAME, state),
        ];
        for found in found {
            assert_eq!(found, ["Value from the host cannot be read"]);
        }
    }
    assert_eq!(host.log(), [""; 0]);
    host.is_well().await;
}
