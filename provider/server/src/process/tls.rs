//! AutoMTLS: both sides make a certificate for this one conversation and accept no other.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
        verify_tls13_signature,
    },
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem, pem::PemObject},
    server::danger::{ClientCertVerified, ClientCertVerifier},
    version::{TLS12, TLS13},
};

/// The name under which hosts look the server up, wherever it listens.
const SERVER_NAME: &str = "localhost";

/// Why no encrypted server could be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// The host sent something that is no certificate.
    #[error("failed to read the certificate of the host in `PLUGIN_CLIENT_CERT`")]
    HostCertificate(#[source] pem::Error),
    /// No key or certificate could be made.
    #[error("failed to make a certificate for this process")]
    OwnCertificate(#[source] rcgen::Error),
    /// The parts do not make a server.
    #[error("failed to set up TLS")]
    Server(#[source] Error),
}

/// The encrypted side of the conversation: how to accept, and the certificate to announce.
#[derive(Clone)]
pub(crate) struct Tls {
    /// How connections are accepted: from the holder of the host's certificate alone.
    pub(crate) server: Arc<ServerConfig>,
    /// The server's certificate, as DER in base64 without padding: hosts refuse padding.
    pub(crate) certificate: String,
}

impl Tls {
    /// Makes a fresh certificate and pins the host's, given in PEM.
    pub(crate) fn pinned_to(host: &str) -> Result<Self, TlsError> {
        let host =
            CertificateDer::from_pem_slice(host.as_bytes()).map_err(TlsError::HostCertificate)?;
        let (certificate, key) = own_certificate().map_err(TlsError::OwnCertificate)?;
        let encoded = STANDARD_NO_PAD.encode(&certificate);
        let server = server(host, certificate, key).map_err(TlsError::Server)?;
        Ok(Self {
            server: Arc::new(server),
            certificate: encoded,
        })
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// Makes a P-256 certificate: a larger curve would only make every start slower.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new([SERVER_NAME.to_owned()])?;
    params
        .distinguished_name
        .push(DnType::CommonName, SERVER_NAME);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.into(), key.into()))
}

fn server(
    host: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, Error> {
    // The process may hold clients with other providers: the default is not ours to rely on.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(PinnedHost::new(host, &provider));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    // A host connects once: a ticket would only be work.
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Accepts one certificate, byte for byte.
///
/// The host's certificate is a CA that signed itself, which the usual verifier refuses as a
/// client's.
#[derive(Debug)]
struct PinnedHost {
    host: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl PinnedHost {
    fn new(host: CertificateDer<'static>, provider: &CryptoProvider) -> Self {
        Self {
            host,
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ClientCertVerifier for PinnedHost {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.host {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> String {
        let key = KeyPair::generate().unwrap();
        CertificateParams::new([])
            .unwrap()
            .self_signed(&key)
            .unwrap()
            .pem()
    }

    #[test]
    fn the_announced_certificate_has_no_padding() {
        // The length of a certificate varies by a few bytes, and with it the padding.
        for _ in 0..8 {
            let tls = Tls::pinned_to(&host()).unwrap();
            assert!(!tls.certificate.contains('='), "{}", tls.certificate);
            assert!(STANDARD_NO_PAD.decode(&tls.certificate).is_ok());
        }
    }

    #[test]
    fn every_process_has_a_certificate_of_its_own() {
        let first = Tls::pinned_to(&host()).unwrap();
        let second = Tls::pinned_to(&host()).unwrap();
        assert_ne!(first.certificate, second.certificate);
    }

    #[test]
    fn http_2_is_the_one_protocol_on_offer() {
        let tls = Tls::pinned_to(&host()).unwrap();
        assert_eq!(tls.server.alpn_protocols, [b"h2"]);
    }

    #[test]
    fn text_that_is_no_certificate_is_refused() {
        assert!(matches!(
            Tls::pinned_to("hello"),
            Err(TlsError::HostCertificate(_))
        ));
    }
}
