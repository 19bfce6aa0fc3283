//! The way to a port of a pod, and what was learnt of it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout_at},
};

use super::{
    ForwardError, Port, pod,
    tunnel::{End, Tunnel},
};
use crate::kubernetes::Cluster;

/// How long somebody who connects waits for the connection to the pod.
const OPENING: Duration = Duration::from_secs(10);

/// The way to a port of a pod.
#[derive(Debug)]
pub(super) struct Line {
    cluster: Cluster,
    port: Port,
    health: Mutex<Health>,
}

/// What the last connection has shown.
#[derive(Debug, Clone)]
pub(super) enum Health {
    /// There was none.
    Untried,
    /// It got through.
    Good,
    /// It did not.
    Bad(ForwardError),
}

impl Line {
    pub(super) fn new(cluster: Cluster, port: Port) -> Self {
        Self {
            cluster,
            port,
            health: Mutex::new(Health::Untried),
        }
    }

    /// Carries one connection; its client only sees that it ends, so that the reason is kept.
    pub(super) async fn carry(self: Arc<Self>, mut client: TcpStream, spare: Option<Tunnel>) {
        if let Err(error) = self.connect(&mut client, spare).await {
            tracing::debug!(%error, "a forward has failed");
            self.set(Health::Bad(error));
        }
        // Not before: whoever sees the end asks for the reason.
        drop(client);
    }

    async fn connect(
        &self,
        client: &mut TcpStream,
        spare: Option<Tunnel>,
    ) -> Result<(), ForwardError> {
        // A delay at worst.
        let _ = client.set_nodelay(true);
        let until = Instant::now() + OPENING;
        let tunnel = match spare {
            Some(spare) => spare,
            None => self.open(until).await?,
        };
        match tunnel.carry(client, || self.set(Health::Good)).await {
            End::Closed => Ok(()),
            End::Unanswered(said) => Err(self.unanswered(said).await),
        }
    }

    /// Opens a connection to the pod.
    pub(super) async fn open(&self, until: Instant) -> Result<Tunnel, ForwardError> {
        let opening = async {
            let pods = self.pods(until).await?;
            let Port { pod, port, .. } = &self.port;
            match pods.portforward(pod, &[*port]).await {
                Ok(forwarder) => {
                    Tunnel::new(forwarder, *port).ok_or_else(|| self.ended("no stream"))
                }
                Err(error) => Err(self.refused(error, &pods).await),
            }
        };
        let opened = timeout_at(until, opening).await;
        opened.unwrap_or_else(|_| Err(self.too_late()))
    }

    async fn pods(&self, until: Instant) -> Result<Api<Pod>, ForwardError> {
        let client = self.cluster.client(until).await;
        let client = client.map_err(|source| ForwardError::Call {
            port: self.port.clone(),
            source,
        })?;
        Ok(Api::namespaced(client, &self.port.namespace))
    }

    /// Explains why the API server opened nothing.
    async fn refused(&self, error: kube::Error, pods: &Api<Pod>) -> ForwardError {
        let port = self.port.clone();
        match &error {
            kube::Error::Api(status) if status.code == 404 => ForwardError::Missing { port },
            // Who asks, or what they may do.
            kube::Error::Api(status) if !matches!(status.code, 401 | 403) => {
                let obstacle = self.obstacle(pods).await;
                obstacle.unwrap_or_else(|| self.ended(&status.message))
            }
            _ => ForwardError::Call {
                source: self.cluster.explain(error).await,
                port,
            },
        }
    }

    /// Explains why a connection ended before the pod had answered anything.
    async fn unanswered(&self, said: Option<String>) -> ForwardError {
        let until = Instant::now() + OPENING;
        if let Ok(pods) = self.pods(until).await
            && let Some(obstacle) = self.obstacle(&pods).await
        {
            return obstacle;
        }
        match said {
            Some(said) if said.to_lowercase().contains("connection refused") => {
                ForwardError::NothingListens {
                    port: self.port.clone(),
                }
            }
            said => self.ended(&said.unwrap_or_default()),
        }
    }

    /// Returns what is the matter with the pod; `None` if it runs, or may not be looked at.
    async fn obstacle(&self, pods: &Api<Pod>) -> Option<ForwardError> {
        let port = self.port.clone();
        match pods.get_opt(&port.pod).await {
            Ok(Some(pod)) => {
                let state = pod::obstacle(&pod)?;
                Some(ForwardError::NotRunning { port, state })
            }
            Ok(None) => Some(ForwardError::Missing { port }),
            Err(_) => None,
        }
    }

    fn ended(&self, said: &str) -> ForwardError {
        let said = match said.trim() {
            "" => String::new(),
            said => format!(": {said}"),
        };
        ForwardError::Ended {
            port: self.port.clone(),
            said,
        }
    }

    pub(super) fn too_late(&self) -> ForwardError {
        ForwardError::TimedOut {
            port: self.port.clone(),
        }
    }

    pub(super) fn health(&self) -> Health {
        let health = self.health.lock();
        health.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, health: Health) {
        *self.health.lock().unwrap_or_else(PoisonError::into_inner) = health;
    }
}
