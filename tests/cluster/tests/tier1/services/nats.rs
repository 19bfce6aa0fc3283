//! NATS with JetStream.

use std::time::Duration;

use async_nats::jetstream::kv::{Config, Store};
use async_nats::{Client, ConnectError, ConnectOptions, jetstream};

use super::{Image, Server, outlives_its_pod_but_not_its_volume};
use crate::support::Stage;

const NATS: Image = Image {
    name: "nats:2.15.2",
    arguments: &[
        "--jetstream",
        "--store_dir=/data",
        "--user=$(NATS_USER)",
        "--pass=$(NATS_PASSWORD)",
    ],
    credentials: ["NATS_USER", "NATS_PASSWORD"],
    variables: &[],
    folder: "/data",
    port: 4222,
};

async fn connect(server: &Server, password: &str) -> Result<Client, ConnectError> {
    ConnectOptions::with_user_and_password(server.user.clone(), password.to_owned())
        .ignore_discovered_servers()
        .connection_timeout(Duration::from_secs(10))
        .connect(format!("nats://{}", server.address()))
        .await
}

async fn bucket(server: &Server) -> Store {
    let client = connect(server, &server.password).await.unwrap();
    let config = Config {
        bucket: "greetings".to_owned(),
        ..Config::default()
    };
    jetstream::new(client)
        .create_or_update_key_value(config)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_message_goes_through_and_comes_back() {
    let stage = Stage::new("nats").await;
    let server = Server::start(&stage, &NATS).await;
    let client = connect(&server, &server.password).await.unwrap();
    let mut messages = futures_util::StreamExt::take(client.subscribe("greet").await.unwrap(), 1);

    client.publish("greet", "hello".into()).await.unwrap();

    let message = futures_util::StreamExt::next(&mut messages).await.unwrap();
    assert_eq!(message.payload, "hello");
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let stage = Stage::new("nats").await;
    let server = Server::start(&stage, &NATS).await;

    let refusal = connect(&server, "wrong").await.unwrap_err();

    assert_eq!(
        refusal.kind(),
        async_nats::ConnectErrorKind::AuthorizationViolation
    );
}

#[tokio::test]
async fn data_outlives_the_pod_but_not_the_volume() {
    let writes = async |server: &Server| {
        bucket(server)
            .await
            .put("greet", "hello".into())
            .await
            .unwrap();
    };
    let reads = async |server: &Server| bucket(server).await.get("greet").await.unwrap().is_some();

    outlives_its_pod_but_not_its_volume("nats", &NATS, writes, reads).await;
}
