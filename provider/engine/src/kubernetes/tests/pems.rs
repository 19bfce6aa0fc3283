use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

use super::{refusal, target};
use crate::kubernetes::Arguments;

/// A certificate with its key, in PEM.
fn pair(is_ca: IsCa) -> (String, String) {
    let mut params = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
    params.is_ca = is_ca;
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn authority(pem: &str) -> Arguments {
    Arguments {
        host: Some("https://a".to_owned()),
        cluster_ca_certificate: Some(pem.to_owned()),
        ..Arguments::default()
    }
}

fn user(certificate: &str, key: &str) -> Arguments {
    Arguments {
        host: Some("https://a".to_owned()),
        client_certificate: Some(certificate.to_owned()),
        client_key: Some(key.into()),
        ..Arguments::default()
    }
}

#[test]
fn an_authority_and_a_pair_are_taken() {
    let (ca, _) = pair(IsCa::Ca(BasicConstraints::Unconstrained));
    let (certificate, key) = pair(IsCa::NoCa);
    target(authority(&ca), &[]);
    assert!(target(user(&certificate, &key), &[]).who.identity.is_some());
}

#[test]
fn packed_pem_is_told_how_to_unpack() {
    let (ca, _) = pair(IsCa::Ca(BasicConstraints::Unconstrained));
    assert_eq!(
        refusal(authority(&STANDARD.encode(ca)), &[]),
        "`cluster_ca_certificate` is base64 where PEM is expected; unpack it with `base64decode(…)`, as kubeconfigs and the outputs of many modules hold it packed"
    );
}

#[test]
fn a_path_is_no_pem() {
    assert_eq!(
        refusal(authority("~/.kube/ca.crt"), &[]),
        "`cluster_ca_certificate` is a path where PEM is expected; read the file with `file(…)`"
    );
}

#[test]
fn any_other_text_is_told_what_pem_begins_with() {
    assert_eq!(
        refusal(authority("certificate"), &[]),
        "`cluster_ca_certificate` is not PEM; it has to begin with `-----BEGIN CERTIFICATE-----`"
    );
}

#[test]
fn swapped_values_are_told() {
    let (certificate, key) = pair(IsCa::NoCa);
    assert_eq!(
        refusal(user(&key, &certificate), &[]),
        "`client_certificate` holds a `PRIVATE KEY` where a `CERTIFICATE` is expected; were two values mixed up?"
    );
    assert_eq!(
        refusal(user(&certificate, &certificate), &[]),
        "`client_key` holds a `CERTIFICATE` where a `PRIVATE KEY` is expected; were two values mixed up?"
    );
}

#[test]
fn a_key_of_another_certificate_is_told() {
    let (certificate, _) = pair(IsCa::NoCa);
    let (_, key) = pair(IsCa::NoCa);
    assert_eq!(
        refusal(user(&certificate, &key), &[]),
        "the key of `client_key` does not belong to the certificate of `client_certificate`; take both from the same issue"
    );
}

#[test]
fn a_leaf_is_no_authority() {
    let (leaf, _) = pair(IsCa::ExplicitNoCa);
    assert!(
        refusal(authority(&leaf), &[])
            .starts_with("`cluster_ca_certificate` is no authority's certificate")
    );
}

#[test]
fn a_certificate_that_says_nothing_of_itself_may_be_an_old_root() {
    let (certificate, _) = pair(IsCa::NoCa);
    target(authority(&certificate), &[]);
}

#[test]
fn half_an_identity_of_the_environment_is_told() {
    let (certificate, _) = pair(IsCa::NoCa);
    let variables = [
        ("KUBE_HOST", "https://a"),
        ("KUBE_CLIENT_CERT_DATA", certificate.as_str()),
    ];
    assert_eq!(
        refusal(Arguments::default(), &variables),
        "variable `KUBE_CLIENT_CERT_DATA` needs `client_key`; a certificate proves nothing without its key"
    );
}
