//! Versions where no container runs: entrypoints are processes, and nodes have their consumers.

mod version;

use std::process::Command;
use std::time::Duration;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::{self, kv, stream};
use futures_util::{AsyncWriteExt, TryStreamExt};
use harness::cluster::{Cluster, Forward};
use harness::process::{Output, Running};
use harness::report::OrFail;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Service};
use kube::ResourceExt;
use kube::api::{ListParams, LogParams};
use mongodb::bson::Bson;
use mongodb::options::{ClientOptions, Credential, GridFsBucketOptions, ServerAddress};
use serde_json::json;

use self::version::{BUCKETS, CREDENTIALS, ID, STREAM};
use crate::support::machine::processes;
use crate::support::pods::is_ready;
use crate::support::{Stage, eventually};

/// Longer than any call takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A runtime whose services run.
struct Runtime {
    stage: Stage,
    nats: jetstream::Context,
    // What leads to NATS.
    _forward: Forward,
}

impl Runtime {
    /// Starts NATS, and MongoDB without an archive, and makes what a version needs before its pods.
    async fn start(subject: &str) -> Self {
        let stage = Stage::new(subject).await;
        let [user, password] = CREDENTIALS;
        let nats = json!({ "image": "nats:2.15.2", "args": ["--jetstream", "--store_dir=/data"] });
        let variables = json!([
            { "name": "MONGO_INITDB_ROOT_USERNAME", "value": user },
            { "name": "MONGO_INITDB_ROOT_PASSWORD", "value": password },
        ]);
        let mongo = json!({ "image": "mongo:7.0", "env": variables });
        for (name, port, container) in [("demo-nats", 4222, nats), ("demo-mongo", 27017, mongo)] {
            let [pod, service] = version::server(name, port, container);
            stage.create::<Pod>(pod).await;
            stage.create::<Service>(service).await;
        }
        for map in version::config_maps() {
            stage.create::<ConfigMap>(map).await;
        }
        stage.ready_pod("demo-nats", None).await;
        stage.ready_pod("demo-mongo", None).await;
        let forward = Forward::to(stage.all(), "demo-nats", 4222).await;
        let options = async_nats::ConnectOptions::new().ignore_discovered_servers();
        let client = options.connect(forward.address().to_string()).await;
        let nats = jetstream::new(client.unwrap());
        prepare(&nats).await;
        Self {
            stage,
            nats,
            _forward: forward,
        }
    }

    /// Uploads the archive of the version, as the engine does.
    async fn upload(&self) {
        let forward = Forward::to(self.stage.all(), "demo-mongo", 27017).await;
        let [user, password] = CREDENTIALS.map(str::to_owned);
        let address = ServerAddress::Tcp {
            host: forward.address().ip().to_string(),
            port: Some(forward.address().port()),
        };
        let credential = Credential::builder().username(user).password(password);
        let options = ClientOptions::builder()
            .hosts(vec![address])
            .direct_connection(true)
            .credential(credential.build())
            .build();
        let client = mongodb::Client::with_options(options).unwrap();
        let mut options = GridFsBucketOptions::default();
        options.bucket_name = Some("krt".to_owned());
        let bucket = client.database("demo").gridfs_bucket(options);
        let upload = bucket.open_upload_stream("v1.krt");
        let mut upload = upload.id(Bson::String(ID.to_owned())).await.unwrap();
        upload.write_all(&version::archive()).await.unwrap();
        upload.close().await.unwrap();
    }

    /// Returns the name of the only pod of a Deployment's kind that is as it should be.
    async fn pod(&self, kind: &str, is_right: impl Fn(&Pod) -> bool) -> String {
        let list = ListParams::default().labels(&format!("type={kind}"));
        eventually(&format!("the pod of the {kind}"), async || {
            let pods = self.stage.all::<Pod>().list(&list).await.unwrap().items;
            match pods.as_slice() {
                [pod] if is_right(pod) => Ok(pod.name_any()),
                _ => Err(pods),
            }
        })
        .await
    }

    /// Returns the consumer of the only node, once it is as it should be.
    async fn consumer(&self, what: &str, is_right: impl Fn(&Info) -> bool) -> Info {
        let stream = self.nats.get_stream(STREAM).await.unwrap();
        eventually(what, async || {
            let found: Vec<Info> = stream.consumers().try_collect().await.unwrap();
            let right = found.iter().find(|consumer| is_right(consumer));
            right.cloned().ok_or(found)
        })
        .await
    }

    /// Calls the entrypoint, by way of a port-forward.
    async fn call(&self, pod: &str, arguments: &'static [&str]) -> Output {
        let forward = Forward::to(self.stage.all(), pod, 9000).await;
        let mut command = Command::new(Cluster::shared().tool().programs().join("stand-in"));
        command.arg("kre-call").arg(forward.address().to_string());
        command.args(arguments);
        // The forward needs this thread meanwhile.
        let called = tokio::task::spawn_blocking(|| {
            Running::start(command, "", PATIENCE).and_then(Running::wait)
        });
        called.await.or_fail("no call").or_fail("no client")
    }

    async fn log(&self, pod: &str, container: &str) -> String {
        let of = LogParams {
            container: Some(container.to_owned()),
            ..LogParams::default()
        };
        let log = self.stage.all::<Pod>().logs(pod, &of).await;
        log.or_fail("no log")
    }

    /// Tells which processes a pod has.
    fn processes(&self, pod: &str) -> usize {
        processes(&format!("{}/{pod}/", self.stage.namespace())).len()
    }

    /// Deletes a Deployment, and waits until its pod has no processes.
    async fn remove(&self, deployment: &str, pod: &str) {
        self.stage.delete::<Deployment>(deployment).await;
        eventually("its processes are gone", async || {
            match self.processes(pod) {
                0 => Ok(()),
                left => Err(left),
            }
        })
        .await;
    }
}

/// Makes the stream and the buckets of the version.
async fn prepare(nats: &jetstream::Context) {
    let config = stream::Config {
        name: STREAM.to_owned(),
        subjects: ["first", "first.*", "entrypoint"]
            .map(|it| format!("{STREAM}.{it}"))
            .to_vec(),
        retention: stream::RetentionPolicy::Interest,
        ..stream::Config::default()
    };
    nats.create_stream(config).await.unwrap();
    for bucket in BUCKETS.map(str::to_owned) {
        let config = kv::Config {
            bucket,
            ..kv::Config::default()
        };
        nats.create_key_value(config).await.unwrap();
    }
}

#[tokio::test]
async fn an_entrypoint_offers_its_workflows_and_fails_without_nodes() {
    let runtime = Runtime::start("entrypoint").await;
    runtime.upload().await;
    let stage = &runtime.stage;
    stage.create::<Deployment>(version::entrypoint()).await;
    stage.create::<Service>(version::service()).await;
    let pod = runtime.pod("entrypoint", is_ready).await;

    // It is ready at once, and opens its port in a moment.
    eventually("it serves", async || {
        let log = runtime.log(&pod, "v1").await;
        log.contains("Serving gRPC server on")
            .then_some(())
            .ok_or(log)
    })
    .await;
    let methods = runtime.call(&pod, &[]).await;
    assert_eq!(methods.stdout, "greeter.Entrypoint.Greet\n", "{methods}");

    let refused = runtime.call(&pod, &["Greet", r#"{"text":"hello"}"#]).await;
    assert_eq!(
        refused.stderr, "UNKNOWN: Internal Server Error\n",
        "{refused}"
    );
    assert_eq!(runtime.processes(&pod), 1);

    runtime.remove("demo-v1-entrypoint", &pod).await;
}

#[tokio::test]
async fn a_node_has_its_consumer_from_when_it_is_ready_until_it_is_gone() {
    let runtime = Runtime::start("node").await;
    runtime.stage.create::<Deployment>(version::node()).await;

    let bound = |it: &Info| it.push_bound;
    let consumer = runtime.consumer("somebody consumes", bound).await;
    assert_eq!(consumer.name, "demo_v1_Greet-entrypoint-first");
    let pod = runtime.pod("node", is_ready).await;
    assert_eq!(runtime.processes(&pod), 1);
    let log = runtime.log(&pod, "demo-v1-greeting-first").await;
    assert!(
        log.contains("Subscribed to demo_v1_Greet.entrypoint"),
        "{log}"
    );

    runtime.remove("demo-v1-greeting-first", &pod).await;
    // The consumer is the stream's, and stays.
    let unbound = |it: &Info| !it.push_bound;
    runtime.consumer("nobody consumes", unbound).await;
}

#[tokio::test]
async fn an_entrypoint_waits_for_an_archive_that_is_missing() {
    let runtime = Runtime::start("archive").await;
    let stage = &runtime.stage;
    stage.create::<Deployment>(version::entrypoint()).await;

    let waits = |pod: &Pod| {
        let statuses = pod.status.iter().flat_map(|it| &it.init_container_statuses);
        let mut states = statuses.flatten().filter_map(|it| it.state.as_ref());
        states.any(|it| {
            let waiting = it.waiting.as_ref();
            waiting.and_then(|it| it.reason.as_deref()) == Some("CrashLoopBackOff")
        })
    };
    let pod = runtime.pod("entrypoint", waits).await;

    let log = runtime.log(&pod, "krt-files-downloader").await;
    assert!(
        log.contains("file with given parameters not found"),
        "{log}"
    );
}
