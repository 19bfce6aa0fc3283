//! What is tried again, how often, and until when: against a server that answers as it is told.

#![cfg(test)]

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use kre_engine::kubernetes::{Arguments, Cluster, ConnectError, Failure, Limits, Settings};
use kube::client::Body;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A server that gives these answers one after the other, and the last one for ever.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 65_536];
                let read = stream.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let number = {
                    let mut log = log.lock().unwrap();
                    log.push(request.lines().next().unwrap_or_default().to_owned());
                    log.len() - 1
                };
                let answer = answers[number.min(answers.len() - 1)];
                if answer == "hang" {
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_mins(1)).await;
                        drop(stream);
                    });
                    continue;
                }
                let answer = format!(
                    "HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { address, asked }
    }

    fn cluster(&self, limits: Limits) -> Cluster {
        let arguments = Arguments {
            host: Some(format!("http://{}/prefix/", self.address)),
            ..Arguments::default()
        };
        Cluster::new(Settings::new(arguments, |_| None), limits)
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Sends a request, and returns its status.
    async fn ask(&self, method: &str, within: Duration) -> Result<u16, Failure> {
        ask(&self.cluster(Limits::default()), method, within).await
    }
}

async fn ask(cluster: &Cluster, method: &str, within: Duration) -> Result<u16, Failure> {
    let until = tokio::time::Instant::now() + within;
    let client = cluster.client(until).await?;
    let request = http::Request::builder().method(method).uri("/api?a=b");
    let request = request.body(Body::empty()).unwrap();
    match client.send(request).await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(error) => Err(cluster.explain(error).await),
    }
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let server = Server::start(&["429 Too Many Requests\r\nretry-after: 1", "200 OK"]).await;
    let since = Instant::now();
    assert_eq!(server.ask("GET", LONG).await.unwrap(), 200);
    assert!(since.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again() {
    let server = Server::start(&["503 Unavailable", "500 Error", "200 OK"]).await;
    assert_eq!(server.ask("DELETE", LONG).await.unwrap(), 200);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_believed_soon() {
    let server = Server::start(&["500 Error"]).await;
    assert_eq!(server.ask("GET", LONG).await.unwrap(), 500);
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn what_may_not_happen_twice_is_asked_once() {
    let server = Server::start(&["503 Unavailable"]).await;
    assert_eq!(server.ask("POST", LONG).await.unwrap(), 503);
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_wait_beyond_the_end_is_not_begun() {
    let server = Server::start(&["429 Too Many Requests\r\nretry-after: 600"]).await;
    assert_eq!(server.ask("GET", LONG).await.unwrap(), 429);
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn no_call_outlives_its_end() {
    let server = Server::start(&["hang"]).await;
    let since = Instant::now();
    let failure = server
        .ask("GET", Duration::from_millis(400))
        .await
        .unwrap_err();
    assert!(
        matches!(&*failure, ConnectError::Timeout { .. }),
        "{failure}"
    );
    assert!(since.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn one_attempt_that_hangs_is_followed_by_another() {
    let server = Server::start(&["hang", "200 OK"]).await;
    let limits = Limits {
        attempt: Duration::from_millis(300),
        ..Limits::default()
    };
    let cluster = server.cluster(limits);
    assert_eq!(ask(&cluster, "GET", LONG).await.unwrap(), 200);
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn no_more_are_under_way_than_allowed() {
    let server = Server::start(&["200 OK", "hang"]).await;
    let limits = Limits {
        in_flight: 3,
        ..Limits::default()
    };
    let cluster = server.cluster(limits);
    let within = Duration::from_millis(500);
    ask(&cluster, "GET", LONG).await.unwrap();
    let answers = join_all((0..10).map(|_| ask(&cluster, "GET", within))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(server.count(), 1 + 3);
}

#[tokio::test]
async fn a_path_before_the_api_stays() {
    let server = Server::start(&["200 OK"]).await;
    server.ask("GET", LONG).await.unwrap();
    let asked = server.asked.lock().unwrap().clone();
    assert_eq!(asked, ["GET /prefix/api?a=b HTTP/1.1"]);
}

#[tokio::test]
async fn a_server_that_was_never_there_is_given_up_soon() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let arguments = Arguments {
        host: Some(format!("https://{address}")),
        ..Arguments::default()
    };
    let limits = Limits {
        first_contact: Duration::from_millis(500),
        ..Limits::default()
    };
    let cluster = Cluster::new(Settings::new(arguments, |_| None), limits);
    let since = Instant::now();
    let failure = ask(&cluster, "GET", Duration::from_mins(10))
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!(
            "API server `https://{address}` cannot be reached; check that it runs, its port, and the network between"
        )
    );
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told() {
    let arguments = Arguments {
        host: Some("https://cluster.invalid:6443".to_owned()),
        ..Arguments::default()
    };
    let limits = Limits {
        first_contact: Duration::from_millis(100),
        ..Limits::default()
    };
    let cluster = Cluster::new(Settings::new(arguments, |_| None), limits);
    let failure = ask(&cluster, "GET", LONG).await.unwrap_err();
    assert!(
        failure
            .to_string()
            .starts_with("the name of API server `https://cluster.invalid:6443` is not known here"),
        "{failure}"
    );
}
