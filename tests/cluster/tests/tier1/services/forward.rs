//! Port-forwards behave as a node's do.

use harness::report::OrFail;
use k8s_openapi::api::core::v1::Pod;
use kube::api::DeleteParams;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time;

use crate::support::pods::{CONTAINER, pod};
use crate::support::{PATIENCE, Stage};

/// Creates a server, and waits for it.
async fn start(stage: &Stage) {
    let mut server = pod("server");
    server["spec"]["containers"][0] = json!({
        "name": CONTAINER,
        "image": "nats:2.15.2",
        "args": ["--http_port=8222"],
        "readinessProbe": { "tcpSocket": { "port": 4222 }, "periodSeconds": 1 },
    });
    stage.create::<Pod>(server).await;
    stage.ready_pod("server", None).await;
}

/// Opens a stream to a port of the server, and reads it to its end; does something meanwhile.
async fn read(stage: &Stage, port: u16, request: &str, meanwhile: impl AsyncFnOnce()) -> String {
    let forwarder = stage.all::<Pod>().portforward("server", &[port]).await;
    let mut forwarder = forwarder.or_fail("no forward");
    let mut stream = forwarder.take_stream(port).unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1];
    stream.read_exact(&mut answer).await.unwrap();
    meanwhile().await;
    let rest = time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    rest.or_fail("the stream does not end").unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_client_learns_that_the_server_has_closed() {
    let stage = Stage::new("closed").await;
    start(&stage).await;

    let answer = read(&stage, 8222, "GET /varz HTTP/1.0\r\n\r\n", async || ()).await;

    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_learns_that_the_pod_has_ended() {
    let stage = Stage::new("ended").await;
    start(&stage).await;

    let end = async || {
        let deleted = stage
            .all::<Pod>()
            .delete("server", &DeleteParams::default())
            .await;
        deleted.unwrap();
    };
    let greeting = read(&stage, 4222, "", end).await;

    assert!(greeting.starts_with("INFO {"), "{greeting}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_refused() {
    let stage = Stage::new("refused").await;
    start(&stage).await;

    let forwarder = stage.all::<Pod>().portforward("server", &[9]).await;
    let mut forwarder = forwarder.or_fail("no forward");
    let error = forwarder.take_error(9).unwrap();
    let error = time::timeout(PATIENCE, error)
        .await
        .or_fail("no error")
        .unwrap();

    assert!(
        error.contains("failed to connect to localhost:9 inside "),
        "{error}"
    );
    assert!(error.ends_with("connect: connection refused"), "{error}");
}
