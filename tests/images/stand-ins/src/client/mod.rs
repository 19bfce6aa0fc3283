//! A client for people and tests: calls what a server says it has, with JSON in and out.

mod arguments;
mod reflection;

use std::{
    ffi::OsString,
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use http::uri::{InvalidUri, PathAndQuery, Uri};
use prost::Message as _;
use prost_reflect::{DynamicMessage, MethodDescriptor};
use tokio::runtime::Builder;
use tonic::{
    Code, Request, Status,
    client::Grpc,
    transport::{Channel, Endpoint},
};

use self::{arguments::Arguments, reflection::ReflectionError};
use crate::{causes::chain, codec::AsBytes};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an answer may take: longer than the entrypoint waits for a workflow.
const ANSWER: Duration = Duration::from_mins(2);

const USAGE: &str = "\
usage: kre-call [--authority NAME] HOST:PORT [METHOD [JSON]]

Calls a method of a gRPC server with reflection and prints the answer as JSON; without METHOD, lists
what can be called. NAME is what the server shall take for its own name, for an Ingress.";

/// A call without an answer.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("no address: `{server}`")]
    Address { server: String, source: InvalidUri },
    #[error("failed to connect")]
    Connect(#[from] tonic::transport::Error),
    #[error("failed to connect: {0}")]
    Ready(String),
    #[error(transparent)]
    Reflection(#[from] ReflectionError),
    #[error("the server has no method `{0}`")]
    NoMethod(String),
    #[error("the request is no `{expected}`")]
    Request {
        expected: String,
        source: serde_json::Error,
    },
    #[error("{}: {}", name(.0.code()), .0.message())]
    Refused(Status),
    #[error("failed to read the answer")]
    Answer(#[from] prost::DecodeError),
    #[error("failed to print the answer")]
    Print(#[from] serde_json::Error),
}

/// Calls, prints the answer to stdout or the failure to stderr, and ends with 1 if it failed, with
/// 2 if it was not understood.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let Some(arguments) = Arguments::of(arguments) else {
        print(&mut io::stderr(), USAGE);
        return ExitCode::from(2);
    };
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            print(&mut io::stderr(), error);
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(answer(&arguments)) {
        Ok(text) => {
            print(&mut io::stdout(), text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            print(&mut io::stderr(), chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn answer(arguments: &Arguments) -> Result<String, CallError> {
    let channel = connect(arguments).await?;
    let methods = reflection::methods(channel.clone(), origin(arguments)?).await?;
    let Some(wanted) = &arguments.method else {
        let names: Vec<_> = methods
            .iter()
            .map(prost_reflect::MethodDescriptor::full_name)
            .collect();
        return Ok(names.join("\n"));
    };
    let mut methods = methods.into_iter();
    let found = methods.find(|method| method.name() == wanted || method.full_name() == wanted);
    let method = found.ok_or_else(|| CallError::NoMethod(wanted.clone()))?;
    call(channel, origin(arguments)?, &method, &arguments.json).await
}

async fn connect(arguments: &Arguments) -> Result<Channel, CallError> {
    let server = format!("http://{}", arguments.server);
    let endpoint = Endpoint::from_shared(server)?;
    let endpoint = endpoint.connect_timeout(CONNECT).timeout(ANSWER);
    Ok(endpoint.connect().await?)
}

/// Returns what stands before the path of each request.
fn origin(arguments: &Arguments) -> Result<Uri, CallError> {
    let authority = arguments.authority.as_ref().unwrap_or(&arguments.server);
    let uri = format!("http://{authority}").parse();
    uri.map_err(|source| CallError::Address {
        server: authority.clone(),
        source,
    })
}

async fn call(
    channel: Channel,
    origin: Uri,
    method: &MethodDescriptor,
    json: &str,
) -> Result<String, CallError> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let request = DynamicMessage::deserialize(method.input(), &mut reader);
    let request = request.map_err(|source| CallError::Request {
        expected: method.input().full_name().to_owned(),
        source,
    })?;
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let path = path.parse::<PathAndQuery>();
    let path = path.map_err(|source| CallError::Address {
        server: method.full_name().to_owned(),
        source,
    })?;
    let mut grpc = Grpc::with_origin(channel, origin).max_decoding_message_size(usize::MAX);
    let ready = grpc.ready().await;
    ready.map_err(|error| CallError::Ready(chain(&error)))?;
    let request = Request::new(request.encode_to_vec().into());
    let answer = grpc.unary(request, path, AsBytes).await;
    let answer = answer.map_err(CallError::Refused)?.into_inner();
    let answer = DynamicMessage::decode(method.output(), answer)?;
    Ok(serde_json::to_string(&answer)?)
}

/// Returns the name of a code as the documentation of gRPC writes it.
fn name(code: Code) -> String {
    let mut name = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

fn print(stream: &mut impl Write, text: impl Display) {
    // Whoever does not read any more needs no answer.
    drop(writeln!(stream, "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_called_as_in_the_documentation() {
        assert_eq!(name(Code::Unknown), "UNKNOWN");
        assert_eq!(name(Code::DeadlineExceeded), "DEADLINE_EXCEEDED");
    }
}
