//! The wrong cluster, or one that cannot prove to be the right one.

use kre_engine::kubernetes::{Arguments, ConnectError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

use crate::support::{
    Administrator, administrator, anonymous, ask, by_kubeconfig, cluster, machine, refused, soon,
};

fn another_authority() -> String {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().pem()
}

#[tokio::test]
async fn another_authority_does_not_vouch_for_the_server() {
    let cluster = cluster(Arguments {
        cluster_ca_certificate: Some(another_authority()),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await).to_string();
    assert!(
        failure.contains("that the authority of `cluster_ca_certificate` did not sign"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_certificate_of_another_authority_proves_nothing() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(Vec::new()).unwrap();
    let cluster = cluster(Arguments {
        client_certificate: Some(params.self_signed(&key).unwrap().pem()),
        client_key: Some(key.serialize_pem().into()),
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await).to_string();
    let remedy = "the credentials of `client_certificate` (401); check that the certificate is of this very cluster";
    assert!(failure.contains(remedy), "{failure}");
}

#[tokio::test]
async fn the_system_does_not_vouch_for_a_cluster_of_its_own() {
    let cluster = cluster(Arguments {
        cluster_ca_certificate: None,
        ..anonymous()
    });
    let failure = refused(ask(&cluster).await).to_string();
    assert!(
        failure.contains("set `cluster_ca_certificate`"),
        "{failure}"
    );
}

#[tokio::test]
async fn whoever_is_insecure_believes_every_server() {
    let Administrator {
        certificate, key, ..
    } = administrator(machine().kubeconfig());
    let cluster = cluster(Arguments {
        cluster_ca_certificate: None,
        insecure: Some(true),
        client_certificate: Some(certificate),
        client_key: Some(key),
        ..anonymous()
    });
    ask(&cluster).await.unwrap();
}

#[tokio::test]
async fn the_certificate_tells_under_which_names_the_server_goes() {
    let wrong = cluster(Arguments {
        tls_server_name: Some("elsewhere.example.com".to_owned()),
        ..by_kubeconfig()
    });
    let failure = refused(ask(&wrong).await).to_string();
    assert!(
        failure.contains("other names than `elsewhere.example.com`"),
        "{failure}"
    );
    assert!(failure.contains("`kubernetes.default.svc`"), "{failure}");
    let right = cluster(Arguments {
        tls_server_name: Some("kubernetes.default.svc".to_owned()),
        ..by_kubeconfig()
    });
    ask(&right).await.unwrap();
}

#[tokio::test]
async fn another_cluster_than_the_expected_one_is_not_touched() {
    let wrong = cluster(Arguments {
        expected_cluster_uid: Some("another".to_owned()),
        ..by_kubeconfig()
    });
    let failure = refused(wrong.client(soon()).await.map(drop));
    let ConnectError::WrongCluster {
        found, expected, ..
    } = &*failure
    else {
        panic!("{failure}")
    };
    assert_eq!(expected, "another");
    let right = cluster(Arguments {
        expected_cluster_uid: Some(found.clone()),
        ..by_kubeconfig()
    });
    ask(&right).await.unwrap();
    assert_eq!(right.uid(soon()).await.unwrap(), found);
    assert!(
        failure
            .to_string()
            .contains("is not the cluster that is meant: it has uid"),
        "{failure}"
    );
}
