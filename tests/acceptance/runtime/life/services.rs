//! Servers of a runtime, asked from outside the cluster.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use mongodb::{
    Client,
    bson::{Document, doc},
    options::{ClientOptions, ServerAddress},
};
use serde_json::Value;

use crate::cluster::ClusterStage;

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a request to NATS, and returns the answer.
pub(super) fn ask_nats(stage: &ClusterStage, subject: &str, payload: &str) -> Value {
    let pod = stage.place(&format!("{}-nats-0", stage.id()));
    let forward = stage.objects.forward(&pod, 4222);
    let mut connection = TcpStream::connect(forward.address()).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
    let greeting = lines.next().unwrap().unwrap();
    assert!(greeting.starts_with("INFO "), "{greeting}");
    let length = payload.len();
    let request = format!(
        "CONNECT {{\"verbose\":false}}\r\nSUB inbox 1\r\nPUB {subject} inbox {length}\r\n{payload}\r\n"
    );
    connection.write_all(request.as_bytes()).unwrap();
    let answer = lines.map(Result::unwrap).find(|line| line.starts_with('{'));
    serde_json::from_str(&answer.unwrap()).unwrap()
}

/// Runs a command in a database of MongoDB as somebody whose Secret has this name.
pub(super) fn command(
    stage: &ClusterStage,
    secret: &str,
    (database, command): (&str, Document),
) -> Document {
    let pod = stage.place(&format!("{}-mongo-0", stage.id()));
    let forward = stage.objects.forward(&pod, 27017);
    let uri = secret_value(stage, secret, "uri");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut options = ClientOptions::parse(uri).await.unwrap();
        let host = forward.address().ip().to_string();
        let port = Some(forward.address().port());
        options.hosts = vec![ServerAddress::Tcp { host, port }];
        options.direct_connection = Some(true);
        options.server_selection_timeout = Some(PATIENCE);
        let client = Client::with_options(options).unwrap();
        client
            .database(database)
            .run_command(command)
            .await
            .unwrap()
    })
}

/// Logs in to MongoDB with the address in a Secret.
pub(super) fn log_in(stage: &ClusterStage, secret: &str) {
    let answer = command(stage, secret, ("admin", doc! { "ping": 1 }));
    assert_eq!(answer.get_f64("ok").ok(), Some(1.0), "{answer}");
}

/// Returns a value of a Secret in the namespace of the test's runtime.
pub(super) fn secret_value(stage: &ClusterStage, secret: &str, key: &str) -> String {
    let secret = stage.objects.get("Secret", &stage.place(secret)).unwrap();
    let value = secret["data"][key].as_str().unwrap();
    String::from_utf8(STANDARD.decode(value).unwrap()).unwrap()
}
