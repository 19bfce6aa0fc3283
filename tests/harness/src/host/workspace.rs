//! A folder in which a host runs, shut off from the machine and from other tests.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::Host;
use crate::environment;
use crate::process::{Output, Running};
use crate::report::{OrFail, fail, remark};

/// How long a command may take unless the test says something else.
const DEADLINE: Duration = Duration::from_mins(2);

/// A provider as it was built, before anybody installs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderUnderTest {
    /// The last part of its address, e.g. `kre`.
    pub name: String,
    /// What a configuration gives as its `source`; without a host name it is each host's own.
    pub address: String,
    /// The program.
    pub binary: PathBuf,
}

/// A configuration, its state, and everything else that a host needs, in a folder of its own.
///
/// The folder is deleted in the end, unless `TF_HOSTS_KEEP` is set; what still runs in it is killed.
/// A command sees no variable of the test's environment but `PATH`.
#[derive(Debug)]
pub struct Workspace {
    host: Host,
    root: TempDir,
    variables: Vec<(OsString, OsString)>,
    deadline: Duration,
    plans: AtomicU32,
}

impl Workspace {
    /// Makes a workspace in which a provider can be used without `init`.
    #[track_caller]
    pub fn new(host: &Host, provider: &ProviderUnderTest) -> Self {
        Self::with_providers(host, std::slice::from_ref(provider))
    }

    /// Makes a workspace that has only what is built into the host, such as `terraform_data`.
    #[track_caller]
    pub fn bare(host: &Host) -> Self {
        Self::with_providers(host, &[])
    }

    /// Makes a workspace in which several providers can be used without `init`.
    #[track_caller]
    pub fn with_providers(host: &Host, providers: &[ProviderUnderTest]) -> Self {
        let mut root = tempfile::Builder::new()
            .prefix("host-")
            .tempdir()
            .or_fail("failed to make a folder for the test");
        if environment::variable("TF_HOSTS_KEEP").is_some() {
            root.disable_cleanup(true);
            remark(format_args!("kept: {}", root.path().display()));
        }
        let workspace = Self {
            host: host.clone(),
            root,
            variables: Vec::new(),
            deadline: DEADLINE,
            plans: AtomicU32::new(0),
        };
        for folder in ["configuration", "data", "home", "plans", "providers", "tmp"] {
            let made = fs::create_dir(workspace.place(folder));
            made.or_fail("failed to make a folder for the test");
        }
        workspace
            .install(providers)
            .or_fail("failed to install the provider");
        workspace
    }

    /// Gives all later commands a variable.
    pub fn set_variable(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.variables.push((name.into(), value.into()));
    }

    /// Changes how long each later command may take.
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    /// Returns the host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the folder of the configuration, in which commands run.
    pub fn folder(&self) -> PathBuf {
        self.place("configuration")
    }

    /// Returns the folder for temporary files of the commands, where sockets of providers are.
    pub fn temporary(&self) -> PathBuf {
        self.place("tmp")
    }

    /// Writes a file of the configuration, e.g. `main.tf`, and the folders above it.
    #[track_caller]
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.folder().join(name);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, content))
            .or_fail(format_args!("failed to write `{name}`"));
    }

    /// Removes a file of the configuration.
    #[track_caller]
    pub fn remove(&self, name: &str) {
        let removed = fs::remove_file(self.folder().join(name));
        removed.or_fail(format_args!("failed to remove `{name}`"));
    }

    /// Runs a command of the host; only passing the deadline fails the test.
    #[track_caller]
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        self.run_with_input(arguments, "")
    }

    /// Runs a command of the host with text on its stdin.
    #[track_caller]
    pub fn run_with_input<S: AsRef<OsStr>>(&self, arguments: &[S], input: &str) -> Output {
        self.wait(self.start_with_input(arguments, input))
    }

    /// Starts a command of the host and does not wait for it.
    #[track_caller]
    pub fn start<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Running {
        self.start_with_input(arguments, "")
    }

    /// Waits for a command; passing its deadline fails the test.
    #[track_caller]
    pub fn wait(&self, running: Running) -> Output {
        let output = running.wait().or_fail("failed to wait for the host");
        if output.expired {
            fail(format!("{} did not end in time\n{output}", self.host));
        }
        output
    }

    /// Returns the ids of the processes that run in the folder of the configuration.
    ///
    /// A host runs there, and so does what it starts, unless it goes elsewhere. Linux only.
    pub fn processes(&self) -> Vec<u32> {
        // The system shows the folder of a process without symbolic links.
        let folder = self
            .folder()
            .canonicalize()
            .unwrap_or_else(|_| self.folder());
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter(|process| {
            fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder)
        })
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .collect()
    }

    /// Returns where the next plan is stored.
    pub(super) fn next_plan(&self) -> PathBuf {
        let number = self.plans.fetch_add(1, Ordering::Relaxed);
        self.place("plans").join(format!("{number}.tfplan"))
    }

    #[track_caller]
    fn start_with_input<S: AsRef<OsStr>>(&self, arguments: &[S], input: &str) -> Running {
        let mut command = Command::new(&self.host.path);
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", environment::variable("PATH").unwrap_or_default())
            .env("HOME", self.place("home"))
            .env("TMPDIR", self.temporary())
            .env("TF_CLI_CONFIG_FILE", self.place("cli.tfrc"))
            .env("TF_DATA_DIR", self.place("data"))
            .env("TF_CLI_ARGS", "-no-color")
            .env("TF_INPUT", "0")
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        let started = Running::start(command, input, self.deadline);
        started.or_fail(format_args!("failed to start {}", self.host))
    }

    /// Writes the host's own configuration, with which it takes providers from where they are.
    fn install(&self, providers: &[ProviderUnderTest]) -> io::Result<()> {
        let mut overrides = String::new();
        for ProviderUnderTest {
            name,
            address,
            binary,
        } in providers
        {
            let folder = self.place("providers").join(name);
            fs::create_dir_all(&folder)?;
            symlink(
                binary.canonicalize()?,
                folder.join(format!("terraform-provider-{name}")),
            )?;
            let folder = folder.to_string_lossy();
            overrides.extend(["    ", &quoted(address), " = ", &quoted(&folder), "\n"]);
        }
        // Nothing is fetched from anywhere: no other method of installation is given.
        let text = format!(
            "disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n{overrides}  }}\n}}\n"
        );
        fs::write(self.place("cli.tfrc"), text)
    }

    fn place(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.path().join(name)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let ids = self
            .processes()
            .into_iter()
            .filter_map(|id| i32::try_from(id).ok());
        for id in ids.filter_map(Pid::from_raw) {
            // It may have ended by itself meanwhile.
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

/// Writes a text as HCL does; neither addresses nor paths of tests hold a template.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}
