//! Each call: that it answers, what it says of names that do not exist, and which of them need a
//! configured provider. No test here asks for the schemas first, but the one about them.

use harness::drive;
use terraform::Type;
use terraform_provider_conformance::{Conformance, data_sources, ephemeral, resources};
use terraform_server::{DataSource, EphemeralResource, Provider as _, Resource};
use tfplugin::tfplugin6::{self as wire, invoke_action::event};
use tonic::Code;

use crate::host::{Host, encode, errors, prompt};

const THING: &str = resources::Thing::TYPE_NAME;
const LEASE: &str = ephemeral::Lease::TYPE_NAME;
const NOBODY: &str = "conformance_nothing";

/// Makes a call with a request of these fields, and returns the errors in its answer.
macro_rules! complaints {
    ($host:expr, $method:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        let mut request = wire::$method::Request::default();
        $(request.$field = $value;)*
        let answer = prompt($host.client().$method(request)).await.unwrap();
        errors(&answer.into_inner().diagnostics)
    }};
}

fn thing(name: &str) -> wire::DynamicValue {
    let schema = resources::Thing::schema().unwrap();
    let config = drive::object(&schema.block, [("name", name.into())]);
    encode(&config, &schema.implied_type())
}

fn lookup() -> wire::DynamicValue {
    let schema = data_sources::Things::schema().unwrap();
    encode(&drive::object(&schema.block, []), &schema.implied_type())
}

fn lease() -> wire::DynamicValue {
    let schema = ephemeral::Lease::schema().unwrap();
    let config = drive::object(&schema.block, [("name", "a".into())]);
    encode(&config, &schema.implied_type())
}

fn raw(json: &str) -> wire::RawState {
    wire::RawState {
        json: json.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn what_there_is_can_be_asked_at_any_time() {
    let host = Host::unconfigured().await;
    let mut client = host.client();
    let metadata = client.get_metadata(wire::get_metadata::Request {}).await;
    let metadata = metadata.unwrap().into_inner();
    assert_eq!(errors(&metadata.diagnostics), [""; 0]);
    let capabilities = metadata.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
    let schemas = client.get_provider_schema(wire::get_provider_schema::Request {});
    let schemas = schemas.await.unwrap().into_inner();
    assert_eq!(errors(&schemas.diagnostics), [""; 0]);
    assert_eq!(schemas.server_capabilities, Some(capabilities));
    let names: Vec<_> = metadata.resources.iter().map(|it| &it.type_name).collect();
    assert!(
        names
            .iter()
            .all(|name| schemas.resource_schemas.contains_key(*name))
    );
    assert_eq!(names.len(), schemas.resource_schemas.len());
    assert!(schemas.list_resource_schemas.is_empty() && schemas.action_schemas.is_empty());
    assert!(schemas.state_store_schemas.is_empty());
    let functions = client.get_functions(wire::get_functions::Request {});
    let functions = functions.await.unwrap().into_inner();
    assert_eq!(functions.functions, schemas.functions);
    let identities = wire::get_resource_identity_schemas::Request {};
    let identities = client.get_resource_identity_schemas(identities).await;
    let identities = identities.unwrap().into_inner();
    assert_eq!(errors(&identities.diagnostics), [""; 0]);
    let thing = &identities.identity_schemas[THING];
    assert_eq!((thing.version, thing.identity_attributes.len()), (1, 1));
    host.is_well().await;
}

#[tokio::test]
async fn checks_need_no_configuration() {
    let host = Host::unconfigured().await;
    let ty = Conformance::schema().unwrap().implied_type();
    let block = encode(
        &Host::provider_block([("directory", "/nowhere".into())]),
        &ty,
    );
    let found = [
        complaints!(
            host,
            validate_provider_config {
                config: Some(block)
            }
        ),
        complaints!(
            host,
            validate_resource_config {
                type_name: THING.to_owned(),
                config: Some(thing("a")),
            }
        ),
        complaints!(
            host,
            validate_data_resource_config {
                type_name: data_sources::Things::TYPE_NAME.to_owned(),
                config: Some(lookup()),
            }
        ),
        complaints!(
            host,
            validate_ephemeral_resource_config {
                type_name: LEASE.to_owned(),
                config: Some(lease()),
            }
        ),
    ];
    assert!(found.iter().all(Vec::is_empty), "{found:?}");
    host.is_well().await;
}

#[tokio::test]
async fn states_are_translated_without_configuration() {
    let host = Host::unconfigured().await;
    let found = [
        complaints!(
            host,
            upgrade_resource_state {
                type_name: THING.to_owned(),
                version: 0,
                raw_state: Some(raw(r#"{"name": "a"}"#)),
            }
        ),
        complaints!(
            host,
            upgrade_resource_identity {
                type_name: THING.to_owned(),
                version: 0,
                raw_identity: Some(raw(r#"{"id": "a"}"#)),
            }
        ),
        complaints!(
            host,
            move_resource_state {
                source_provider_address: "registry.terraform.io/kre/conformance".to_owned(),
                source_type_name: resources::LegacyThing::TYPE_NAME.to_owned(),
                source_state: Some(raw(r#"{"name": "a"}"#)),
                target_type_name: THING.to_owned(),
            }
        ),
        complaints!(
            host,
            generate_resource_config {
                type_name: THING.to_owned(),
                state: Some(thing("a")),
            }
        ),
    ];
    assert!(found.iter().all(Vec::is_empty), "{found:?}");
    host.is_well().await;
}

#[tokio::test]
async fn functions_need_no_configuration() {
    let host = Host::unconfigured().await;
    let arguments = [6, 3].map(|it| (it.into(), Type::Number));
    let quotient = drive::call(&host.client(), "divide", &arguments, &Type::Number).await;
    assert_eq!(quotient.unwrap(), Ok(2.into()));
}

#[tokio::test]
async fn resources_need_a_configured_provider() {
    let host = Host::unconfigured().await;
    let found = [
        complaints!(
            host,
            plan_resource_change {
                type_name: THING.to_owned(),
                config: Some(thing("a")),
            }
        ),
        complaints!(
            host,
            apply_resource_change {
                type_name: THING.to_owned(),
                config: Some(thing("a")),
                planned_state: Some(thing("a")),
            }
        ),
        complaints!(
            host,
            read_resource {
                type_name: THING.to_owned(),
                current_state: Some(thing("a")),
            }
        ),
        complaints!(
            host,
            import_resource_state {
                type_name: THING.to_owned(),
                id: "a".to_owned(),
            }
        ),
    ];
    assert!(
        found.iter().all(|it| it == &["Provider is not configured"]),
        "{found:?}"
    );
    host.is_well().await;
}

#[tokio::test]
async fn lookups_and_leases_need_a_configured_provider() {
    let host = Host::unconfigured().await;
    let found = [
        complaints!(
            host,
            read_data_source {
                type_name: data_sources::Things::TYPE_NAME.to_owned(),
                config: Some(lookup()),
            }
        ),
        complaints!(
            host,
            open_ephemeral_resource {
                type_name: LEASE.to_owned(),
                config: Some(lease()),
            }
        ),
        complaints!(
            host,
            renew_ephemeral_resource {
                type_name: LEASE.to_owned()
            }
        ),
        complaints!(
            host,
            close_ephemeral_resource {
                type_name: LEASE.to_owned()
            }
        ),
    ];
    assert!(
        found.iter().all(|it| it == &["Provider is not configured"]),
        "{found:?}"
    );
    host.is_well().await;
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_to_be_none() {
    let host = Host::new().await;
    let none = || NOBODY.to_owned();
    let found = [
        complaints!(host, validate_resource_config { type_name: none() }),
        complaints!(host, upgrade_resource_state { type_name: none() }),
        complaints!(host, upgrade_resource_identity { type_name: none() }),
        complaints!(host, read_resource { type_name: none() }),
        complaints!(host, plan_resource_change { type_name: none() }),
        complaints!(host, apply_resource_change { type_name: none() }),
        complaints!(host, import_resource_state { type_name: none() }),
        complaints!(
            host,
            move_resource_state {
                target_type_name: none()
            }
        ),
        complaints!(host, generate_resource_config { type_name: none() }),
        complaints!(host, validate_data_resource_config { type_name: none() }),
        complaints!(host, read_data_source { type_name: none() }),
        complaints!(
            host,
            validate_ephemeral_resource_config { type_name: none() }
        ),
        complaints!(host, open_ephemeral_resource { type_name: none() }),
        complaints!(host, renew_ephemeral_resource { type_name: none() }),
        complaints!(host, close_ephemeral_resource { type_name: none() }),
        complaints!(host, validate_list_resource_config { type_name: none() }),
        complaints!(host, validate_action_config { type_name: none() }),
        complaints!(
            host,
            plan_action {
                action_type: none()
            }
        ),
    ];
    for found in found {
        let [summary] = found.as_slice() else {
            panic!("not one error: {found:?}");
        };
        assert!(
            summary.starts_with("No ") && summary.contains(NOBODY),
            "{summary}"
        );
    }
    let request = wire::call_function::Request {
        name: none(),
        arguments: Vec::new(),
    };
    let answer = host
        .client()
        .call_function(request)
        .await
        .unwrap()
        .into_inner();
    assert!(answer.error.unwrap().text.contains(NOBODY));
    host.is_well().await;
}

#[tokio::test]
async fn lists_of_resources_are_one_event_with_an_error() {
    let host = Host::new().await;
    let request = wire::list_resource::Request {
        type_name: THING.to_owned(),
        ..Default::default()
    };
    let mut events = host
        .client()
        .list_resource(request)
        .await
        .unwrap()
        .into_inner();
    let event = prompt(events.message()).await.unwrap().unwrap();
    assert_eq!(errors(&event.diagnostic).len(), 1);
    assert_eq!(prompt(events.message()).await.unwrap(), None);
}

#[tokio::test]
async fn actions_complete_with_an_error() {
    let host = Host::new().await;
    let request = wire::invoke_action::Request {
        action_type: NOBODY.to_owned(),
        ..Default::default()
    };
    let mut events = host
        .client()
        .invoke_action(request)
        .await
        .unwrap()
        .into_inner();
    let event = prompt(events.message()).await.unwrap().unwrap();
    let Some(event::Type::Completed(completed)) = event.r#type else {
        panic!("not the end: {event:?}");
    };
    assert_eq!(errors(&completed.diagnostics).len(), 1);
    assert_eq!(prompt(events.message()).await.unwrap(), None);
}

#[tokio::test]
async fn state_stores_are_unimplemented() {
    let host = Host::new().await;
    macro_rules! codes {
        ($($method:ident),*) => {
            [$(prompt(host.client().$method(wire::$method::Request::default())).await.unwrap_err().code()),*]
        };
    }
    let mut codes = codes![
        validate_state_store_config,
        configure_state_store,
        lock_state,
        unlock_state,
        get_states,
        delete_state
    ]
    .to_vec();
    let mut client = host.client();
    let read = client.read_state_bytes(wire::read_state_bytes::Request::default());
    codes.push(prompt(read).await.unwrap_err().code());
    let chunk = wire::write_state_bytes::RequestChunk::default();
    let write = host
        .client()
        .write_state_bytes(tokio_stream::once(chunk))
        .await;
    codes.push(write.unwrap_err().code());
    assert_eq!(codes, [Code::Unimplemented; 8]);
    host.is_well().await;
}
