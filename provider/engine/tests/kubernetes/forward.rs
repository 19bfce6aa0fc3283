//! Ports of real pods on this machine.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use k8s_openapi::api::core::v1::Pod;
use kre_engine::{
    forward::{ForwardError, Forwards, Port},
    kubernetes::{Arguments, Cluster, Limits, Settings},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

use crate::{
    services::{Place, fated, nats, tasks, tasks_are},
    support::{anonymous, ask, by_kubeconfig, cluster, soon, token},
};

const NATS: u16 = 4222;
/// Where no pod here listens.
const NOBODY: u16 = 9;

async fn address(forwards: &Forwards, port: &Port) -> SocketAddr {
    forwards.address(port, soon()).await.unwrap()
}

/// Connects, and returns the line with which NATS greets.
async fn greeting(address: SocketAddr) -> String {
    let stream = TcpStream::connect(address).await.unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    let read = timeout(Duration::from_secs(20), reader.read_line(&mut line));
    read.await.expect("no greeting").unwrap();
    line
}

/// Connects, and returns everything until the connection ends.
async fn everything(address: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut all = Vec::new();
    let read = timeout(Duration::from_secs(20), stream.read_to_end(&mut all));
    // Whoever is thrown out may be so rudely.
    let _ = read.await.expect("it does not end");
    all
}

#[tokio::test]
async fn a_server_in_a_pod_greets_whoever_connects() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", NATS);
    let address = address(&place.forwards, &port).await;
    assert!(address.ip().is_loopback());
    assert!(greeting(address).await.starts_with("INFO {"));
    assert!(place.forwards.trouble(&port).is_none());
}

#[tokio::test]
async fn connections_do_not_wait_for_each_other() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let address = address(&place.forwards, &place.port("nats", NATS)).await;
    let greetings = join_all((0..20).map(|_| greeting(address))).await;
    for greeting in greetings {
        assert!(greeting.starts_with("INFO {"), "{greeting}");
    }
}

#[tokio::test]
async fn everybody_shares_the_listener_of_a_port() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", NATS);
    let asked = (0..10).map(|_| {
        let (forwards, port) = (place.forwards.clone(), port.clone());
        async move { forwards.address(&port, soon()).await.unwrap() }
    });
    let mut addresses = join_all(asked).await;
    addresses.dedup();
    assert_eq!(addresses.len(), 1);
    let other = address(&place.forwards, &place.port("nats", NOBODY)).await;
    assert_ne!(other, addresses[0]);
}

#[tokio::test]
async fn a_pod_that_is_replaced_is_found_again() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", NATS);
    let address = address(&place.forwards, &port).await;
    let before = greeting(address).await;
    place.stop("nats").await;
    assert_eq!(everything(address).await, b"");
    let trouble = place.forwards.trouble(&port);
    assert!(
        matches!(trouble, Some(ForwardError::Missing { .. })),
        "{trouble:?}"
    );
    place.start(nats("nats")).await;
    let after = greeting(address).await;
    assert!(after.starts_with("INFO {"), "{after}");
    assert_ne!(before, after);
    assert!(place.forwards.trouble(&port).is_none());
}

#[tokio::test]
async fn a_client_learns_that_its_server_has_ended() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let address = address(&place.forwards, &place.port("nats", NATS)).await;
    let reading = tokio::spawn(everything(address));
    // So that the connection is there before its end.
    sleep(Duration::from_millis(500)).await;
    place.stop("nats").await;
    assert!(reading.await.unwrap().starts_with(b"INFO {"));
}

#[tokio::test]
async fn nothing_is_left_of_forwards_that_nobody_has() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let before = tasks();
    let forwards = Forwards::new(cluster(by_kubeconfig()));
    let other = forwards.clone();
    let address = address(&forwards, &place.port("nats", NATS)).await;
    let mut open = TcpStream::connect(address).await.unwrap();
    let mut first = [0; 4];
    open.read_exact(&mut first).await.unwrap();
    drop(forwards);
    assert!(greeting(address).await.starts_with("INFO {"));
    drop(other);
    let mut rest = Vec::new();
    let end = timeout(Duration::from_secs(5), open.read_to_end(&mut rest)).await;
    let _ = end.expect("the connection has not ended");
    tasks_are(before).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn connections_that_have_ended_leave_nothing() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let address = address(&place.forwards, &place.port("nats", NATS)).await;
    greeting(address).await;
    sleep(Duration::from_millis(500)).await;
    let before = tasks();
    for greeting in join_all((0..10).map(|_| greeting(address))).await {
        assert!(greeting.starts_with("INFO {"), "{greeting}");
    }
    tasks_are(before).await;
}

#[tokio::test]
async fn what_was_opened_ahead_is_not_kept_for_nobody() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", NATS);
    address(&place.forwards, &port).await;
    let with_spare = tasks();
    tasks_are(with_spare - 1).await;
    assert!(
        greeting(address(&place.forwards, &port).await)
            .await
            .starts_with("INFO {")
    );
}

#[tokio::test]
async fn a_forward_outlives_the_call_that_opened_it_and_keeps_nobody_waiting() {
    let limits = Limits {
        in_flight: 1,
        attempt: Duration::from_secs(2),
        ..Limits::default()
    };
    let cluster = Cluster::new(Settings::new(by_kubeconfig(), |_| None), limits);
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let forwards = Forwards::new(cluster.clone());
    let until = Instant::now() + Duration::from_secs(2);
    let port = place.port("nats", NATS);
    let address = forwards.address(&port, until).await.unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    stream.write_all(b"CONNECT {}\r\n").await.unwrap();
    sleep(Duration::from_millis(2_500)).await;
    ask(&cluster).await.unwrap();
    stream.write_all(b"PING\r\n").await.unwrap();
    while line != "PONG\r\n" {
        line.clear();
        assert_ne!(stream.read_line(&mut line).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_named() {
    let place = Place::new("forward").await;
    let port = place.port("nobody", NATS);
    let error = place.forwards.address(&port, soon()).await.unwrap_err();
    let start = format!(
        "port 4222 of pod `nobody` in namespace `{}` cannot be reached, as there is no such pod;",
        place.namespace()
    );
    assert!(error.to_string().starts_with(&start), "{error}");
    assert!(error.is_passing());
}

#[tokio::test]
async fn a_pod_that_does_not_run_says_what_it_does_instead() {
    let place = Place::new("forward").await;
    place.create(fated("broken", "stuck")).await;
    let waits = |pod: Option<&Pod>| {
        let status = pod.and_then(|pod| pod.status.as_ref());
        status.is_some_and(|status| status.container_statuses.is_some())
    };
    place.until("broken", waits).await;
    let port = place.port("broken", 80);
    // Nodes tell at once or when the connection is there.
    let trouble = match place.forwards.address(&port, soon()).await {
        Ok(address) => {
            assert_eq!(everything(address).await, b"");
            place.forwards.trouble(&port).unwrap()
        }
        Err(error) => error,
    };
    let said = "container `app` waits (ContainerCreating)";
    assert!(trouble.to_string().contains(said), "{trouble}");
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_named() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", NOBODY);
    let address = address(&place.forwards, &port).await;
    assert_eq!(everything(address).await, b"");
    let trouble = place.forwards.trouble(&port).unwrap();
    let start = format!("nothing listens on {port};");
    assert!(trouble.to_string().starts_with(&start), "{trouble}");
}

#[tokio::test]
async fn whoever_may_not_forward_is_told_the_rule() {
    let place = Place::new("forward").await;
    place.start(nats("nats")).await;
    let powerless = cluster(Arguments {
        token: Some(token("forwards-nothing").await),
        ..anonymous()
    });
    let forwards = Forwards::new(powerless);
    let error = forwards.address(&place.port("nats", NATS), soon()).await;
    let error = error.unwrap_err();
    assert!(!error.is_passing());
    let ForwardError::Call { port, source } = error else {
        panic!("{error}")
    };
    assert_eq!(port.pod, "nats");
    let message = source.to_string();
    assert!(
        message.contains("`pods/portforward` in namespace"),
        "{message}"
    );
    let rule = "resources: [\"pods/portforward\"]\n  verbs: [\"create\", \"get\"]";
    assert!(message.contains(rule), "{message}");
}

#[tokio::test]
async fn nobody_waits_longer_than_asked_for_a_server_that_says_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", silent.local_addr().unwrap());
    let cluster = cluster(Arguments {
        host: Some(host),
        ..Arguments::default()
    });
    let forwards = Forwards::new(cluster);
    let port = Port {
        namespace: "a".to_owned(),
        pod: "b".to_owned(),
        port: 1,
    };
    let since = Instant::now();
    let until = since + Duration::from_millis(500);
    forwards.address(&port, until).await.unwrap_err();
    assert!(
        since.elapsed() < Duration::from_secs(1),
        "{:?}",
        since.elapsed()
    );
}
