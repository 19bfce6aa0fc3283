//! kre-entrypoint 3.3.6: a gRPC server whose methods are the workflows of a version
//! (research/kre.md §4.5, §7).
//!
//! Its habits: the port is open before NATS is there, and stays open without; there is reflection,
//! but no health service; a version whose subjects it cannot read is served by nobody, by a process
//! that looks well.

mod arguments;
mod call;
mod environment;
mod schema;
mod service;
mod subjects;

use std::{
    ffi::OsString, future::pending, io, net::SocketAddr, path::Path, process::ExitCode, sync::Arc,
};

use tokio::{runtime::Builder, time::sleep};
use tonic::transport::{Server, server::TcpIncoming};

use self::{
    arguments::Arguments,
    call::Caller,
    environment::Environment,
    schema::Schema,
    service::Service,
    subjects::{Subjects, SubjectsError},
};
use crate::{causes::chain, log, nats::Connection, signals};

/// What fluent-bit reads.
const LOG: &str = "/var/log/app/app.log";

/// Why nothing is served; the process stays all the same.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Subjects(#[from] SubjectsError),
    #[error(transparent)]
    Reflection(#[from] tonic_reflection::server::Error),
    #[error("failed to listen at `{address}`")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("failed to serve")]
    Serve(#[from] tonic::transport::Error),
}

/// Generates what the service looks like, serves it, and stays.
///
/// Ends with code 1 where there is no description of the service, 2 where a folder stands in its
/// place, and 0 where a variable is missing, because `tee` is the last of the original's pipeline.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    log::copy_to(LOG);
    let Arguments { proto, listen } = Arguments::of(arguments);
    let schema = match Schema::load(&proto) {
        Ok(schema) => schema,
        Err(error) => {
            log::line(&chain(&error));
            return error.code();
        }
    };
    let environment = match Environment::of_process() {
        Ok(environment) => environment,
        Err(error) => {
            log::line(&error.to_string());
            return ExitCode::SUCCESS;
        }
    };
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return ExitCode::SUCCESS;
    };
    runtime.block_on(stay(environment, schema, listen))
}

/// Serves; if that is impossible, says why and does nothing for ever.
async fn stay(environment: Environment, schema: Schema, listen: SocketAddr) -> ExitCode {
    if let Err(error) = signals::ignore_termination() {
        log::error(&error.to_string());
    }
    if let Err(error) = serve(environment, schema, listen).await {
        log::error(&format!(
            "Task exception was never retrieved\n{}",
            chain(&error)
        ));
    }
    pending().await
}

async fn serve(
    environment: Environment,
    schema: Schema,
    address: SocketAddr,
) -> Result<(), ServeError> {
    sleep(environment.slow_start).await;
    let subjects = Subjects::load(Path::new(&environment.subjects_file))?;
    log::info(&format!("Loaded NATS subject file: {subjects}"));
    log::info(&format!(
        "Entrypoint for '{}' initialized",
        environment.version
    ));
    let incoming = TcpIncoming::bind(address);
    let incoming = incoming.map_err(|source| ServeError::Listen { address, source })?;
    log::info(&format!("Serving gRPC server on {address}"));
    let server = &environment.nats_server;
    log::info(&format!("Connecting to NATS {server}..."));
    let nats = Connection::open(server.clone());
    let caller = Caller::new(environment, subjects, nats);
    let service = Service::new(&schema, Arc::new(caller))?;
    Server::builder()
        .serve_with_incoming(service, incoming)
        .await?;
    Ok(())
}
