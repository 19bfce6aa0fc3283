//! How a host recognises its plugin.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::{ParsedCertificate, VerifierBuilderError},
};

/// Accepts the certificate from the handshake, and holds it to all rules but one.
///
/// Plugins that are written in Go show a CA. Go's hosts do not mind, the usual verifier does.
#[derive(Debug)]
pub(super) struct PinnedPlugin {
    plugin: CertificateDer<'static>,
    usual: Arc<WebPkiServerVerifier>,
}

impl PinnedPlugin {
    pub(super) fn new(
        plugin: CertificateDer<'static>,
        crypto: Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let mut roots = RootCertStore::empty();
        // What is no certificate makes no root, and without a root no verifier is built.
        roots.add_parsable_certificates([plugin.clone()]);
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), crypto).build()?;
        Ok(Self { plugin, usual })
    }
}

impl ServerCertVerifier for PinnedPlugin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self
            .usual
            .verify_server_cert(end_entity, intermediates, name, ocsp, now)
        {
            // That it is a CA has no variant of its own; a wrong time or purpose has.
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
                if *end_entity == self.plugin =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}
