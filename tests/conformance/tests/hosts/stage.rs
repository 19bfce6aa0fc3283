//! Where a test takes place: a workspace with the provider, and the world that it manages.

use std::{fs, io, ops::Deref, path::PathBuf};

use harness::host::{Feature, Host, ProviderUnderTest, Workspace};
use serde_json::Value;

const REQUIREMENT: &str = r#"
    terraform {
        required_providers {
            conformance = { source = "kre/conformance" }
        }
    }
"#;

/// The provider block of most tests.
const PROVIDER: &str = r#"provider "conformance" { directory = "${path.root}/world" }"#;

/// A workspace with the provider, and the world that it manages.
pub(crate) struct Stage {
    workspace: Workspace,
}

/// Runs a test with each host that has all features it needs, and looks for remains afterwards.
#[track_caller]
pub(crate) fn each(needs: &[Feature], test: impl Fn(&mut Stage) + Sync) {
    Host::each(needs, |host| {
        let mut stage = Stage::new(host);
        test(&mut stage);
        stage.assert_clean();
    });
}

/// A thing that is called `a`.
pub(crate) fn thing(attributes: &str) -> String {
    resource("conformance_thing", &format!("name = \"a\"\n{attributes}"))
}

/// A resource with the address `TYPE.a`.
pub(crate) fn resource(kind: &str, body: &str) -> String {
    format!("resource \"{kind}\" \"a\" {{\n{body}\n}}\n")
}

impl Stage {
    fn new(host: &Host) -> Self {
        let provider = ProviderUnderTest {
            name: "conformance".to_owned(),
            address: "kre/conformance".to_owned(),
            binary: PathBuf::from(env!("CARGO_BIN_EXE_terraform-provider-conformance")),
        };
        let workspace = Workspace::new(host, &provider);
        workspace.write("terraform.tf", REQUIREMENT);
        workspace.write("provider.tf", PROVIDER);
        Self { workspace }
    }

    /// Writes the configuration, all of it but the provider block.
    pub(crate) fn configure(&self, configuration: &str) {
        self.write("main.tf", configuration);
    }

    /// Gives all later commands a variable.
    pub(crate) fn set_variable(&mut self, name: &str, value: &str) {
        self.workspace.set_variable(name, value);
    }

    /// Configures and applies.
    #[track_caller]
    pub(crate) fn applied(&self, configuration: &str) {
        self.configure(configuration);
        self.apply();
    }

    /// What the world says of an object; `None` if there is no such object.
    #[track_caller]
    pub(crate) fn object(&self, kind: &str, id: &str) -> Option<Value> {
        match fs::read(self.place(kind, id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            read => Some(serde_json::from_slice(&read.unwrap()).unwrap()),
        }
    }

    /// Changes an attribute of an object behind the provider's back.
    #[track_caller]
    pub(crate) fn tamper(&self, kind: &str, id: &str, attribute: &str, value: Value) {
        let mut object = self.object(kind, id).unwrap();
        object[attribute] = value;
        fs::write(self.place(kind, id), object.to_string()).unwrap();
    }

    /// Removes an object behind the provider's back.
    #[track_caller]
    pub(crate) fn remove_object(&self, kind: &str, id: &str) {
        fs::remove_file(self.place(kind, id)).unwrap();
    }

    /// All objects of the world as `TYPE/ID`, sorted.
    pub(crate) fn objects(&self) -> Vec<String> {
        let mut objects: Vec<_> = names(&self.world())
            .into_iter()
            .flat_map(|kind| {
                let ids = names(&self.world().join(&kind)).into_iter();
                ids.map(move |id| format!("{kind}/{}", id.trim_end_matches(".json")))
            })
            .collect();
        objects.sort();
        objects
    }

    /// What was done to the world, a line for each operation.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.world().join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Fails the test if a process or a temporary file of a command is left over.
    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        assert_eq!(self.processes(), [0_u32; 0], "processes are left over");
        let files = names(&self.temporary());
        assert!(files.is_empty(), "temporary files are left over: {files:?}");
    }

    fn world(&self) -> PathBuf {
        self.folder().join("world")
    }

    fn place(&self, kind: &str, id: &str) -> PathBuf {
        self.world().join(kind).join(format!("{id}.json"))
    }
}

impl Deref for Stage {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

/// The names in a folder; none if there is no such folder.
fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}
