//! What is behind an Ingress is reached from the machine, by every way and without a break.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use harness::patience::{PATIENCE, eventually};
use rcgen::{CertificateParams, KeyPair};
use serde_json::{Value, json};

use crate::support::Stage;
use crate::support::door::{Answer, Door, Way};
use crate::support::pods::server;

const WAYS: [Way; 3] = [Way::Plain, Way::Prior, Way::Encrypted];

/// Makes a Service, and an Ingress with a certificate that leads to it; returns the way in.
fn open(stage: &Stage) -> Door {
    let host = format!("{}.kre.test", stage.namespace());
    stage.create(json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": "web" },
        "spec": {
            "selector": { "app": "blue" },
            "ports": [{ "name": "http", "port": 80, "targetPort": 8080 }],
        },
    }));
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new([host.clone()]).unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    stage.create(json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "name": "web-tls" },
        "type": "kubernetes.io/tls",
        "stringData": { "tls.crt": certificate.pem(), "tls.key": key.serialize_pem() },
    }));
    stage.create(ingress(&host));
    let address = stage.objects.until(
        "the Ingress has an address",
        ("Ingress", &stage.place("web")),
        |ingress| {
            let balanced = &ingress["status"]["loadBalancer"]["ingress"][0];
            balanced["ip"].as_str()?.parse().ok()
        },
    );
    let certificate = certificate.der().clone();
    Door {
        address,
        host,
        certificate,
    }
}

fn ingress(host: &str) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "web",
            "annotations": { "nginx.ingress.kubernetes.io/ssl-redirect": "false" },
        },
        "spec": {
            "tls": [{ "hosts": [host], "secretName": "web-tls" }],
            "rules": [{ "host": host, "http": { "paths": [{
                "path": "/",
                "pathType": "Prefix",
                "backend": { "service": { "name": "web", "port": { "name": "http" } } },
            }] } }],
        },
    })
}

/// Returns how a pod answers.
fn served_by(pod: &str) -> Answer {
    (200, format!("served by {pod}\n"))
}

#[tokio::test]
async fn a_host_is_served_with_and_without_encryption() {
    let Some(stage) = Stage::new("ingress").await else {
        return;
    };
    stage.create(server("blue"));
    let door = open(&stage);
    stage.ready(&["blue"]);

    for way in WAYS {
        door.until_says(way, &served_by("blue")).await;
    }
}

#[tokio::test]
async fn a_host_that_nobody_has_is_not_found() {
    let Some(stage) = Stage::new("no-host").await else {
        return;
    };
    let mut door = open(&stage);
    door.host = "nobody.kre.test".to_owned();

    let (status, _) = door.ask(Way::Plain).await.unwrap();
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_service_without_endpoints_is_unavailable() {
    let Some(stage) = Stage::new("no-endpoints").await else {
        return;
    };
    let door = open(&stage);

    for way in WAYS {
        let (status, _) = door.ask(way).await.unwrap();
        assert_eq!(status, 503, "{way:?}");
    }
}

#[tokio::test]
async fn a_selector_is_switched_without_losing_a_request() {
    let Some(stage) = Stage::new("switch").await else {
        return;
    };
    for pod in ["blue", "green"] {
        stage.create(server(pod));
    }
    let door = open(&stage);
    stage.ready(&["blue", "green"]);
    for way in WAYS {
        door.until_says(way, &served_by("blue")).await;
    }

    let load = Load::default();
    thread::scope(|scope| {
        scope.spawn(|| load.run(&door));
        for pod in ["green", "blue", "green"] {
            let selector = json!({ "spec": { "selector": { "app": pod } } });
            let web = stage.place("web");
            stage.objects.change("test", "Service", &web, selector);
            load.until_last(&served_by(pod));
        }
        load.is_over.store(true, Ordering::Relaxed);
    });
    let answers = load.answers.into_inner().unwrap();
    let expected = [served_by("blue"), served_by("green")].map(Ok);
    for answer in &answers {
        assert!(expected.contains(answer), "{answer:?} among {answers:?}");
    }
}

/// Requests one after the other, by each way in turn.
#[derive(Default)]
struct Load {
    answers: Mutex<Vec<Result<Answer, String>>>,
    is_over: AtomicBool,
}

impl Load {
    fn run(&self, door: &Door) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        let began = Instant::now();
        for way in WAYS.into_iter().cycle() {
            // A test that has failed never says that it is over.
            if self.is_over.load(Ordering::Relaxed) || began.elapsed() > 2 * PATIENCE {
                return;
            }
            let answer = runtime.block_on(door.ask(way));
            let answer = answer.map_err(|error| format!("{way:?}: {error}"));
            self.answers.lock().unwrap().push(answer);
        }
    }

    /// Waits until every way leads to what is expected.
    fn until_last(&self, expected: &Answer) {
        eventually(&format!("the last answers are {expected:?}"), || {
            let answers = self.answers.lock().unwrap();
            let last: Vec<_> = answers.iter().rev().take(WAYS.len()).cloned().collect();
            let are_as_expected = last.iter().all(|answer| answer.as_ref() == Ok(expected));
            if last.len() == WAYS.len() && are_as_expected {
                return Ok(());
            }
            Err(format!("{last:?}"))
        });
    }
}
