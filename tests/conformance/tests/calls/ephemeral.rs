//! The ephemeral resources.

use harness::drive::Opened;
use terraform_provider_conformance::ephemeral::{Broken, Lease};

use crate::host::{World, refusals};

#[tokio::test]
async fn a_lease_is_renewed_and_closed_with_what_was_opened() {
    let world = World::new().await;
    let leases = world.lease::<Lease>();
    let config = leases.config([("name", "a".into()), ("renew", true.into())]);
    let mut lease = leases.open(&config).await.unwrap();
    assert_eq!(lease.value.attribute("handle"), &"a-1".into());
    assert!(lease.renews);
    let remembered = lease.private.clone();
    leases.renew(&mut lease).await.unwrap();
    assert!(lease.renews);
    assert_eq!(lease.private, remembered);
    let file = world.path().join("conformance_lease/a-1.json");
    assert_eq!(std::fs::read_to_string(file).unwrap(), r#"{"renewals":1}"#);
    leases.close(lease).await.unwrap();
    let log = ["open", "renew", "close"].map(|it| format!("{it} conformance_lease a-1"));
    assert_eq!(world.log(), log);
}

#[tokio::test]
async fn a_lease_need_not_be_renewed() {
    let world = World::new().await;
    let leases = world.lease::<Lease>();
    let lease = leases.open(&leases.config([("name", "a".into())])).await;
    assert!(!lease.unwrap().renews);
}

#[tokio::test]
async fn two_leases_of_one_name_do_not_meet() {
    let world = World::new().await;
    let leases = world.lease::<Lease>();
    let config = leases.config([("name", "a".into())]);
    let first = leases.open(&config).await.unwrap().value;
    let second = leases.open(&config).await.unwrap().value;
    assert_ne!(first.attribute("handle"), second.attribute("handle"));
}

#[tokio::test]
async fn a_lease_whose_notes_are_lost_is_an_error() {
    let world = World::new().await;
    let leases = world.lease::<Lease>();
    let opened = leases.open(&leases.config([("name", "a".into())])).await;
    let opened = opened.unwrap();
    for private in [None, Some(Vec::new()), Some(b"not JSON".to_vec())] {
        let mut lost = Opened {
            private,
            ..opened.clone()
        };
        assert_eq!(refusals(leases.renew(&mut lost).await).len(), 1);
        assert_eq!(refusals(leases.close(lost).await).len(), 1);
    }
}

#[tokio::test]
async fn what_is_broken_fails_when_it_should() {
    let world = World::new().await;
    let broken = world.lease::<Broken>();
    let at = |at: &str| broken.config([("at", at.into())]);
    assert_eq!(refusals(broken.open(&at("open")).await).len(), 1);
    let mut opened = broken.open(&at("renew")).await.unwrap();
    assert_eq!(refusals(broken.renew(&mut opened).await).len(), 1);
    let opened = broken.open(&at("close")).await.unwrap();
    assert_eq!(refusals(broken.close(opened).await).len(), 1);
}
