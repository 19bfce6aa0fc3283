//! What stands in front of the API server, for tests of providers: it lets everything through,
//! counts it, and kills whoever it was told to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use harness::cluster::{Cluster, Forward, Objects, Snapshot, client_of, fresh_id};
use harness::matrix::{Place, matrix};
use harness::process::{Output, Running};
use harness::proxy::{CHUNK, Call, Fault, Moment, Prey, Proxy, Sprung, Trap};
use harness::report::OrFail;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::api::{
    DeleteParams, ListParams, LogParams, Patch, PatchParams, PostParams, WatchEvent, WatchParams,
};
use kube::{Api, Client};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::support::pods::{CONTAINER, pod};
use crate::support::{PATIENCE, Stage};

fn proxy() -> Proxy {
    Proxy::to(Cluster::shared().kubeconfig())
}

/// Returns the config maps of the stage's namespace, through the proxy.
async fn maps(proxy: &Proxy, stage: &Stage) -> Api<ConfigMap> {
    Api::namespaced(client_of(&proxy.kubeconfig()).await, stage.namespace())
}

fn map(name: &str) -> ConfigMap {
    let map = json!({ "metadata": { "name": name }, "data": { "greeting": "hello" } });
    serde_json::from_value(map).unwrap()
}

#[tokio::test]
async fn a_client_does_everything_through_it_and_every_call_is_counted() {
    let (stage, proxy) = (Stage::new("through").await, proxy());
    let maps = maps(&proxy, &stage).await;

    maps.create(&PostParams::default(), &map("a"))
        .await
        .unwrap();
    let mut changed = maps.get("a").await.unwrap();
    changed.data = None;
    maps.replace("a", &PostParams::default(), &changed)
        .await
        .unwrap();
    let patch = json!({ "apiVersion": "v1", "kind": "ConfigMap", "data": { "to": "you" } });
    let applied = maps
        .patch("a", &PatchParams::apply("me"), &Patch::Apply(&patch))
        .await
        .unwrap();
    let listed = maps.list(&ListParams::default()).await.unwrap();
    maps.delete("a", &DeleteParams::default()).await.unwrap();
    let missing = maps.get_opt("a").await.unwrap();

    assert_eq!(applied.data.unwrap()["to"], "you");
    assert!(!listed.items.is_empty());
    assert!(missing.is_none());
    let expected = [
        ("apply configmaps", 1),
        ("create configmaps", 1),
        ("delete configmaps", 1),
        ("get configmaps", 2),
        ("list configmaps", 1),
        ("update configmaps", 1),
    ];
    let counts = proxy.counts();
    let counts: Vec<(&str, usize)> = counts.iter().map(|(sort, n)| (&**sort, *n)).collect();
    assert_eq!(counts, expected);
    let calls = proxy.calls();
    let statuses: Vec<_> = calls.iter().filter_map(|call| call.status).collect();
    assert_eq!(statuses, [201, 200, 200, 200, 200, 200, 404]);
    assert_eq!(calls[0].namespace.as_deref(), Some(stage.namespace()));
}

#[tokio::test]
async fn a_watch_streams_and_is_one_call() {
    let (stage, proxy) = (Stage::new("watched").await, proxy());
    let maps = maps(&proxy, &stage).await;
    let params = WatchParams::default()
        .fields("metadata.name=a")
        .disable_bookmarks();
    let mut events = maps.watch(&params, "0").await.unwrap().boxed();

    for _ in 0..2 {
        maps.create(&PostParams::default(), &map("a"))
            .await
            .unwrap();
        let event = timeout(PATIENCE, events.next()).await.unwrap();
        let event = event.unwrap().unwrap();
        assert!(matches!(event, WatchEvent::Added(_)), "{event:?}");
        maps.delete("a", &DeleteParams::default()).await.unwrap();
        let event = timeout(PATIENCE, events.next()).await.unwrap();
        let event = event.unwrap().unwrap();
        assert!(matches!(event, WatchEvent::Deleted(_)), "{event:?}");
    }

    assert_eq!(proxy.counts()["watch configmaps"], 1);
}

/// Starts a NATS server, and returns the pods through the proxy.
async fn nats(proxy: &Proxy, stage: &Stage) -> Api<Pod> {
    let mut server = pod("server");
    server["spec"]["containers"][0] = json!({
        "name": CONTAINER,
        "image": "nats:2.15.2",
        "readinessProbe": { "tcpSocket": { "port": 4222 }, "periodSeconds": 1 },
    });
    stage.create::<Pod>(server).await;
    stage.ready_pod("server", None).await;
    Api::namespaced(client_of(&proxy.kubeconfig()).await, stage.namespace())
}

#[tokio::test]
async fn logs_come_through_it() {
    let (stage, proxy) = (Stage::new("told").await, proxy());
    let pods = nats(&proxy, &stage).await;

    let log = pods.logs("server", &LogParams::default()).await.unwrap();

    assert!(log.contains("Server is ready"), "{log}");
    assert_eq!(proxy.counts()["get pods/log"], 1);
}

#[tokio::test]
async fn what_a_client_sends_through_a_port_forward_counts() {
    let (stage, proxy) = (Stage::new("forwarded").await, proxy());
    let pods = nats(&proxy, &stage).await;
    let mut forwarder = pods.portforward("server", &[4222]).await.unwrap();
    let mut stream = forwarder.take_stream(4222).unwrap();
    assert_eq!(proxy.counts()["connect pods/portforward"], 1);

    let mut answer = String::new();
    for _ in 0..3 {
        stream.write_all(b"PING\r\n").await.unwrap();
        stream.flush().await.unwrap();
        while !answer.ends_with("PONG\r\n") {
            let mut bytes = [0; 4096];
            let length = timeout(PATIENCE, stream.read(&mut bytes)).await;
            let length = length.unwrap().unwrap();
            answer.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
        }
        answer.clear();
    }

    assert_eq!(proxy.counts()["send pods/portforward"], 3);
    let chunk = proxy.calls().pop().unwrap();
    assert!(chunk.chunk > Some(6), "{chunk}");
}

/// Publishes a message through the proxy, which ends the connection at that; tells whether a
/// subscriber has it, and what the client has heard.
async fn publish(subject: &str, moment: Moment) -> (bool, String) {
    let (stage, proxy) = (Stage::new(subject).await, proxy());
    let pods = nats(&proxy, &stage).await;
    let way = Forward::to(stage.all(), "server", 4222).await;
    let subscriber = async_nats::connect(way.address().to_string())
        .await
        .unwrap();
    let mut messages = subscriber.subscribe("greet").await.unwrap();
    subscriber.flush().await.unwrap();
    let mut forwarder = pods.portforward("server", &[4222]).await.unwrap();
    let mut stream = forwarder.take_stream(4222).unwrap();
    let is_sent = |call: &Call| call.verb == CHUNK;
    let trap = Trap::when(is_sent, moment, nobody());
    proxy.arm(trap.refusing(Duration::ZERO));

    stream
        .write_all(b"PUB greet 2\r\nhi\r\nPING\r\n")
        .await
        .unwrap();
    let mut heard = String::new();
    // How the connection ends is not said.
    let _ = timeout(PATIENCE, stream.read_to_string(&mut heard)).await;

    assert_eq!(proxy.disarm().unwrap().moment, moment);
    let message = timeout(Duration::from_secs(1), messages.next()).await;
    (message.is_ok(), heard)
}

#[tokio::test]
async fn a_chunk_does_not_arrive_when_its_connection_ends_before() {
    let (has_arrived, heard) = publish("chunk-before", Moment::Before).await;
    assert!(!has_arrived && !heard.contains("PONG"), "{heard}");
}

#[tokio::test]
async fn a_chunk_has_arrived_when_its_connection_ends_after() {
    let (has_arrived, heard) = publish("chunk-after", Moment::After).await;
    assert!(has_arrived && !heard.contains("PONG"), "{heard}");
}

/// Asks for something by HTTP/1.1 without TLS.
async fn ask_plainly(proxy: &Proxy, path: &str) -> Result<String, (u16, String)> {
    crate::support::http::ask(proxy.address(), http::Request::builder(), path, "").await
}

#[tokio::test]
async fn it_is_there_without_tls_too() {
    let proxy = proxy();
    let version = ask_plainly(&proxy, "/version").await.unwrap();
    assert!(version.contains("v1.34"), "{version}");
}

#[tokio::test]
async fn it_refuses_as_often_as_it_is_asked_to() {
    let proxy = proxy();
    proxy.inject(Fault::too_many_requests(7).times(2));
    let is_version = |call: &Call| call.path == "/version";
    proxy.inject(Fault::unavailable().only(is_version));

    let mut statuses = Vec::new();
    for path in ["/version", "/readyz", "/readyz", "/version", "/version"] {
        let answer = ask_plainly(&proxy, path).await;
        statuses.push(answer.err().map(|(status, _)| status));
    }

    assert_eq!(statuses, [Some(429), Some(429), None, Some(503), None]);
    let told: Vec<_> = proxy
        .calls()
        .iter()
        .filter_map(|call| call.status)
        .collect();
    assert_eq!(told, [429, 429, 200, 503, 200]);
}

#[tokio::test]
async fn a_refusal_says_when_to_come_back() {
    let proxy = proxy();
    proxy.inject(Fault::too_many_requests(7));
    let mut stream = tokio::net::TcpStream::connect(proxy.address())
        .await
        .unwrap();
    let request = b"GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();

    assert!(answer.contains("\r\nretry-after: 7\r\n"), "{answer}");
    assert!(answer.contains(r#""reason":"TooManyRequests""#), "{answer}");
}

#[tokio::test]
async fn it_can_be_gone_and_come_back() {
    let (stage, proxy) = (Stage::new("gone").await, proxy());
    let maps = maps(&proxy, &stage).await;
    let params = WatchParams::default();
    let mut events = maps.watch(&params, "0").await.unwrap().boxed();

    proxy.refuse();

    let end = timeout(PATIENCE, async {
        while let Some(Ok(_)) = events.next().await {}
    });
    end.await.unwrap();
    let refused = tokio::net::TcpStream::connect(proxy.address()).await;
    let refused = refused.unwrap_err().kind();
    assert_eq!(refused, std::io::ErrorKind::ConnectionRefused);

    proxy.serve();
    ask_plainly(&proxy, "/version").await.unwrap();
}

#[tokio::test]
async fn it_is_gone_in_the_middle_and_comes_back_by_itself() {
    let (stage, proxy) = (Stage::new("middle").await, proxy());
    let maps = maps(&proxy, &stage).await;
    let since = Instant::now();
    let period = Duration::from_secs(1);
    let trap = Trap::at(2, Moment::Before, nobody()).refusing(period);
    proxy.arm(trap);

    maps.create(&PostParams::default(), &map("a"))
        .await
        .unwrap();
    maps.create(&PostParams::default(), &map("b"))
        .await
        .unwrap_err();
    while ask_plainly(&proxy, "/version").await.is_err() {
        assert!(since.elapsed() < PATIENCE);
    }

    assert!(since.elapsed() >= period);
    assert_eq!(proxy.disarm().unwrap().killed, [0_u32; 0]);
    let maps = stage.all::<ConfigMap>();
    assert!(maps.get_opt("a").await.unwrap().is_some());
    assert!(maps.get_opt("b").await.unwrap().is_none());
}

fn nobody() -> Prey {
    Prey::new(Path::new("/nobody"))
}

/// The variables that tell a victim where to write.
const VICTIM: [&str; 2] = ["VICTIM_KUBECONFIG", "VICTIM_NAMESPACE"];

/// What traps kill: a process of its own, this program with this test alone.
#[tokio::test]
#[ignore = "is run by others, as a process to be killed"]
async fn victim() {
    #[expect(clippy::disallowed_methods, reason = "how a process is told")]
    let [kubeconfig, namespace] = VICTIM.map(|name| std::env::var(name).unwrap());
    let client: Client = client_of(Path::new(&kubeconfig)).await;
    let maps: Api<ConfigMap> = Api::namespaced(client, &namespace);
    for name in ["a", "b", "c"] {
        let found = maps.get_opt(name).await.unwrap();
        assert!(found.is_none());
        maps.create(&PostParams::default(), &map(name))
            .await
            .unwrap();
    }
}

/// A namespace, and processes that write into it through a proxy.
struct Yard {
    id: String,
    folder: tempfile::TempDir,
    proxy: Proxy,
    objects: Objects,
    before: Snapshot,
}

impl Yard {
    fn open() -> Self {
        let id = fresh_id("yard");
        let kubeconfig = Cluster::shared().kubeconfig();
        let objects = Objects::of(kubeconfig);
        Self {
            before: objects.snapshot(&id),
            folder: tempfile::tempdir().unwrap(),
            proxy: Proxy::to(kubeconfig),
            objects,
            id,
        }
    }

    /// Makes the namespace, and runs a victim to its end.
    fn run(&self) -> Output {
        let metadata = json!({ "name": self.id });
        let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
        self.objects.create(&namespace);
        let mut command = Command::new(std::env::current_exe().unwrap());
        let filter = ["proxy::victim", "--exact", "--ignored"];
        let values = [self.proxy.kubeconfig(), self.id.clone().into()];
        command
            .args(filter)
            .current_dir(self.folder.path())
            .envs(VICTIM.into_iter().zip(values));
        let running = Running::start(command, "", PATIENCE).unwrap();
        running.wait().unwrap()
    }

    fn maps(&self) -> Vec<String> {
        let all = self.objects.list("ConfigMap", &self.id);
        let name = |map: &Value| map["metadata"]["name"].as_str().map(str::to_owned);
        let mut names: Vec<String> = all.iter().filter_map(name).collect();
        names.retain(|name| name.len() == 1);
        names
    }

    fn clean(&self) {
        self.objects.delete("Namespace", &self.id);
        self.objects.until_gone("Namespace", &self.id);
    }
}

impl Place for Yard {
    fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    fn prey(&self) -> Prey {
        let binary = std::env::current_exe().unwrap();
        Prey::new(&binary).in_folder(self.folder.path())
    }
}

#[track_caller]
fn check_killed(trap: impl FnOnce(Prey) -> Trap, call: &str, left: &[&str]) {
    let yard = Yard::open();
    yard.proxy.arm(trap(yard.prey()));

    let output = yard.run();

    let sprung = yard.proxy.disarm().unwrap();
    let name = sprung.call.name.as_deref().unwrap_or("-");
    assert_eq!(format!("{} {name}", sprung.call.sort()), call);
    assert_eq!(sprung.killed.len(), 1, "{output}");
    assert_eq!(output.code(), None, "{output}");
    assert_eq!(yard.maps(), left);
    yard.clean();
}

#[test]
fn a_victim_that_nobody_lies_in_wait_for_comes_to_its_end() {
    let yard = Yard::open();

    let output = yard.run();

    assert!(output.succeeded(), "{output}");
    assert_eq!(yard.maps(), ["a", "b", "c"]);
    assert_eq!(yard.proxy.calls().len(), 6);
    yard.clean();
}

#[test]
fn killed_before_the_answer_the_write_has_not_happened() {
    let trap = |prey| Trap::at(4, Moment::Before, prey);
    check_killed(trap, "create configmaps -", &["a"]);
}

#[test]
fn killed_after_the_answer_the_write_has_happened() {
    let trap = |prey| Trap::at(4, Moment::After, prey);
    check_killed(trap, "create configmaps -", &["a", "b"]);
}

#[test]
fn a_call_can_be_told_by_what_it_is() {
    let is_third = |call: &Call| call.name.as_deref() == Some("c");
    let trap = move |prey| Trap::when(is_third, Moment::Before, prey);
    check_killed(trap, "get configmaps c", &["a", "b"]);
}

#[test]
fn a_matrix_kills_at_every_write_and_finds_that_nothing_is_left() {
    matrix(
        Yard::open,
        |yard| drop(yard.run()),
        |yard, _| {
            yard.clean();
            yard.objects.assert_as_before(&yard.before);
        },
    );
}

#[test]
fn a_matrix_fails_when_something_is_left_over() {
    let forgets = |yard: &Yard, sprung: Option<&Sprung>| {
        let now = yard.objects.snapshot(&yard.id);
        let differences = yard.before.differences(&now).join(", ");
        yard.clean();
        let is_left = sprung.is_some() && differences.contains("/a is left over");
        assert!(!is_left, "{differences}");
    };
    let run = AssertUnwindSafe(|| matrix(Yard::open, |yard| drop(yard.run()), forgets));

    let panic = catch_unwind(run).expect_err("it should have failed");

    let failure = panic.downcast_ref::<String>().unwrap();
    let (counts, first) = failure.split_once(" runs failed\n\n").unwrap();
    // The whole matrix has in addition the reads, two of them after the first write.
    assert!(["5 of 6", "7 of 9"].contains(&counts), "{failure}");
    let killed = "killed after call 2 of 6, create configmaps in yard-";
    assert!(first.starts_with(killed), "{failure}");
}

#[tokio::test]
async fn what_is_encrypted_is_trusted_by_nobody_else() {
    let proxy = proxy();
    let text = std::fs::read_to_string(proxy.kubeconfig()).or_fail("no kubeconfig");
    let mut config: Value = serde_json::from_str(&text).unwrap();
    let cluster = &mut config["clusters"][0]["cluster"];
    cluster
        .as_object_mut()
        .unwrap()
        .remove("certificate-authority-data");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kubeconfig");
    std::fs::write(&path, config.to_string()).unwrap();

    let client = client_of(&path).await;
    let refused = client.apiserver_version().await.unwrap_err();

    assert!(
        format!("{refused:?}").contains("UnknownIssuer"),
        "{refused:?}"
    );
}
