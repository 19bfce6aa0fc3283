//! The host's side of AutoMTLS, with certificates like those that Go's hosts make.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::{
    ClientConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::VerifierBuilderError,
};

use super::pinned::PinnedPlugin;

/// Why a host cannot encrypt.
#[derive(Debug, thiserror::Error)]
pub enum MtlsError {
    /// No certificate could be made.
    #[error("failed to make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// The parts do not make a client.
    #[error("failed to set up TLS")]
    Client(#[from] rustls::Error),
    /// The plugin's certificate is none.
    #[error("failed to trust the certificate of the plugin")]
    Plugin(#[from] VerifierBuilderError),
}

/// A certificate and its key.
#[derive(Debug)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
}

impl Identity {
    /// Makes what a Go host makes: P-521, signed by itself, and a CA.
    pub fn generate() -> Result<Self, MtlsError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key: key.into(),
        })
    }

    /// Returns the certificate as text, for `PLUGIN_CLIENT_CERT`.
    pub fn pem(&self) -> &str {
        &self.pem
    }
}

/// Sets up a client that trusts exactly `server`, and shows `identity` if there is one.
pub(crate) fn client(
    server: Vec<u8>,
    identity: Option<&Identity>,
) -> Result<Arc<ClientConfig>, MtlsError> {
    let crypto = Arc::new(aws_lc_rs::default_provider());
    let verifier = PinnedPlugin::new(CertificateDer::from(server), Arc::clone(&crypto))?;
    let builder = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        Some(Identity {
            certificate,
            key,
            pem: _,
        }) => builder.with_client_auth_cert(vec![certificate.clone()], key.clone_key())?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(Arc::new(config))
}
