//! Where a process lives that stands for a container without being in one.
//!
//! A container has an address and a resolver of its own. Without containers, the test cluster says
//! in the environment which ones it has for a process; a process that nobody told so lives like any
//! other.

mod dns;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use crate::environment::variable;

/// Names the address at which every port of the process is opened.
const ADDRESS: &str = "DEVCLUSTER_ADDRESS";

/// Names the `ip:port` that answers DNS questions over UDP.
const RESOLVER: &str = "DEVCLUSTER_RESOLVER";

/// Returns where a port of the container is opened.
pub(crate) fn endpoint(port: u16) -> SocketAddr {
    let address = variable(ADDRESS).and_then(|text| text.parse::<IpAddr>().ok());
    SocketAddr::new(address.unwrap_or(Ipv4Addr::UNSPECIFIED.into()), port)
}

/// Returns who answers for names instead of the machine, if anybody does.
pub(crate) fn resolver() -> Option<SocketAddr> {
    variable(RESOLVER).and_then(|text| text.parse().ok())
}

/// Returns the `host:port` to connect to: with the host's address where the cluster has a resolver
/// of its own, else as it is.
pub(crate) async fn resolve(server: &str) -> io::Result<String> {
    let (Some(resolver), Some((host, port))) = (resolver(), server.rsplit_once(':')) else {
        return Ok(server.to_owned());
    };
    if host.parse::<IpAddr>().is_ok() {
        return Ok(server.to_owned());
    }
    let address = dns::look_up(host, resolver).await?;
    Ok(format!("{address}:{port}"))
}
