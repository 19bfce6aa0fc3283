//! The line with which a plugin says where it listens.

use std::{net::SocketAddr, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

/// What a plugin says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// The major version of the protocol that it speaks.
    pub version: u32,
    /// Where it listens.
    pub address: Address,
    /// Its certificate in DER; `None` if it talks plaintext.
    pub certificate: Option<Vec<u8>>,
}

/// Where a plugin listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port.
    Tcp(SocketAddr),
}

/// Why a line is no handshake, by the rules of go-plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// It has another number of fields, another core version or another protocol.
    #[error("not a handshake of go-plugin over gRPC: `{0}`")]
    Form(String),
    /// The version is no number.
    #[error("not a protocol version: `{0}`")]
    Version(String),
    /// The address does not belong to its network.
    #[error("not an address: `{0}`")]
    Address(String),
    /// The certificate is not in base64, or padded.
    #[error("not a certificate in unpadded base64: `{0}`")]
    Certificate(String),
}

impl Handshake {
    /// Parses a line without its line feed, more strictly than hosts do.
    pub fn parse(line: &str) -> Result<Self, HandshakeError> {
        let fields: Vec<_> = line.split('|').collect();
        let ["1", version, network, address, "grpc", certificate] = fields.as_slice() else {
            return Err(HandshakeError::Form(line.to_owned()));
        };
        Ok(Self {
            version: version
                .parse()
                .map_err(|_| HandshakeError::Version((*version).to_owned()))?,
            address: Address::parse(network, address)?,
            certificate: decode(certificate)?,
        })
    }
}

impl Address {
    /// Parses what go-plugin calls network and address.
    pub fn parse(network: &str, address: &str) -> Result<Self, HandshakeError> {
        let wrong = || HandshakeError::Address(address.to_owned());
        match network {
            "unix" => Ok(Self::Unix(address.into())),
            "tcp" => address.parse().map(Self::Tcp).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

fn decode(certificate: &str) -> Result<Option<Vec<u8>>, HandshakeError> {
    if certificate.is_empty() {
        return Ok(None);
    }
    STANDARD_NO_PAD
        .decode(certificate)
        .map(Some)
        .map_err(|_| HandshakeError::Certificate(certificate.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plaintext_socket_has_no_certificate() {
        let expected = Handshake {
            version: 6,
            address: Address::Unix("/tmp/socket".into()),
            certificate: None,
        };
        assert_eq!(Handshake::parse("1|6|unix|/tmp/socket|grpc|"), Ok(expected));
    }

    #[test]
    fn padding_is_refused() {
        let error = HandshakeError::Certificate("QQ==".to_owned());
        assert_eq!(
            Handshake::parse("1|6|unix|/tmp/socket|grpc|QQ=="),
            Err(error)
        );
    }

    #[test]
    fn other_output_is_no_handshake() {
        let error = HandshakeError::Form("hello".to_owned());
        assert_eq!(Handshake::parse("hello"), Err(error));
    }
}
