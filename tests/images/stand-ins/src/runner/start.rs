//! What happens before the first message, in the order of the originals.
//!
//! kre-py looks for its object store last: by then its consumers are there, though the node will
//! never work. kre-go subscribes when everything else has succeeded.

use async_nats::Client;

use super::checks::{Checks, Input, Stop, find_database};
use super::connection;
use super::context::Context;
use super::environment::{Environment, Variables};
use super::flavour::Flavour;
use super::handling::{self, End};
use super::script::Script;
use crate::log;
use crate::message::KreNatsMessage;

/// A runner that waits for messages.
pub(super) struct Started {
    pub(super) context: Context,
    pub(super) inputs: Vec<Input>,
}

/// Starts as the original does.
pub(super) async fn start(
    flavour: Flavour,
    variables: Variables,
    environment: Environment,
    script: &Script,
) -> Result<Started, Stop> {
    let client = connect(flavour, &environment).await?;
    let checks = Checks::new(flavour, &client, &environment);
    let (buckets, objects, inputs) = match flavour {
        Flavour::Python => {
            log::info("Creating context configuration...");
            let buckets = checks.buckets().await?;
            let inputs = checks.subscribe().await?;
            log::info("Creating handler context...");
            (buckets, checks.objects().await?, Some(inputs))
        }
        Flavour::Go => {
            find_database(&environment).await?;
            let objects = checks.objects().await?;
            (checks.buckets().await?, objects, None)
        }
    };
    let context = Context {
        flavour,
        variables,
        client,
        jetstream: checks.jetstream(),
        buckets,
        objects,
        environment: environment.clone(),
    };
    initialise(&context, script).await?;
    let inputs = match inputs {
        Some(inputs) => inputs,
        None => checks.subscribe().await?,
    };
    Ok(Started { context, inputs })
}

async fn connect(flavour: Flavour, environment: &Environment) -> Result<Client, Stop> {
    let server = &environment.nats.server;
    let name = format!("{}-{}", environment.version, environment.node_name);
    match flavour {
        Flavour::Python => {
            log::info("Connecting to MongoDB...");
            log::info(&format!("Connecting to NATS {server}..."));
            Ok(connection::connect_patiently(server, &name).await)
        }
        Flavour::Go => {
            let client = connection::connect_at_once(server, &name).await;
            client.map_err(|_| {
                let why = "nats: no servers available for connection";
                Stop::Failed(format!("Error connecting to NATS: {why}"))
            })
        }
    }
}

async fn initialise(context: &Context, script: &Script) -> Result<(), Stop> {
    let Some(init) = &script.init else {
        return Ok(());
    };
    log::info("Executing handler init...");
    match handling::handle(context, init, &KreNatsMessage::default()).await {
        Ok(End::Done) => Ok(()),
        Ok(End::Exit) => Err(Stop::Exit),
        Err(error) => Err(Stop::Failed(error.to_string())),
    }
}
