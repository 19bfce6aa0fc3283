//! What a server says about itself.

use std::collections::BTreeSet;

use futures_util::{future::ready, stream::once};
use http::Uri;
use prost::Message as _;
use prost_reflect::{DescriptorError, DescriptorPool, MethodDescriptor};
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic::{Status, transport::Channel};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

/// How the names of services begin that speak of servers, not of what they are for.
const OF_SERVERS: &str = "grpc.";

/// It is not known what can be called.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReflectionError {
    /// The server does not answer such questions.
    #[error("failed to ask what the server offers")]
    Refused(#[from] Status),
    /// It answers something else.
    #[error("the server does not say what it offers: {0}")]
    Other(String),
    /// What it says cannot be read.
    #[error("failed to read what the server offers")]
    Decode(#[from] prost::DecodeError),
    /// What it says makes no sense.
    #[error("failed to understand what the server offers")]
    Understand(#[from] DescriptorError),
}

/// Returns the methods of all services but those that speak of the server itself.
pub(super) async fn methods(
    channel: Channel,
    origin: Uri,
) -> Result<Vec<MethodDescriptor>, ReflectionError> {
    let mut server = ServerReflectionClient::with_origin(channel, origin);
    let mut services = services(&mut server).await?;
    services.retain(|name| !name.starts_with(OF_SERVERS));
    let mut files = Files::default();
    for service in &services {
        let question = MessageRequest::FileContainingSymbol(service.clone());
        files.add(ask(&mut server, question).await?)?;
    }
    while let Some(name) = files.missing() {
        files.add(ask(&mut server, MessageRequest::FileByFilename(name)).await?)?;
    }
    let pool = DescriptorPool::from_file_descriptor_set(files.0)?;
    let found = services
        .iter()
        .filter_map(|name| pool.get_service_by_name(name));
    Ok(found
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .collect())
}

/// Files, as far as they are known.
#[derive(Default)]
struct Files(FileDescriptorSet);

impl Files {
    fn add(&mut self, answer: MessageResponse) -> Result<(), ReflectionError> {
        let MessageResponse::FileDescriptorResponse(files) = answer else {
            return Err(other(&answer));
        };
        let before = self.0.file.len();
        for bytes in files.file_descriptor_proto {
            let file = FileDescriptorProto::decode(bytes.as_slice())?;
            if !self.0.file.iter().any(|known| known.name() == file.name()) {
                self.0.file.push(file);
            }
        }
        // Else the same question would be asked for ever.
        if self.0.file.len() == before && self.missing().is_some() {
            return Err(ReflectionError::Other("a file is missing".to_owned()));
        }
        Ok(())
    }

    /// Returns a file that another one imports and that is not known.
    fn missing(&self) -> Option<String> {
        let known: BTreeSet<_> = self.0.file.iter().map(FileDescriptorProto::name).collect();
        let mut imports = self.0.file.iter().flat_map(|file| &file.dependency);
        imports.find(|name| !known.contains(name.as_str())).cloned()
    }
}

async fn services(
    server: &mut ServerReflectionClient<Channel>,
) -> Result<Vec<String>, ReflectionError> {
    let answer = ask(server, MessageRequest::ListServices(String::new())).await?;
    let MessageResponse::ListServicesResponse(list) = answer else {
        return Err(other(&answer));
    };
    Ok(list
        .service
        .into_iter()
        .map(|service| service.name)
        .collect())
}

async fn ask(
    server: &mut ServerReflectionClient<Channel>,
    question: MessageRequest,
) -> Result<MessageResponse, ReflectionError> {
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(question),
    };
    let answers = server.server_reflection_info(once(ready(request))).await?;
    let answer = answers.into_inner().message().await?;
    answer
        .and_then(|answer| answer.message_response)
        .ok_or_else(|| ReflectionError::Other("no answer".to_owned()))
}

fn other(answer: &MessageResponse) -> ReflectionError {
    ReflectionError::Other(match answer {
        MessageResponse::ErrorResponse(error) => error.error_message.clone(),
        _ => "an answer to another question".to_owned(),
    })
}
