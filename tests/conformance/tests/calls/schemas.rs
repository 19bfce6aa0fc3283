//! What the provider says it offers.

use tfplugin::tfplugin6::{get_provider_schema, provider_server::Provider as _};
use tonic::Request;

use crate::host::{Host, check};

async fn schemas() -> get_provider_schema::Response {
    let host = Host::new().await;
    let request = Request::new(get_provider_schema::Request::default());
    let answer = host.service().get_provider_schema(request).await;
    answer.unwrap().into_inner()
}

#[tokio::test]
async fn hosts_accept_all_schemas() {
    check(&schemas().await.diagnostics);
}

#[tokio::test]
async fn everything_in_the_registry_has_a_schema() {
    let schemas = schemas().await;
    assert_eq!(schemas.resource_schemas.len(), 5);
    assert_eq!(schemas.data_source_schemas.len(), 3);
    assert_eq!(schemas.ephemeral_resource_schemas.len(), 2);
    assert_eq!(schemas.functions.len(), 6);
}
