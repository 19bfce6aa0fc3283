//! How the driver is set up: small, and asking one server alone.

use std::{net::SocketAddr, time::Duration};

use kre_core::runtime::{Credential, MANAGER};
use mongodb::options::{self, ClientOptions, ServerAddress, ServerMonitoringMode};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the driver waits for the server before it tells us, who may know why.
const SELECTION: Duration = Duration::from_secs(3);
/// How many calls go at once.
const CONNECTIONS: u32 = 1;

/// Returns options for one server.
///
/// They are not made from an address with a password in it, which errors could quote.
pub(super) fn of(address: SocketAddr, credential: &Credential) -> ClientOptions {
    let credential = options::Credential::builder()
        .username(credential.username.clone())
        .password(credential.password.expose().to_owned())
        .source("admin".to_owned())
        .build();
    let host = ServerAddress::Tcp {
        host: address.ip().to_string(),
        port: Some(address.port()),
    };
    ClientOptions::builder()
        .app_name(MANAGER.to_owned())
        .hosts(vec![host])
        .direct_connection(true)
        .credential(credential)
        .connect_timeout(CONNECT)
        .server_selection_timeout(SELECTION)
        .max_pool_size(CONNECTIONS)
        // Streams would need one more connection, to measure the way.
        .server_monitoring_mode(ServerMonitoringMode::Poll)
        .build()
}
