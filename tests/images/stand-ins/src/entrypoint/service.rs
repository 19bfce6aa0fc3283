//! The server: the methods of the version's own service, and reflection.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::{BoxFuture, FutureExt};
use prost::bytes::Bytes;
use prost_reflect::MethodDescriptor;
use tonic::{
    Request, Response, Status,
    body::Body,
    server::{Grpc, UnaryService},
    service::Routes,
};
use tonic_reflection::server::{Builder, Error};

use super::{call::Caller, schema::Schema};
use crate::codec::AsBytes;

/// Answers each request.
#[derive(Clone)]
pub(super) struct Service {
    caller: Arc<Caller>,
    /// By the path of their requests.
    methods: Arc<BTreeMap<String, MethodDescriptor>>,
    /// Reflection, and refusals of everything else.
    others: Routes,
}

impl Service {
    /// Offers what a schema describes.
    pub(super) fn new(schema: &Schema, caller: Arc<Caller>) -> Result<Self, Error> {
        let path = |method: &MethodDescriptor| format!("/{}/{}", schema.service(), method.name());
        let methods = schema.methods().map(|method| (path(&method), method));
        Ok(Self {
            caller,
            methods: Arc::new(methods.collect()),
            others: Routes::new(reflection(schema).build_v1()?)
                .add_service(reflection(schema).build_v1alpha()?)
                .prepare(),
        })
    }
}

/// Names the one service, as the original does: not itself, and no health service.
fn reflection(schema: &Schema) -> Builder<'_> {
    Builder::configure()
        .register_encoded_file_descriptor_set(schema.files())
        .include_reflection_service(false)
        .with_service_name(schema.service())
}

impl tower::Service<http::Request<Body>> for Service {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let Some(method) = self.methods.get(request.uri().path()) else {
            return self.others.call(request).boxed();
        };
        let unary = Unary {
            caller: self.caller.clone(),
            method: method.clone(),
        };
        let answer = async move {
            let mut grpc = Grpc::new(AsBytes)
                .max_decoding_message_size(usize::MAX)
                .max_encoding_message_size(usize::MAX);
            Ok(grpc.unary(unary, request).await)
        };
        answer.boxed()
    }
}

/// A call of one method.
struct Unary {
    caller: Arc<Caller>,
    method: MethodDescriptor,
}

impl UnaryService<Bytes> for Unary {
    type Response = Bytes;
    type Future = BoxFuture<'static, Result<Response<Bytes>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (caller, method) = (self.caller.clone(), self.method.clone());
        let answer = async move {
            let reply = caller.answer(&method, request.into_inner()).await?;
            Ok(Response::new(reply))
        };
        answer.boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use tower::ServiceExt as _;

    use super::*;
    use crate::{
        entrypoint::{environment::Environment, subjects::Subjects},
        nats::Connection,
    };

    const PROTO: &str = r#"
        syntax = "proto3";
        message Words { string text = 1; }
        service Entrypoint {
            rpc Greet (Words) returns (Words);
            rpc Chat (stream Words) returns (stream Words);
        }
    "#;

    fn service() -> Service {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("public_input.proto");
        fs::write(&path, PROTO).unwrap();
        let schema = Schema::load(&path).unwrap();
        let path = folder.path().join("nats_subject.json");
        fs::write(&path, "{}").unwrap();
        let environment = Environment {
            version: "v1".to_owned(),
            node: "entrypoint".to_owned(),
            nats_server: "127.0.0.1:1".to_owned(),
            subjects_file: path.display().to_string(),
            request_timeout: Duration::ZERO,
            jetstream_timeout: Duration::ZERO,
            slow_start: Duration::ZERO,
        };
        let nats = Connection::open(environment.nats_server.clone());
        let subjects = Subjects::load(&path).unwrap();
        let caller = Caller::new(environment, subjects, nats);
        Service::new(&schema, Arc::new(caller)).unwrap()
    }

    async fn status(path: &str) -> Option<i32> {
        let request = http::Request::builder()
            .method("POST")
            .uri(path)
            .header("content-type", "application/grpc")
            .body(Body::empty())
            .unwrap();
        let response = service().oneshot(request).await.unwrap();
        let status = response.headers().get("grpc-status")?;
        status.to_str().unwrap().parse().ok()
    }

    const UNIMPLEMENTED: Option<i32> = Some(12);

    #[tokio::test]
    async fn there_is_no_health_service() {
        assert_eq!(status("/grpc.health.v1.Health/Check").await, UNIMPLEMENTED);
    }

    #[tokio::test]
    async fn there_is_reflection_of_both_versions() {
        for version in ["v1", "v1alpha"] {
            let path = format!("/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
            // Nothing is wrong yet: the answers to questions are still to come.
            assert_eq!(status(&path).await, None);
        }
    }

    #[tokio::test]
    async fn a_method_with_streams_is_not_implemented() {
        assert_eq!(status("/Entrypoint/Chat").await, UNIMPLEMENTED);
    }
}
