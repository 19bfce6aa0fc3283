//! A server before the API server, which sees every call.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use kre_engine::{kubernetes::Arguments, objects::Objects};
use kube::{
    Client, Config,
    client::Body,
    config::{KubeConfigOptions, Kubeconfig},
};
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::support::{cluster, machine};

/// A server before the API server.
pub(super) struct Front {
    address: String,
    calls: Arc<Mutex<Vec<String>>>,
    losses: Arc<AtomicUsize>,
}

impl Front {
    /// Starts one that asks as the administrator, or as whoever asks it.
    pub(super) async fn start(is_administrator: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = Self {
            address: listener.local_addr().unwrap().to_string(),
            calls: Arc::default(),
            losses: Arc::default(),
        };
        let client = back(machine().kubeconfig(), is_administrator).await;
        let (calls, losses) = (front.calls.clone(), front.losses.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (client, calls, losses) = (client.clone(), calls.clone(), losses.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let (client, calls, losses) = (client.clone(), calls.clone(), losses.clone());
                    async move {
                        calls.lock().unwrap().push(told(&request));
                        let is_write = request.method() != http::Method::GET;
                        let answer = pass(&client, request).await;
                        let one_less = |left: usize| left.checked_sub(1);
                        let is_lost = is_write
                            && losses
                                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
                                .is_ok();
                        if is_lost { Err("lost") } else { Ok(answer) }
                    }
                });
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        front
    }

    /// Objects behind it, for its user or for one with a token.
    pub(super) fn objects(&self, token: Option<SecretString>) -> Objects {
        Objects::new(cluster(Arguments {
            host: Some(format!("http://{}", self.address)),
            token,
            ..Arguments::default()
        }))
    }

    /// Lets the answer of the next write get lost after it has happened.
    pub(super) fn lose_one(&self) {
        self.losses.store(1, Ordering::SeqCst);
    }

    /// The calls so far, as method and path, without what is asked for every page.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    pub(super) fn forget(&self) {
        self.calls.lock().unwrap().clear();
    }
}

fn told(request: &Request<Incoming>) -> String {
    let uri = request.uri();
    let continues = match uri.query() {
        Some(query) if query.contains("continue=") => " (goes on)",
        _ => "",
    };
    format!("{} {}{continues}", request.method(), uri.path())
}

async fn back(kubeconfig: &Path, is_administrator: bool) -> Client {
    let mut kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    if !is_administrator {
        for user in &mut kubeconfig.auth_infos {
            user.auth_info = Some(kube::config::AuthInfo::default());
        }
    }
    let options = KubeConfigOptions::default();
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    Client::try_from(config.unwrap()).unwrap()
}

async fn pass(client: &Client, request: Request<Incoming>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    head.headers.remove(http::header::HOST);
    let body = body.collect().await.unwrap().to_bytes();
    let path = head.uri.path_and_query().unwrap().to_string();
    head.uri = path.parse().unwrap();
    let request = Request::from_parts(head, Body::from(body));
    let mut answer = client.send(request).await.unwrap();
    *answer.version_mut() = http::Version::HTTP_11;
    answer.headers_mut().remove(http::header::CONNECTION);
    answer
}
