//! Certificates and keys as users write them, and the ways in which they get them wrong.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::{
    RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};

use super::{
    ConnectError,
    origin::{Given, Origin},
};

const CERTIFICATE: &str = "CERTIFICATE";
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// The identifier of the extension that says whether a certificate is an authority's, in DER.
const BASIC_CONSTRAINTS: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x13];
/// The value "true" in DER.
const TRUE: [u8; 3] = [0x01, 0x01, 0xff];

/// Reads the certificates of authorities.
pub(super) fn authorities(pem: &Given<String>) -> Result<RootCertStore, ConnectError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(pem)? {
        if is_leaf(&certificate) {
            return Err(ConnectError::LeafAsAuthority(pem.origin.clone()));
        }
        store
            .add(certificate)
            .map_err(|source| broken(&pem.origin, source))?;
    }
    Ok(store)
}

/// Reads a certificate and its key, and makes sure that they belong together.
pub(super) fn identity(
    certificate: &Given<String>,
    key: &Given<&str>,
) -> Result<Arc<CertifiedKey>, ConnectError> {
    let chain = certificates(certificate)?;
    check(key.value, &key.origin, PRIVATE_KEY)?;
    let parsed = PrivateKeyDer::from_pem_slice(key.value.as_bytes());
    let parsed = parsed.map_err(|_| not_pem(&key.origin, PRIVATE_KEY))?;
    CertifiedKey::from_der(chain, parsed, &aws_lc_rs::default_provider())
        .map(Arc::new)
        .map_err(|source| match source {
            rustls::Error::InconsistentKeys(_) => ConnectError::KeyMismatch {
                certificate: certificate.origin.clone(),
                key: key.origin.clone(),
            },
            source => broken(&key.origin, source),
        })
}

fn certificates(pem: &Given<String>) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    check(&pem.value, &pem.origin, CERTIFICATE)?;
    CertificateDer::pem_slice_iter(pem.value.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| not_pem(&pem.origin, CERTIFICATE))
}

/// Says what is wrong with a text, if its first section is not what is expected.
fn check(text: &str, origin: &Origin, expected: &'static str) -> Result<(), ConnectError> {
    let Some(label) = label(text) else {
        return Err(explain(text, origin, expected));
    };
    if label.ends_with(expected) {
        return Ok(());
    }
    Err(ConnectError::WrongPem {
        origin: origin.clone(),
        found: label.to_owned(),
        expected,
    })
}

/// Returns what the first section claims to be.
fn label(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, _) = rest.split_once("-----")?;
    Some(label)
}

/// Says why a text without any section is not PEM.
fn explain(text: &str, origin: &Origin, expected: &'static str) -> ConnectError {
    let packed: String = text.split_whitespace().collect();
    let unpacked = STANDARD.decode(packed).unwrap_or_default();
    if unpacked.starts_with(b"-----BEGIN") {
        return ConnectError::Base64(origin.clone());
    }
    let text = text.trim();
    let is_path = [".pem", ".crt", ".cer", ".key"]
        .iter()
        .any(|end| text.ends_with(end))
        || text.starts_with(['/', '~', '.']);
    if is_path && !text.contains('\n') {
        return ConnectError::PathNotPem(origin.clone());
    }
    not_pem(origin, expected)
}

fn not_pem(origin: &Origin, expected: &'static str) -> ConnectError {
    let origin = origin.clone();
    ConnectError::NotPem { origin, expected }
}

fn broken(origin: &Origin, source: rustls::Error) -> ConnectError {
    let origin = origin.clone();
    ConnectError::BrokenPem { origin, source }
}

/// Tells whether a certificate says of itself that it is no authority's.
///
/// Those that say nothing, as old roots do, get the benefit of the doubt.
fn is_leaf(certificate: &[u8]) -> bool {
    let width = BASIC_CONSTRAINTS.len();
    let mut windows = certificate.windows(width);
    let Some(at) = windows.position(|window| window == BASIC_CONSTRAINTS) else {
        return false;
    };
    let rest = certificate.get(at + width..).unwrap_or_default();
    // Before the value may stand that the extension is critical.
    let value = rest.strip_prefix(&TRUE).unwrap_or(rest);
    // An octet string with a sequence in it: the truth comes first, and false is left out.
    let [0x04, _, 0x30, _, inside @ ..] = value else {
        return false;
    };
    !inside.starts_with(&TRUE)
}
