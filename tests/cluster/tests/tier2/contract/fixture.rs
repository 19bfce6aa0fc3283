//! The fixture, applied once for all tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use harness::cluster::{Cluster, Executed};
use harness::images::{kre, services};
use harness::patience::eventually;
use harness::report::OrFail;
use serde_json::{Value, json};
use tokio::runtime::Builder;

use super::stores::{Stores, WORKFLOWS};
use crate::support::Stage;

/// What is there before anything is stored, and after it, in the order in which it is applied.
const BEFORE: [&str; 1] = ["services"];
const AFTER: [&str; 7] = [
    "writer",
    "version",
    "workflow-greet",
    "workflow-sort",
    "workflow-doze",
    "entrypoint",
    "client",
];

/// Where the Service is, for pods beside it.
const ENTRYPOINT: &str = "demo-v1-entrypoint:9000";

/// A version that answers.
pub(super) struct Fixture {
    pub(super) stage: Stage,
    pub(super) stores: Stores,
    /// Whose turn it is at each workflow, by method.
    turns: BTreeMap<&'static str, Mutex<()>>,
}

impl Fixture {
    /// Returns the version that all tests share; `None` where there can be no such cluster, which
    /// has been said. If it does not come about, the first who asks hears why.
    pub(super) fn shared() -> Option<&'static Self> {
        static SHARED: LazyLock<Option<Fixture>> = LazyLock::new(Fixture::start);
        SHARED.as_ref()
    }

    fn start() -> Option<Self> {
        let stage = stage()?;
        apply(&stage, &BEFORE);
        let stores = Stores::of(&stage);
        stores.fill(&archive());
        apply(&stage, &AFTER);
        let fixture = Self {
            stage,
            stores,
            turns: WORKFLOWS.map(|it| (it.method, Mutex::default())).into(),
        };
        fixture.until_answers();
        Some(fixture)
    }

    /// Waits until nobody else uses a workflow.
    pub(super) fn turn(&self, method: &str) -> MutexGuard<'_, ()> {
        let turn = self.turns.get(method).expect("the method is a workflow's");
        turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a letter when it is its turn, and returns what it has become.
    #[track_caller]
    pub(super) fn answer(&self, method: &str, text: &str) -> String {
        let _turn = self.turn(method);
        let executed = self.call(method, text);
        assert_eq!(executed.code, Some(0), "{executed}");
        reply(&executed)
    }

    /// Sends a letter at once, by way of the Service, from a pod beside it.
    #[track_caller]
    pub(super) fn call(&self, method: &str, text: &str) -> Executed {
        let letter = json!({ "text": text }).to_string();
        self.client(&[method, &letter])
    }

    /// Returns what the client says about the server.
    #[track_caller]
    pub(super) fn client(&self, arguments: &[&str]) -> Executed {
        let command = [&["/stand-in", "kre-call", ENTRYPOINT], arguments].concat();
        let client = self.stage.place("client");
        self.stage.objects.execute(&client, &command, "")
    }

    /// Waits for the consumers of all nodes, and for the entrypoint: readiness proves neither.
    fn until_answers(&self) {
        for workflow in &WORKFLOWS {
            let expected = workflow.durables();
            eventually(workflow.method, || {
                let found = self.stores.durables(&workflow.stream());
                let is_there = expected.iter().all(|it| found.contains(it));
                is_there.then_some(()).ok_or(format!("{found:?}"))
            });
        }
        eventually("the entrypoint says what it offers", || {
            let executed = self.client(&[]);
            executed.code.filter(|code| *code == 0).ok_or(executed)
        });
    }
}

/// Returns the text that a client has printed.
pub(super) fn reply(executed: &Executed) -> String {
    let reply: Value = serde_json::from_str(&executed.stdout).unwrap_or_default();
    reply["text"].as_str().unwrap_or_default().to_owned()
}

/// Makes a namespace in the cluster, whose nodes have the images.
fn stage() -> Option<Stage> {
    let cluster = Cluster::with_containers()?;
    let archives = [services(), kre()].map(|archive| archive.or_fail("no images"));
    let loaded = cluster.load(&archives.each_ref().map(PathBuf::as_path));
    loaded.or_fail("no images on the nodes");
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Stage::new("contract"))
}

/// Applies manifests, and waits until everything of them is ready.
fn apply(stage: &Stage, names: &[&str]) {
    let objects: Vec<_> = names.iter().flat_map(|name| manifests(name)).collect();
    for object in &objects {
        stage.create(object.clone());
    }
    for object in &objects {
        let name = object["metadata"]["name"].as_str().unwrap();
        match object["kind"].as_str().unwrap() {
            "Deployment" => until_available(stage, name),
            "Pod" => stage.ready(&[name]),
            _ => {}
        }
    }
}

fn until_available(stage: &Stage, name: &str) {
    let place = stage.place(name);
    let what = format!("{name} is available");
    stage.objects.until(&what, ("Deployment", &place), |it| {
        let wanted = it["spec"]["replicas"].as_u64()?;
        let ready = it["status"]["readyReplicas"].as_u64().unwrap_or_default();
        (ready == wanted).then_some(())
    });
}

/// Reads the objects of a file.
pub(super) fn manifests(name: &str) -> Vec<Value> {
    let path = folder().join(name).with_extension("yaml");
    let text = fs::read_to_string(&path).or_fail(path.display());
    serde_saphyr::from_multiple(&text).or_fail(path.display())
}

/// Packs the files of the version as a `.krt`.
fn archive() -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut archive = tar::Builder::new(encoder);
    pack(&mut archive, &folder().join("krt"), Path::new(""));
    archive.into_inner().unwrap().finish().unwrap()
}

/// Adds a folder to an archive. Each has an entry of its own: the downloader makes no others.
fn pack<W: std::io::Write>(archive: &mut tar::Builder<W>, root: &Path, below: &Path) {
    let entries = fs::read_dir(root.join(below)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        let name = below.join(name);
        let path = root.join(&name);
        if path.is_dir() {
            archive.append_dir(&name, &path).unwrap();
            pack(archive, root, &name);
        } else {
            archive.append_path_with_name(&path, &name).unwrap();
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../images/contract")
}
