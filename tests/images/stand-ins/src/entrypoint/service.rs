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
