//! How clusters with containers end: the machine is as it was, whichever way it comes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, thread};

use harness::build::COREDNS;
use harness::cluster::{Cluster, Objects};
use harness::images::busybox;
use harness::process::Running;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::machine::{Home, Machine, listeners};
use crate::support::pods::{is_ready, on, server};

/// How long containers may outlive a cluster that is killed, on a machine that does other things.
const SOON: Duration = Duration::from_secs(5);

/// Folders of the kernel in which each control group has one.
const GROUPS: &str = "/sys/fs/cgroup";

/// Settings of the machine that parts of a cluster would change if they could.
const SETTINGS: [&str; 12] = [
    "kernel/hostname",
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/panic",
    "kernel/panic_on_oops",
    "net/bridge/bridge-nf-call-iptables",
    "net/ipv4/conf/all/route_localnet",
    "net/ipv4/conf/all/rp_filter",
    "net/ipv4/ip_forward",
    "net/netfilter/nf_conntrack_max",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
];

/// What of the machine a cluster with containers could change, beyond files and processes.
#[derive(Debug, PartialEq, Eq)]
struct System {
    settings: BTreeMap<&'static str, String>,
    mounts: BTreeSet<String>,
    links: BTreeSet<PathBuf>,
    routes: String,
    rules: Vec<String>,
    groups: BTreeSet<PathBuf>,
}

impl System {
    /// Looks at everything, and at the control groups of clusters with a name.
    fn look(name: &str) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let setting = |path| (path, read(&format!("/proc/sys/{path}")));
        // The numbers of mounts are given anew by each look from another process.
        let mount = |line: &str| line.splitn(3, ' ').last().unwrap_or_default().to_owned();
        let mut groups = BTreeSet::new();
        collect(
            Path::new(GROUPS),
            &format!("devcluster-{name}-"),
            &mut groups,
        );
        Self {
            settings: SETTINGS.into_iter().map(setting).collect(),
            mounts: read("/proc/self/mountinfo").lines().map(mount).collect(),
            links: entries(Path::new("/sys/class/net")),
            routes: read("/proc/net/route") + &read("/proc/net/ipv6_route"),
            rules: [
                "iptables-save",
                "ip6tables-save",
                "ip rule",
                "nft list ruleset",
            ]
            .map(output)
            .into(),
            groups,
        }
    }
}

/// Returns what a command writes but its remarks, which say the time; nothing if there is none.
fn output(line: &str) -> String {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap());
    let Ok(output) = command.args(words).output() else {
        return String::new();
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter(|line| !line.starts_with(['#', ':']));
    lines.collect::<Vec<_>>().join("\n")
}

fn entries(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Finds folders whose names begin with something.
fn collect(folder: &Path, beginning: &str, found: &mut BTreeSet<PathBuf>) {
    for path in entries(folder).into_iter().filter(|path| path.is_dir()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(beginning) {
            found.insert(path);
        } else if !path.is_symlink() {
            collect(&path, beginning, found);
        }
    }
}

/// Starts a cluster with two nodes and a server on each, and returns its slot.
fn start(home: &Home, name: &str) -> u8 {
    let kubeconfig = home.succeed(&format!("up --tier 2 --nodes 2 --name {name}"));
    let archive = busybox().unwrap();
    home.succeed(&format!("images load {} --name {name}", archive.display()));
    let objects = Objects::of(Path::new(kubeconfig.trim_end()));
    let account = ("ServiceAccount", "default/default");
    let is_there = |account: &Value| account.is_object().then_some(());
    objects.until("there is an account", account, is_there);
    for node in ["node-1", "node-2"] {
        let mut server = on(node, server(node));
        server["metadata"]["namespace"] = "default".into();
        objects.create(&server);
    }
    for node in ["node-1", "node-2"] {
        let place = format!("default/{node}");
        let ready = |pod: &Value| is_ready(pod).then_some(());
        objects.until("it is ready", ("Pod", &place), ready);
    }
    let status = home.succeed(&format!("status --name {name}"));
    let (_, address) = status.lines().next().unwrap().rsplit_once(' ').unwrap();
    address.split('.').nth(1).unwrap().parse().unwrap()
}

/// Returns the processes of containers that [`start`] has started.
fn containers() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for process in entries(Path::new("/proc")) {
        let command = fs::read(process.join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        let groups = fs::read_to_string(process.join("cgroup")).unwrap_or_default();
        if command.starts_with("httpd") && groups.contains("/devcluster-struck-") {
            found.insert(format!("{} {command}", process.display()));
        }
    }
    found
}

fn within(time: Duration, what: &str, condition: impl Fn() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < time, "not within {time:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn down_leaves_the_machine_as_it_was() {
    // The tests that share a cluster have said why, where there can be none.
    if Cluster::with_containers().is_none() {
        return;
    }
    let home = Home::with(&[COREDNS]);
    let before = (Machine::look(&home.path()), System::look("fleeting"));
    assert!(before.0.is_clean());

    let slot = start(&home, "fleeting");
    let meanwhile = System::look("fleeting");
    assert!(!meanwhile.groups.is_empty());
    assert_eq!(
        (&meanwhile.links, &meanwhile.routes),
        (&before.1.links, &before.1.routes)
    );
    assert_eq!(meanwhile.settings, before.1.settings);
    home.succeed("down --name fleeting");

    assert_eq!(
        (Machine::look(&home.path()), System::look("fleeting")),
        before
    );
    assert_eq!(listeners(slot), [].into());
}

#[test]
fn an_interrupted_start_leaves_nothing() {
    if Cluster::with_containers().is_none() {
        return;
    }
    let home = Home::with(&[COREDNS]);
    let before = System::look("hasty");
    let line = ["up", "--tier", "2", "--name", "hasty"];
    let command = home.tool().command(line);
    let mut running = Running::start(command, "", Duration::from_mins(1)).unwrap();
    let log = home.path().join("hasty/logs/node-1-containerd.log");
    assert!(running.until(|_| log.exists()).unwrap());

    running.interrupt().unwrap();
    let output = running.wait().unwrap();

    assert!(!output.succeeded(), "{output}");
    within(SOON, "it is gone", || {
        Machine::look(&home.path()).is_clean() && System::look("hasty") == before
    });
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let refusal = Home::new().refusal("up --tier 2", 1);

    assert!(
        refusal.contains("there is no program `coredns`"),
        "{refusal}"
    );
    assert!(refusal.ends_with("with --programs"), "{refusal}");
}

#[test]
fn containers_end_with_a_killed_cluster_and_it_can_be_started_again() {
    if Cluster::with_containers().is_none() {
        return;
    }
    let home = Home::with(&[COREDNS]);
    let before = System::look("struck");
    let slot = start(&home, "struck");
    assert_eq!(containers().len(), 2);

    let processes = home.processes("struck");
    let (_, supervisor) = processes.iter().find(|(it, _)| it == "devcluster").unwrap();
    let supervisor = Pid::from_raw(i32::try_from(*supervisor).unwrap()).unwrap();
    kill_process(supervisor, Signal::KILL).unwrap();

    within(SOON, "all its processes are gone", || {
        containers().is_empty()
            && Machine::look(&home.path()).processes.is_empty()
            && listeners(slot).is_empty()
    });
    let refusal = home.refusal("up --tier 2 --name struck", 1);
    assert!(
        refusal.ends_with("clear up with `devcluster down --name struck`"),
        "{refusal}"
    );
    home.succeed("down --name struck");
    assert!(Machine::look(&home.path()).is_clean());
    assert_eq!(System::look("struck"), before);
    home.succeed("up --tier 2 --name struck");
    home.succeed("down --name struck");
    assert_eq!(System::look("struck"), before);
}
