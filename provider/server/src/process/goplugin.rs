//! The services that go-plugin expects beside the provider's own.

use std::future;

use futures_util::{StreamExt, stream};
use tfplugin::goplugin::{
    ConnInfo, Empty, StdioData, grpc_broker_server::GrpcBroker,
    grpc_controller_server::GrpcController, grpc_stdio_server::GrpcStdio,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, codegen::BoxStream};

/// The name under which go-plugin asks for the health of a plugin.
pub(crate) const HEALTH: &str = "plugin";

/// Ends the process when the host is done with it.
///
/// Without it a host waits two seconds for every process and then kills it.
#[derive(Debug, Clone)]
pub(crate) struct Controller {
    pub(crate) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("the host asks this process to end");
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// Carries what a plugin prints; this one prints nothing, and the host must not see the stream end.
#[derive(Debug, Clone)]
pub(crate) struct Stdio {
    pub(crate) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<BoxStream<StdioData>>, Status> {
        let silence = stream::pending().take_until(self.shutdown.clone().cancelled_owned());
        Ok(Response::new(Box::pin(silence)))
    }
}

/// Would arrange further connections; providers have none, so it only listens.
#[derive(Debug, Clone)]
pub(crate) struct Broker {
    pub(crate) shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        let silence = request
            .into_inner()
            .take_while(|offer| future::ready(offer.is_ok()))
            .filter(|_| future::ready(false))
            .take_until(self.shutdown.clone().cancelled_owned());
        Ok(Response::new(Box::pin(silence)))
    }
}
