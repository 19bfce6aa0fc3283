//! Where a test takes place: a workspace with the provider.

use std::{
    fs,
    ops::{Deref, DerefMut},
    path::PathBuf,
};

use harness::host::{Feature, Host, ProviderUnderTest, Workspace};

const SOURCE: &str = r#"
    terraform {
        required_providers {
            kre = { source = "kre/kre" }
        }
    }
"#;

/// A workspace with the provider.
pub(crate) struct Stage {
    workspace: Workspace,
}

/// Runs a test with each host that has all features it needs, and looks for remains afterwards.
#[track_caller]
pub(crate) fn each(needs: &[Feature], test: impl Fn(&Stage) + Sync) {
    Host::each(needs, |host| {
        let stage = Stage::new(host);
        test(&stage);
        assert_eq!(stage.processes(), [0_u32; 0], "processes are left over");
    });
}

/// Returns the path of the provider.
pub(crate) fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_terraform-provider-kre"))
}

impl Stage {
    /// Makes a workspace with an empty provider block.
    pub(crate) fn new(host: &Host) -> Self {
        let provider = ProviderUnderTest {
            name: "kre".to_owned(),
            address: "kre/kre".to_owned(),
            binary: binary(),
        };
        let workspace = Workspace::new(host, &provider);
        let stage = Self { workspace };
        stage.configure_provider("");
        stage
    }

    /// Writes the provider block with these arguments.
    pub(crate) fn configure_provider(&self, arguments: &str) {
        let block = format!("{SOURCE}\nprovider \"kre\" {{\n{arguments}\n}}\n");
        self.write("provider.tf", block);
    }

    /// Writes the configuration, all of it but the provider block.
    pub(crate) fn configure(&self, configuration: &str) {
        self.write("main.tf", configuration);
    }

    /// Configures and applies.
    #[track_caller]
    pub(crate) fn applied(&self, configuration: &str) {
        self.configure(configuration);
        self.apply();
    }

    /// Writes a file beside the configuration, in folders that need not be there yet.
    #[track_caller]
    pub(crate) fn put(&self, path: &str, content: &str) {
        let folder = self.folder().join(path);
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        self.write(path, content);
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut Workspace {
        &mut self.workspace
    }
}

impl Deref for Stage {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}
