//! InfluxDB 1.8.

use ::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Image, Server, outlives_its_pod_but_not_its_volume};
use crate::support::{Stage, http};

const INFLUXDB: Image = Image {
    name: "influxdb:1.8.10",
    arguments: &[],
    credentials: ["INFLUXDB_ADMIN_USER", "INFLUXDB_ADMIN_PASSWORD"],
    variables: &[("INFLUXDB_HTTP_AUTH_ENABLED", "true")],
    folder: "/var/lib/influxdb",
    port: 8086,
};

/// Asks for something as a user, with a body where there is one.
async fn ask(
    server: &Server,
    password: &str,
    (method, path): (&str, &str),
    body: &str,
) -> Result<String, (u16, String)> {
    let credentials = STANDARD.encode(format!("{}:{password}", server.user));
    let authorization = format!("Basic {credentials}");
    let request = Request::builder()
        .method(method)
        .header("authorization", authorization);
    http::ask(server.address(), request, path, body).await
}

async fn write(server: &Server) {
    let database = ("POST", "/query?q=CREATE+DATABASE+demo");
    ask(server, &server.password, database, "").await.unwrap();
    let point = "greetings,language=en text=\"hello\"";
    ask(server, &server.password, ("POST", "/write?db=demo"), point)
        .await
        .unwrap();
}

async fn read(server: &Server) -> String {
    let query = ("GET", "/query?db=demo&q=SELECT+text+FROM+greetings");
    ask(server, &server.password, query, "").await.unwrap()
}

#[tokio::test]
async fn a_point_goes_in_and_comes_out() {
    let stage = Stage::new("influxdb").await;
    let server = Server::start(&stage, &INFLUXDB).await;

    write(&server).await;

    let found = read(&server).await;
    assert!(found.contains(r#""hello""#), "{found}");
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let stage = Stage::new("influxdb").await;
    let server = Server::start(&stage, &INFLUXDB).await;

    let (status, _) = ask(&server, "wrong", ("GET", "/query?q=SHOW+DATABASES"), "")
        .await
        .unwrap_err();

    assert_eq!(status, 401);
}

#[tokio::test]
async fn data_outlives_the_pod_but_not_the_volume() {
    let reads = async |server: &Server| read(server).await.contains("hello");

    outlives_its_pod_but_not_its_volume("influxdb", &INFLUXDB, write, reads).await;
}
