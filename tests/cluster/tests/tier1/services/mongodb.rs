//! A server that speaks MongoDB's protocol.

use mongodb::bson::{Document, doc};
use mongodb::options::{ClientOptions, Credential, ServerAddress};
use mongodb::{Client, Collection};
use std::time::Duration;

use super::{Image, Server, outlives_its_pod_but_not_its_volume};
use crate::support::Stage;

const MONGODB: Image = Image {
    name: "mongo:7.0",
    arguments: &[],
    credentials: ["MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"],
    variables: &[],
    folder: "/data/db",
    port: 27017,
};

fn greetings(server: &Server, password: &str) -> Collection<Document> {
    let address = ServerAddress::Tcp {
        host: server.address().ip().to_string(),
        port: Some(server.address().port()),
    };
    let credential = Credential::builder()
        .username(server.user.clone())
        .password(password.to_owned())
        .build();
    let options = ClientOptions::builder()
        .hosts(vec![address])
        .direct_connection(true)
        .credential(credential)
        .server_selection_timeout(Duration::from_secs(10))
        .build();
    let client = Client::with_options(options).unwrap();
    client.database("demo").collection("greetings")
}

async fn write(server: &Server) {
    let greeting = doc! { "_id": "greet", "text": "hello" };
    let greetings = greetings(server, &server.password);
    greetings.insert_one(greeting).await.unwrap();
}

async fn read(server: &Server) -> Option<Document> {
    let greetings = greetings(server, &server.password);
    greetings.find_one(doc! { "_id": "greet" }).await.unwrap()
}

#[tokio::test]
async fn a_document_goes_in_and_comes_out() {
    let stage = Stage::new("mongodb").await;
    let server = Server::start(&stage, &MONGODB).await;

    write(&server).await;

    let found = read(&server).await.unwrap();
    assert_eq!(found.get_str("text").unwrap(), "hello");
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let stage = Stage::new("mongodb").await;
    let server = Server::start(&stage, &MONGODB).await;

    let refusal = greetings(&server, "wrong")
        .find_one(doc! {})
        .await
        .unwrap_err();

    let kind = &refusal.kind;
    assert!(
        matches!(&**kind, mongodb::error::ErrorKind::Authentication { .. }),
        "{refusal}"
    );
}

#[tokio::test]
async fn data_outlives_the_pod_but_not_the_volume() {
    let reads = async |server: &Server| read(server).await.is_some();

    outlives_its_pod_but_not_its_volume("mongodb", &MONGODB, write, reads).await;
}
