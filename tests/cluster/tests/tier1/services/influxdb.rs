//! InfluxDB 1.8.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Image, Server, outlives_its_pod_but_not_its_volume};
use crate::support::Stage;

const INFLUXDB: Image = Image {
    name: "influxdb:1.8.10",
    arguments: &[],
    credentials: ["INFLUXDB_ADMIN_USER", "INFLUXDB_ADMIN_PASSWORD"],
    variables: &[("INFLUXDB_HTTP_AUTH_ENABLED", "true")],
    folder: "/var/lib/influxdb",
    port: 8086,
};

/// Sends a request, `headers` and body included, and returns the body of a good answer.
pub(super) async fn http(address: SocketAddr, line: &str, rest: &str) -> Result<String, String> {
    let exchange = async {
        let mut connection = TcpStream::connect(address).await?;
        let rest = if rest.is_empty() { "\r\n" } else { rest };
        let request = format!("{line} HTTP/1.0\r\nHost: {address}\r\n{rest}");
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = exchange.await.map_err(|error| error.to_string())?;
    let is_good = answer
        .split(' ')
        .nth(1)
        .is_some_and(|status| status.starts_with('2'));
    match answer.split_once("\r\n\r\n") {
        Some((_, body)) if is_good => Ok(body.to_owned()),
        _ => Err(answer),
    }
}

/// Asks for something as a user, with a body where there is one.
async fn ask(server: &Server, password: &str, line: &str, body: &str) -> Result<String, String> {
    let credentials = STANDARD.encode(format!("{}:{password}", server.user));
    let length = body.len();
    let rest =
        format!("Authorization: Basic {credentials}\r\nContent-Length: {length}\r\n\r\n{body}");
    http(server.address(), line, &rest).await
}

async fn write(server: &Server) {
    let database = "POST /query?q=CREATE+DATABASE+demo";
    ask(server, &server.password, database, "").await.unwrap();
    let point = "greetings,language=en text=\"hello\"";
    ask(server, &server.password, "POST /write?db=demo", point)
        .await
        .unwrap();
}

async fn read(server: &Server) -> String {
    let query = "GET /query?db=demo&q=SELECT+text+FROM+greetings";
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

    let refusal = ask(&server, "wrong", "GET /query?q=SHOW+DATABASES", "")
        .await
        .unwrap_err();

    assert!(refusal.starts_with("HTTP/1.0 401 "), "{refusal}");
}

#[tokio::test]
async fn data_outlives_the_pod_but_not_the_volume() {
    let reads = async |server: &Server| read(server).await.contains("hello");

    outlives_its_pod_but_not_its_volume("influxdb", &INFLUXDB, write, reads).await;
}
