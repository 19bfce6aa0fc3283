//! What a version has that is no object of Kubernetes: made with plain clients, as the engine makes
//! it.

use async_nats::jetstream::stream::RetentionPolicy;
use async_nats::jetstream::{self, Context, kv, object_store, stream};
use futures_util::{AsyncWriteExt as _, TryStreamExt as _};
use harness::cluster::Forward;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{ClientOptions, Credential, GridFsBucketOptions, ServerAddress};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::support::Stage;
use crate::support::pods::is_ready;

/// The id of the version, which is that of its archive.
const VERSION: &str = "64b7f0c2a1d3e5f708192a3b";

/// A workflow of the version.
pub(super) struct Workflow {
    name: &'static str,
    /// The method of the service.
    pub(super) method: &'static str,
    nodes: &'static [&'static str],
    /// What is subscribed to, each with the node that does.
    subscriptions: &'static [(&'static str, &'static str)],
}

pub(super) const WORKFLOWS: [Workflow; 3] = [
    Workflow {
        name: "greet",
        method: "Greet",
        nodes: &["hello", "polish"],
        subscriptions: &[("entrypoint", "hello"), ("hello", "polish")],
    },
    Workflow {
        name: "sort",
        method: "Sort",
        nodes: &["read", "left", "right", "join"],
        subscriptions: &[
            ("entrypoint", "read"),
            ("left", "join"),
            ("read-left", "left"),
            ("read-right", "right"),
            ("right", "join"),
        ],
    },
    Workflow {
        name: "doze",
        method: "Doze",
        nodes: &["sleeper"],
        subscriptions: &[],
    },
];

/// What is configured: bucket, key, value.
const VALUES: [(&str, &str, &str); 6] = [
    ("key-store_demo_v1", "colour", "blue"),
    ("key-store_demo_v1", "shape", "square"),
    ("key-store_demo_v1", "size", "big"),
    ("key-store_demo_v1_sort", "colour", "green"),
    ("key-store_demo_v1_sort", "shape", "round"),
    ("key-store_demo_v1_sort_left", "colour", "red"),
];

impl Workflow {
    /// Returns the name of its stream (research/kre.md §4.8).
    pub(super) fn stream(&self) -> String {
        format!("demo_v1_{}", self.method)
    }

    /// Returns the names of the consumers that its nodes make (research/kre.md §7.4), sorted.
    pub(super) fn durables(&self) -> Vec<String> {
        let stream = self.stream();
        let name = |(subject, node): &(&str, &str)| format!("{stream}-{subject}-{node}");
        self.subscriptions.iter().map(name).collect()
    }

    /// Returns its subjects: one for each node, those of its channels, and the way in.
    fn subjects(&self) -> Vec<String> {
        let stream = self.stream();
        let of_node = |node: &&str| [format!("{stream}.{node}"), format!("{stream}.{node}.*")];
        let mut subjects: Vec<_> = self.nodes.iter().flat_map(of_node).collect();
        subjects.push(format!("{stream}.entrypoint"));
        subjects
    }

    /// Returns the buckets of its configuration, and of that of its nodes.
    fn buckets(&self) -> Vec<String> {
        let workflow = format!("key-store_demo_v1_{}", self.name);
        let of_node = |node: &&str| format!("{workflow}_{node}");
        let mut buckets: Vec<_> = self.nodes.iter().map(of_node).collect();
        buckets.push(workflow);
        buckets
    }
}

/// NATS and MongoDB, as seen from this machine.
pub(super) struct Stores {
    nats: Forward,
    mongodb: Forward,
    runtime: Runtime,
}

impl Stores {
    /// Opens the ways to pods that are ready.
    pub(super) fn of(stage: &Stage) -> Self {
        let forward = |app: &str, port| {
            let pods = stage.objects.list("Pod", stage.namespace());
            let is_it = |pod: &&Value| is_ready(pod) && pod["metadata"]["labels"]["app"] == app;
            let pod = pods.iter().find(is_it).expect("the pod is ready");
            let name = pod["metadata"]["name"].as_str().unwrap();
            stage.objects.forward(&stage.place(name), port)
        };
        Self {
            nats: forward("demo-nats", 4222),
            mongodb: forward("demo-mongo", 27017),
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    /// Makes everything that must be there before the first pod (research/kre.md §7.7).
    pub(super) fn fill(&self, archive: &[u8]) {
        self.runtime.block_on(async {
            self.upload(archive).await;
            let context = self.jetstream().await;
            make(&context, "key-store_demo_v1").await;
            for workflow in &WORKFLOWS {
                let stream = stream::Config {
                    name: workflow.stream(),
                    subjects: workflow.subjects(),
                    retention: RetentionPolicy::Interest,
                    ..stream::Config::default()
                };
                context.create_stream(stream).await.unwrap();
                for bucket in workflow.buckets() {
                    make(&context, &bucket).await;
                }
            }
            let objects = object_store::Config {
                bucket: "demo_v1_sort_letters".to_owned(),
                ..object_store::Config::default()
            };
            context.create_object_store(objects).await.unwrap();
            for (bucket, key, value) in VALUES {
                let bucket = context.get_key_value(bucket).await.unwrap();
                bucket.put(key, value.into()).await.unwrap();
            }
        });
    }

    /// Returns the names of a stream's durable consumers, sorted.
    pub(super) fn durables(&self, stream: &str) -> Vec<String> {
        let consumers: Vec<_> = self.runtime.block_on(async {
            let stream = self.jetstream().await.get_stream(stream).await.unwrap();
            stream.consumers().try_collect().await.unwrap()
        });
        let names = consumers
            .into_iter()
            .filter_map(|it| it.config.durable_name);
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// Counts what nodes have saved as letters that were kept at some time.
    pub(super) fn letters(&self, kept: &str) -> u64 {
        self.runtime.block_on(async {
            let database = self.mongodb().database("demo-data");
            let letters = database.collection::<Document>("letters");
            let count = letters.count_documents(doc! { "kept": kept });
            count.await.unwrap()
        })
    }

    /// Stores an archive where the downloader looks for it (research/kre.md §3.6).
    async fn upload(&self, archive: &[u8]) {
        let options = GridFsBucketOptions::builder()
            .bucket_name("krt".to_owned())
            .build();
        let bucket = self.mongodb().database("demo").gridfs_bucket(options);
        let upload = bucket.open_upload_stream("v1.krt");
        let mut upload = upload.id(Bson::String(VERSION.to_owned())).await.unwrap();
        upload.write_all(archive).await.unwrap();
        upload.close().await.unwrap();
    }

    async fn jetstream(&self) -> Context {
        let client = async_nats::ConnectOptions::new()
            .ignore_discovered_servers()
            .connect(format!("nats://{}", self.nats.address()))
            .await;
        jetstream::new(client.unwrap())
    }

    fn mongodb(&self) -> mongodb::Client {
        let address = ServerAddress::Tcp {
            host: self.mongodb.address().ip().to_string(),
            port: Some(self.mongodb.address().port()),
        };
        let credential = Credential::builder()
            .username("admin".to_owned())
            .password("letters".to_owned())
            .build();
        let options = ClientOptions::builder()
            .hosts(vec![address])
            .direct_connection(true)
            .credential(credential)
            .build();
        mongodb::Client::with_options(options).unwrap()
    }
}

async fn make(context: &Context, bucket: &str) {
    let config = kv::Config {
        bucket: bucket.to_owned(),
        ..kv::Config::default()
    };
    context.create_key_value(config).await.unwrap();
}
