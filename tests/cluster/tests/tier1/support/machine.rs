//! What a cluster leaves on the machine: processes, mounts, files, listeners.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use harness::build::GoModule;
use harness::cluster::Tool;
use harness::process::Output;
use harness::report::OrFail;
use tempfile::TempDir;

/// A home for clusters that belongs to one test.
#[derive(Debug)]
pub(crate) struct Home {
    folder: TempDir,
    tool: Tool,
}

impl Home {
    /// Makes a home where clusters are usually kept, with the programs of every cluster.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// Makes a home for clusters with some services.
    pub(crate) fn with(services: &[GoModule]) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let folder = folder.or_fail("no folder");
        let tool = Tool::with(services).or_fail("no tool");
        let tool = tool.at_home(&folder.path().join("home"));
        Self { folder, tool }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn tool(&self) -> &Tool {
        &self.tool
    }

    /// Runs a command line to its end, whatever that is.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Output {
        let arguments: Vec<_> = line.split_whitespace().collect();
        self.tool.run(&arguments).or_fail("devcluster does not run")
    }

    /// Runs a command line that has to succeed, and returns what it wrote to stdout.
    #[track_caller]
    pub(crate) fn succeed(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.succeeded(), "{output}");
        output.stdout
    }

    /// Runs a command line that has to be refused with one line and nothing left behind.
    #[track_caller]
    pub(crate) fn refusal(&self, line: &str, code: i32) -> String {
        let before = Machine::look(&self.path());
        let output = self.run(line);
        assert_eq!(output.code(), Some(code), "{output}");
        assert_eq!(output.stdout, "", "{output}");
        assert_eq!(output.stderr.lines().count(), 1, "{output}");
        assert_eq!(Machine::look(&self.path()), before, "{output}");
        let line = output.stderr.trim_end().strip_prefix("devcluster: ");
        line.unwrap_or_else(|| panic!("{output}")).to_owned()
    }

    /// Returns the processes of a cluster, by component.
    #[track_caller]
    pub(crate) fn processes(&self, name: &str) -> Vec<(String, u32)> {
        let status = self.succeed(&format!("status --json --name {name}"));
        let rows: Vec<serde_json::Value> = serde_json::from_str(&status).or_fail("no JSON");
        let row = |row: &serde_json::Value| {
            let component = row["component"].as_str()?.to_owned();
            Some((component, u32::try_from(row["pid"].as_u64()?).ok()?))
        };
        rows.iter().map(|it| row(it).unwrap()).collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for entry in fs::read_dir(self.path()).into_iter().flatten().flatten() {
            let name = entry.file_name();
            // A test that failed has left it; there is nobody to tell.
            let _ = self.tool.run(&["down", "--name", &name.to_string_lossy()]);
        }
    }
}

/// What of the machine has to do with a home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Machine {
    /// Commands of processes that were started with something in it.
    pub(crate) processes: BTreeSet<String>,
    /// Mounts at or below it.
    pub(crate) mounts: BTreeSet<String>,
    /// Files and folders at or below it.
    pub(crate) files: BTreeSet<PathBuf>,
}

impl Machine {
    pub(crate) fn look(home: &Path) -> Self {
        let needle = home.to_string_lossy().into_owned();
        let mut files = BTreeSet::new();
        collect(home, &mut files);
        let mounts = fs::read_to_string("/proc/self/mountinfo").or_fail("no mounts");
        Self {
            processes: processes(&needle),
            mounts: lines_with(&mounts, &needle),
            files,
        }
    }

    /// Tells whether nothing is left.
    pub(crate) fn is_clean(&self) -> bool {
        let Self {
            processes,
            mounts,
            files,
        } = self;
        processes.is_empty() && mounts.is_empty() && files.is_empty()
    }
}

fn lines_with(text: &str, needle: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|line| line.contains(needle));
    lines.map(str::to_owned).collect()
}

/// Finds processes whose command line, environment, folder or open files are about a home.
pub(crate) fn processes(needle: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir("/proc").or_fail("no processes").flatten() {
        let id = entry.file_name().to_string_lossy().into_owned();
        if !id.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // Processes end while one looks at them, and those of others cannot be looked at.
        let text = |file: &str| {
            let bytes = fs::read(entry.path().join(file)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).replace('\0', " ")
        };
        let command = text("cmdline");
        let links = fs::read_dir(entry.path().join("fd"))
            .into_iter()
            .flatten()
            .flatten();
        let mut links = links
            .map(|link| link.path())
            .chain([entry.path().join("cwd")]);
        let is_about = command.contains(needle)
            || text("environ").contains(needle)
            || links.any(|link| {
                fs::read_link(link).is_ok_and(|target| target.to_string_lossy().contains(needle))
            });
        if is_about {
            found.insert(format!("{id} {command}"));
        }
    }
    found
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) {
    let Ok(about) = fs::symlink_metadata(path) else {
        return;
    };
    files.insert(path.to_owned());
    if about.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    }
}

/// Returns the sockets that somebody listens on at addresses `127.slot.x.y`.
pub(crate) fn listeners(slot: u8) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (table, state) in [("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")] {
        let text = fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<_> = line.split_whitespace().collect();
            let [_, local, _, found_state, ..] = fields.as_slice() else {
                continue;
            };
            // The kernel writes the bytes of an IPv4 address last to first, also inside IPv6.
            let address = local.split(':').next().unwrap_or_default();
            if *found_state == state && address.ends_with(&format!("{slot:02X}7F")) {
                found.insert(format!("{table} {local}"));
            }
        }
    }
    let unix = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    found.extend(lines_with(&unix, &format!("@devcluster-{slot}")));
    found
}
