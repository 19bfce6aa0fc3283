//! The process of a node.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use harness::process::{Output, Running};

use super::{OBJECTS, STREAM, WRITER, subject};

/// Longer than any test.
const DEADLINE: Duration = Duration::from_mins(1);

/// What a node is told.
pub(crate) struct Spec {
    face: &'static str,
    variables: BTreeMap<&'static str, String>,
    script: PathBuf,
}

impl Spec {
    pub(super) fn new(folder: &Path, server: &str, name: &str) -> Self {
        let text = str::to_owned;
        let path = format!("{name}.node");
        let variables = [
            ("KRT_WORKFLOW_NAME", text("greet")),
            ("KRT_RUNTIME_ID", text("rt")),
            ("KRT_VERSION_ID", text("version-1")),
            ("KRT_VERSION", text("v1")),
            ("KRT_NODE_NAME", text(name)),
            ("KRT_NATS_SERVER", text(server)),
            ("KRT_NATS_OUTPUT", subject(name)),
            ("KRT_NATS_STREAM", text(STREAM)),
            ("KRT_NATS_MONGO_WRITER", text(WRITER)),
            ("KRT_NATS_OBJECT_STORE", text(OBJECTS)),
            ("KRT_NATS_KEY_VALUE_STORE_PROJECT", text("key-store_rt_v1")),
            (
                "KRT_NATS_KEY_VALUE_STORE_WORKFLOW",
                text("key-store_rt_v1_greet"),
            ),
            (
                "KRT_NATS_KEY_VALUE_STORE_NODE",
                format!("key-store_rt_v1_greet_{name}"),
            ),
            ("KRT_BASE_PATH", folder.display().to_string()),
            ("KRT_HANDLER_PATH", path.clone()),
            // Nobody listens there.
            (
                "KRT_MONGO_URI",
                text("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"),
            ),
            ("KRT_INFLUX_URI", text("http://127.0.0.1:1")),
        ];
        Self {
            face: "kre-runner",
            variables: variables.into(),
            script: folder.join(path),
        }
    }

    pub(crate) fn listens_to(self, subjects: &str) -> Self {
        self.with("KRT_NATS_INPUTS", subjects)
    }

    pub(crate) fn does(self, script: &str) -> Self {
        fs::write(&self.script, script).unwrap();
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.insert(name, value.to_owned());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Makes it a node of kre-go.
    pub(crate) fn go(mut self) -> Self {
        self.face = "kre-runner-go";
        self
    }

    pub(crate) fn start(&self) -> Node {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stand-ins"));
        command.arg(self.face).env_clear().envs(&self.variables);
        Node(Running::start(command, "", DEADLINE).unwrap())
    }

    /// Waits for its end, and returns what it has said.
    pub(crate) fn fails(&self) -> String {
        self.start().ends()
    }
}

/// A node that runs; it is killed when it is dropped.
pub(crate) struct Node(Running);

impl Node {
    /// Waits until it has said something.
    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) {
        let said = self.0.until(|node| node.stdout_so_far().contains(text));
        assert!(
            said.unwrap(),
            "{text:?} is missing in: {}",
            self.0.stdout_so_far()
        );
    }

    /// Tells whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.has_ended().unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn kill(self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Waits for its end, whose code is always success, and returns what it has said.
    #[track_caller]
    pub(crate) fn ends(self) -> String {
        let output: Output = self.0.wait().unwrap();
        assert_eq!(output.code(), Some(0), "{output}");
        output.stdout
    }
}
