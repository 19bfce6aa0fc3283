//! Each call: that it answers, what it says of names that do not exist, and which of them need a
//! configured provider. No test here asks for the schemas first, but the one about them.

use harness::drive;
use terraform_provider_conformance::{data_sources, ephemeral, resources};
use terraform_server::{DataSource, EphemeralResource, Resource};
use tfplugin::tfplugin6::{self as wire, invoke_action::event};
use tonic::Code;

use crate::{
    host::World,
    support::{encode, errors, prompt, provider_block},
};

const THING: &str = resources::Thing::TYPE_NAME;
const LEASE: &str = ephemeral::Lease::TYPE_NAME;
const NOBODY: &str = "conformance_nothing";

/// Makes a call with a request of these fields, and returns the errors in its answer.
macro_rules! complaints {
    ($world:expr, $method:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        let mut request = wire::$method::Request::default();
        $(request.$field = $value;)*
        let answer = prompt($world.client().$method(request)).await.unwrap();
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
    let world = World::unconfigured();
    let mut client = world.client();
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
    let others = (schemas.data_source_schemas.len(), schemas.functions.len());
    assert_eq!((names.len(), others), (5, (3, 6)));
    assert_eq!(schemas.ephemeral_resource_schemas.len(), 2);
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
}

#[tokio::test]
async fn checks_need_no_configuration() {
    let world = World::unconfigured();
    let block = provider_block("/nowhere".into());
    let found = [
        complaints!(
            world,
            validate_provider_config {
                config: Some(block)
            }
        ),
        complaints!(
            world,
            validate_resource_config {
                type_name: THING.to_owned(),
                config: Some(thing("a")),
            }
        ),
        complaints!(
            world,
            validate_data_resource_config {
                type_name: data_sources::Things::TYPE_NAME.to_owned(),
                config: Some(lookup()),
            }
        ),
        complaints!(
            world,
            validate_ephemeral_resource_config {
                type_name: LEASE.to_owned(),
                config: Some(lease()),
            }
        ),
    ];
    assert!(found.iter().all(Vec::is_empty), "{found:?}");
}

#[tokio::test]
async fn states_are_translated_without_configuration() {
    let world = World::unconfigured();
    let found = [
        complaints!(
            world,
            upgrade_resource_state {
                type_name: THING.to_owned(),
                version: 0,
                raw_state: Some(raw(r#"{"name": "a"}"#)),
            }
        ),
        complaints!(
            world,
            upgrade_resource_identity {
                type_name: THING.to_owned(),
                version: 0,
                raw_identity: Some(raw(r#"{"id": "a"}"#)),
            }
        ),
        complaints!(
            world,
            move_resource_state {
                source_provider_address: "registry.terraform.io/kre/conformance".to_owned(),
                source_type_name: resources::LegacyThing::TYPE_NAME.to_owned(),
                source_state: Some(raw(r#"{"name": "a"}"#)),
                target_type_name: THING.to_owned(),
            }
        ),
        complaints!(
            world,
            generate_resource_config {
                type_name: THING.to_owned(),
                state: Some(thing("a")),
            }
        ),
    ];
    assert!(found.iter().all(Vec::is_empty), "{found:?}");
}

#[tokio::test]
async fn resources_need_a_configured_provider() {
    let world = World::unconfigured();
    let found = [
        complaints!(
            world,
            plan_resource_change {
                type_name: THING.to_owned(),
                config: Some(thing("a")),
            }
        ),
        complaints!(
            world,
            apply_resource_change {
                type_name: THING.to_owned(),
                config: Some(thing("a")),
                planned_state: Some(thing("a")),
            }
        ),
        complaints!(
            world,
            read_resource {
                type_name: THING.to_owned(),
                current_state: Some(thing("a")),
            }
        ),
        complaints!(
            world,
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
}

#[tokio::test]
async fn lookups_and_leases_need_a_configured_provider() {
    let world = World::unconfigured();
    let found = [
        complaints!(
            world,
            read_data_source {
                type_name: data_sources::Things::TYPE_NAME.to_owned(),
                config: Some(lookup()),
            }
        ),
        complaints!(
            world,
            open_ephemeral_resource {
                type_name: LEASE.to_owned(),
                config: Some(lease()),
            }
        ),
        complaints!(
            world,
            renew_ephemeral_resource {
                type_name: LEASE.to_owned()
            }
        ),
        complaints!(
            world,
            close_ephemeral_resource {
                type_name: LEASE.to_owned()
            }
        ),
    ];
    assert!(
        found.iter().all(|it| it == &["Provider is not configured"]),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_to_be_none() {
    let world = World::new().await;
    let none = || NOBODY.to_owned();
    let found = [
        complaints!(world, validate_resource_config { type_name: none() }),
        complaints!(world, upgrade_resource_state { type_name: none() }),
        complaints!(world, upgrade_resource_identity { type_name: none() }),
        complaints!(world, read_resource { type_name: none() }),
        complaints!(world, plan_resource_change { type_name: none() }),
        complaints!(world, apply_resource_change { type_name: none() }),
        complaints!(world, import_resource_state { type_name: none() }),
        complaints!(
            world,
            move_resource_state {
                target_type_name: none()
            }
        ),
        complaints!(world, generate_resource_config { type_name: none() }),
        complaints!(world, validate_data_resource_config { type_name: none() }),
        complaints!(world, read_data_source { type_name: none() }),
        complaints!(
            world,
            validate_ephemeral_resource_config { type_name: none() }
        ),
        complaints!(world, open_ephemeral_resource { type_name: none() }),
        complaints!(world, renew_ephemeral_resource { type_name: none() }),
        complaints!(world, close_ephemeral_resource { type_name: none() }),
        complaints!(world, validate_list_resource_config { type_name: none() }),
        complaints!(world, validate_action_config { type_name: none() }),
        complaints!(
            world,
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
    let answer = world
        .client()
        .call_function(request)
        .await
        .unwrap()
        .into_inner();
    assert!(answer.error.unwrap().text.contains(NOBODY));
}

#[tokio::test]
async fn lists_of_resources_are_one_event_with_an_error() {
    let world = World::new().await;
    let request = wire::list_resource::Request {
        type_name: THING.to_owned(),
        ..Default::default()
    };
    let mut events = world
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
    let world = World::new().await;
    let request = wire::invoke_action::Request {
        action_type: NOBODY.to_owned(),
        ..Default::default()
    };
    let mut events = world
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
    let world = World::new().await;
    macro_rules! codes {
        ($($method:ident),*) => {
            [$(prompt(world.client().$method(wire::$method::Request::default())).await.unwrap_err().code()),*]
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
    let mut client = world.client();
    let read = client.read_state_bytes(wire::read_state_bytes::Request::default());
    codes.push(prompt(read).await.unwrap_err().code());
    let chunk = wire::write_state_bytes::RequestChunk::default();
    let write = world
        .client()
        .write_state_bytes(tokio_stream::once(chunk))
        .await;
    codes.push(write.unwrap_err().code());
    assert_eq!(codes, [Code::Unimplemented; 8]);
}
