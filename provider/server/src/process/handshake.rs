//! The first words between host and plugin: a cookie in, one line out.

use std::io::{self, Write};

use super::{environment::Environment, listener::Address};

/// The word that Terraform and OpenTofu put into `TF_PLUGIN_MAGIC_COOKIE`.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The major version of the protocol that this plugin speaks.
pub(crate) const PROTOCOL_VERSION: u32 = 6;

/// The version of go-plugin's own handshake; there has only been this one.
const CORE_VERSION: u32 = 1;

/// Why a process does not become a plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HandshakeError {
    /// The cookie is missing or wrong: a person, not a host, started the binary.
    #[error(
        "This program is a Terraform provider. Terraform and OpenTofu start it when they need it; \
         by hand it does nothing.\nName it under `required_providers` in a configuration and run \
         `terraform init`, or see `--help`."
    )]
    NotStartedByHost,
}

/// Checks that a host that knows providers started this process.
pub(crate) fn check_cookie(environment: &Environment) -> Result<(), HandshakeError> {
    match environment.cookie() {
        Some(cookie) if cookie == COOKIE => Ok(()),
        _ => Err(HandshakeError::NotStartedByHost),
    }
}

/// Renders the line that tells the host where and how to connect.
///
/// It names version 6 whatever the host offers: a host that does not speak it then says so in
/// clearer words than a plugin that exits. `certificate` is the server's, in unpadded base64, and
/// `None` on a plaintext connection.
pub(crate) fn line(address: &Address, certificate: Option<&str>) -> String {
    let network = address.network();
    let certificate = certificate.unwrap_or_default();
    format!("{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}\n")
}

/// Writes a line to standard output, which carries nothing else.
pub(crate) fn print(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes())?;
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use super::*;

    #[test]
    fn the_host_is_known_by_its_cookie() {
        let environment = Environment::from([("TF_PLUGIN_MAGIC_COOKIE", COOKIE)]);
        assert_eq!(check_cookie(&environment), Ok(()));
    }

    #[test]
    fn a_missing_or_wrong_cookie_is_refused() {
        let refused = Err(HandshakeError::NotStartedByHost);
        assert_eq!(check_cookie(&Environment::from([])), refused);
        let wrong = Environment::from([("TF_PLUGIN_MAGIC_COOKIE", "chocolate")]);
        assert_eq!(check_cookie(&wrong), refused);
    }

    #[test]
    fn the_line_of_an_encrypted_socket_ends_in_the_certificate() {
        let address = Address::Unix("/tmp/plugin1/socket".into());
        let expected = "1|6|unix|/tmp/plugin1/socket|grpc|MIIB\n";
        assert_eq!(line(&address, Some("MIIB")), expected);
    }

    #[test]
    fn the_line_of_a_plaintext_port_has_an_empty_last_field() {
        let address = Address::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 10_000)));
        assert_eq!(line(&address, None), "1|6|tcp|127.0.0.1:10000|grpc|\n");
    }
}
