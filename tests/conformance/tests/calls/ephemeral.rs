//! The ephemeral resources.

use terraform::{Schema, Value};
use terraform_provider_conformance::ephemeral;
use terraform_server::EphemeralResource;
use tfplugin::tfplugin6::{
    close_ephemeral_resource, open_ephemeral_resource, provider_server::Provider as _,
    renew_ephemeral_resource,
};
use tonic::Request;

use crate::host::{Host, check, decode, encode, errors, object};

async fn open<E: EphemeralResource, const N: usize>(
    host: &Host,
    says: [(&str, Value); N],
) -> (Value, open_ephemeral_resource::Response) {
    let ty = E::schema().as_ref().map(Schema::implied_type).unwrap();
    let request = Request::new(open_ephemeral_resource::Request {
        type_name: E::TYPE_NAME.to_owned(),
        config: Some(encode(&object(&ty, says), &ty)),
        ..Default::default()
    });
    let answer = host.service().open_ephemeral_resource(request).await;
    let answer = answer.unwrap().into_inner();
    (decode(answer.result.as_ref(), &ty), answer)
}

async fn renew<E: EphemeralResource>(
    host: &Host,
    private: Option<Vec<u8>>,
) -> renew_ephemeral_resource::Response {
    let request = Request::new(renew_ephemeral_resource::Request {
        type_name: E::TYPE_NAME.to_owned(),
        private,
    });
    let answer = host.service().renew_ephemeral_resource(request).await;
    answer.unwrap().into_inner()
}

async fn close<E: EphemeralResource>(host: &Host, private: Option<Vec<u8>>) -> Vec<String> {
    let request = Request::new(close_ephemeral_resource::Request {
        type_name: E::TYPE_NAME.to_owned(),
        private,
    });
    let answer = host.service().close_ephemeral_resource(request).await;
    errors(&answer.unwrap().into_inner().diagnostics)
}

#[tokio::test]
async fn a_lease_is_opened_renewed_and_closed() {
    let host = Host::new().await;
    let says = [("name", "a".into()), ("renew", true.into())];
    let (value, opened) = open::<ephemeral::Lease, _>(&host, says).await;
    check(&opened.diagnostics);
    assert_eq!(value.attribute("handle"), &"a-1".into());
    assert!(opened.renew_at.is_some());
    let renewed = renew::<ephemeral::Lease>(&host, opened.private.clone()).await;
    check(&renewed.diagnostics);
    assert_eq!(renewed.private, opened.private);
    assert!(renewed.renew_at.is_some());
    let file = host.world().join("conformance_lease/a-1.json");
    assert_eq!(std::fs::read_to_string(file).unwrap(), r#"{"renewals":1}"#);
    assert_eq!(
        close::<ephemeral::Lease>(&host, opened.private).await,
        [""; 0]
    );
    let log = ["open", "renew", "close"].map(|it| format!("{it} conformance_lease a-1"));
    assert_eq!(host.log(), log);
}

#[tokio::test]
async fn a_lease_need_not_be_renewed() {
    let host = Host::new().await;
    let says = [("name", "a".into())];
    let (_, opened) = open::<ephemeral::Lease, _>(&host, says).await;
    assert_eq!(opened.renew_at, None);
}

#[tokio::test]
async fn two_leases_of_one_name_do_not_meet() {
    let host = Host::new().await;
    let says = || [("name", "a".into())];
    let (first, _) = open::<ephemeral::Lease, _>(&host, says()).await;
    let (second, _) = open::<ephemeral::Lease, _>(&host, says()).await;
    assert_ne!(first.attribute("handle"), second.attribute("handle"));
}

#[tokio::test]
async fn what_is_broken_fails_when_it_should() {
    let host = Host::new().await;
    let at = |at: &str| [("at", at.into())];
    let (_, opened) = open::<ephemeral::Broken, _>(&host, at("open")).await;
    assert_eq!(errors(&opened.diagnostics).len(), 1);
    let (_, opened) = open::<ephemeral::Broken, _>(&host, at("renew")).await;
    let renewed = renew::<ephemeral::Broken>(&host, opened.private).await;
    assert_eq!(errors(&renewed.diagnostics).len(), 1);
    let (_, opened) = open::<ephemeral::Broken, _>(&host, at("close")).await;
    let closed = close::<ephemeral::Broken>(&host, opened.private).await;
    assert_eq!(closed.len(), 1);
}
