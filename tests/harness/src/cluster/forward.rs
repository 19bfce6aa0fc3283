//! A port of this machine that leads to a port of a pod.

use std::net::{Ipv4Addr, SocketAddr};

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::report::{OrFail, remark};

/// A listener whose connections lead to a pod, through the API server; dropping it ends them.
#[derive(Debug)]
pub struct Forward {
    address: SocketAddr,
    listener: JoinHandle<()>,
}

impl Forward {
    /// Starts to listen; the pod is asked for when somebody connects.
    pub async fn to(pods: Api<Pod>, pod: &str, port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.or_fail("no port to listen on");
        let address = listener.local_addr().or_fail("no address to connect to");
        let pod = pod.to_owned();
        let listener = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                let (pods, pod) = (pods.clone(), pod.clone());
                connections.spawn(async move { connect(connection, &pods, &pod, port).await });
            }
        });
        Self { address, listener }
    }

    /// Returns where to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Carries one connection; why it ends the client sees by itself.
async fn connect(mut connection: TcpStream, pods: &Api<Pod>, pod: &str, port: u16) {
    let mut forwarder = match pods.portforward(pod, &[port]).await {
        Ok(forwarder) => forwarder,
        Err(error) => return remark(format_args!("no forward to pod `{pod}`: {error}")),
    };
    if let Some(mut stream) = forwarder.take_stream(port) {
        // Clients and servers close as they like.
        let _ = copy_bidirectional(&mut connection, &mut stream).await;
    }
}
