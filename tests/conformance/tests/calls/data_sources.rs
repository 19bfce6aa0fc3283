//! The data sources.

use terraform::{Schema, Value};
use terraform_provider_conformance::data_sources;
use terraform_server::DataSource;
use tfplugin::tfplugin6::{provider_server::Provider as _, read_data_source};
use tonic::Request;

use crate::host::{Host, Object, decode, encode, errors, object};

async fn read<D: DataSource, const N: usize>(
    host: &Host,
    says: [(&str, Value); N],
) -> Result<Value, Vec<String>> {
    let ty = D::schema().as_ref().map(Schema::implied_type).unwrap();
    let request = Request::new(read_data_source::Request {
        type_name: D::TYPE_NAME.to_owned(),
        config: Some(encode(&object(&ty, says), &ty)),
        ..Default::default()
    });
    let answer = host.service().read_data_source(request).await;
    let answer = answer.unwrap().into_inner();
    let errors = errors(&answer.diagnostics);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(decode(answer.state.as_ref(), &ty))
}

async fn with_things(names: &[&str]) -> Host {
    let host = Host::new().await;
    for name in names {
        let config = host.config("conformance_thing", [("name", (*name).into())]);
        let nothing = Object::default();
        host.change("conformance_thing", &nothing, &config).await;
    }
    host
}

#[tokio::test]
async fn a_thing_is_found_by_its_name() {
    let host = with_things(&["a"]).await;
    let found = read::<data_sources::Thing, _>(&host, [("name", "a".into())]).await;
    assert_eq!(found.unwrap().attribute("size"), &1.into());
}

#[tokio::test]
async fn a_thing_that_is_missing_is_an_error() {
    let host = Host::new().await;
    let missing = read::<data_sources::Thing, _>(&host, [("name", "a".into())]).await;
    let error = "No thing `a`: Create it first, or check the spelling of the name.";
    assert_eq!(missing.unwrap_err(), [error]);
}

#[tokio::test]
async fn things_are_listed_by_name() {
    let host = with_things(&["b", "a-2", "a-1"]).await;
    let found = read::<data_sources::Things, _>(&host, [("prefix", "a".into())]).await;
    let found = found.unwrap();
    let things = found.attribute("things").as_elements().unwrap();
    let names: Vec<_> = things
        .iter()
        .map(|thing| thing.attribute("name").as_str())
        .collect();
    assert_eq!(names, [Some("a-1"), Some("a-2")]);
}

#[tokio::test]
async fn defaults_are_filled_into_a_query_at_any_depth() {
    let host = Host::new().await;
    let filter = Value::object([("text", "x".into()), ("exact", Value::Null)]);
    let found = read::<data_sources::Everything, _>(&host, [("filter", filter)]).await;
    let found = found.unwrap();
    assert_eq!(found.attribute("limit"), &10.into());
    assert_eq!(found.attribute("filter").attribute("exact"), &false.into());
}

#[tokio::test]
async fn without_a_world_nothing_can_be_found() {
    let host = Host::offline().await;
    let error = read::<data_sources::Things, _>(&host, [])
        .await
        .unwrap_err();
    assert!(
        error[0].starts_with("The world is not known yet"),
        "{error:?}"
    );
}
