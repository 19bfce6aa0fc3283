//! What goes wrong is said in one line, with the cause and what to do; nothing is left half-started.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use harness::process::{Output, Running};
use harness::report::remark;

use crate::support::machine::{Home, Machine};

#[track_caller]
fn check(line: &str, code: i32, cause: &str, remedy: &str) {
    let refusal = Home::new().refusal(line, code);
    assert!(refusal.contains(cause), "{refusal}");
    assert!(refusal.ends_with(remedy), "{refusal}");
}

#[test]
fn an_unknown_verb_is_named() {
    check(
        "fly",
        2,
        "there is no command `fly`",
        "`devcluster help` lists them",
    );
}

#[test]
fn an_unknown_flag_is_named() {
    check(
        "up --wings",
        2,
        "--wings",
        "`devcluster up --help` lists the flags",
    );
}

#[test]
fn a_name_that_cannot_be_one_is_named() {
    check(
        "up --name a/b",
        2,
        "`a/b` cannot name a cluster",
        "letters, digits and hyphens",
    );
}

#[test]
fn nodes_that_cannot_be_are_refused() {
    check("up --nodes 0", 2, "there cannot be 0 nodes", "from 1 to 16");
}

#[test]
fn an_address_that_is_none_of_a_cluster_is_refused() {
    check(
        "up --address 192.0.2.1",
        1,
        "`192.0.2.1` is no address for a cluster",
        "or leave --address out",
    );
}

#[test]
fn a_folder_without_programs_is_named() {
    check(
        "up --programs /nowhere",
        1,
        "no program `kwok` in `/nowhere`",
        "with --programs",
    );
}

#[test]
fn every_verb_about_an_unknown_cluster_says_how_to_start_it() {
    for verb in ["status", "kubeconfig", "logs etcd"] {
        check(
            &format!("{verb} --name nobody"),
            1,
            "there is no cluster `nobody`",
            "start it with `devcluster up --name nobody`",
        );
    }
}

#[test]
fn the_end_of_an_unknown_cluster_is_fine() {
    let home = Home::new();
    let output = home.run("down --name nobody");

    assert!(output.succeeded(), "{output}");
    assert!(
        output.stderr.contains("there is no cluster nobody"),
        "{output}"
    );
}

#[test]
fn an_unknown_log_is_answered_with_those_that_there_are() {
    let home = Home::new();
    home.succeed("up --name talkative");

    let refusal = home.refusal("logs nobody --name talkative", 1);

    assert!(refusal.contains("there is no log of `nobody`"), "{refusal}");
    assert!(refusal.contains("kube-apiserver"), "{refusal}");
}

/// Takes a port of the control plane at an address where no cluster is.
fn taken() -> (TcpListener, String) {
    let mut slots = (100..200).rev();
    let taken = slots.find_map(|slot| {
        let address = format!("127.{slot}.0.1");
        let listener = TcpListener::bind((address.as_str(), 10259)).ok()?;
        Some((listener, address))
    });
    taken.unwrap()
}

#[test]
fn a_port_in_use_is_named() {
    let (_listener, address) = taken();

    check(
        &format!("up --address {address}"),
        1,
        &format!("cannot listen on {address}:10259"),
        "choose another --address or leave it out",
    );
}

#[test]
fn an_address_of_another_cluster_is_named() {
    let home = Home::new();
    home.succeed("up --name first");
    let status = home.succeed("status --name first");
    let (_, address) = status.lines().next().unwrap().rsplit_once(' ').unwrap();

    let refusal = home.refusal(&format!("up --name second --address {address}"), 1);

    assert!(
        refusal.contains(&format!("{address} belongs to another cluster")),
        "{refusal}"
    );
    assert!(
        refusal.ends_with("choose another --address or leave it out"),
        "{refusal}"
    );
}

#[test]
fn a_folder_that_is_no_cluster_is_left_alone() {
    let home = Home::new();
    let file = home.path().join("mine/treasure");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "mine").unwrap();

    let refusal = home.refusal("up --name mine", 1);

    assert!(refusal.contains("is in the way"), "{refusal}");
    assert!(
        refusal.ends_with("remove it or choose another --name"),
        "{refusal}"
    );
    fs::remove_dir_all(home.path()).unwrap();
}

#[test]
fn a_home_that_cannot_be_written_is_named() {
    let home = Home::new();
    let tool = home.tool().clone().at_home(Path::new("/proc/nowhere"));

    let output = tool.run(&["up"]).unwrap();

    assert_eq!(output.code(), Some(1), "{output}");
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    assert!(
        output
            .stderr
            .contains("set DEVCLUSTER_HOME to one that can be written"),
        "{output}"
    );
}

#[test]
fn a_full_disk_is_told_before_anything_starts() {
    let home = Home::new();
    fs::create_dir_all(home.path()).unwrap();
    let devcluster = home.tool().command(["up", "--name", "cramped"]);
    // A file system of its own, which nobody else on the machine sees.
    let script = r#"mount -t tmpfs -o size=16m none "$1" || exit 99; shift; exec "$@""#;
    let mut command = Command::new("unshare");
    command.env("DEVCLUSTER_HOME", home.path());
    command.args(["--mount", "--map-root-user", "sh", "-c", script, "sh"]);
    command
        .arg(home.path())
        .arg(devcluster.get_program())
        .args(devcluster.get_args());
    let output = Running::start(command, "", Duration::from_mins(1)).and_then(Running::wait);
    let output = match output {
        Ok(output) if output.code() != Some(99) && !output.stderr.starts_with("unshare:") => output,
        other => return remark(format_args!("skipped: no small file system: {other:?}")),
    };

    assert_eq!(output.code(), Some(1), "{output}");
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    assert!(
        output.stderr.starts_with("devcluster: no space: "),
        "{output}"
    );
    assert!(
        output
            .stderr
            .trim_end()
            .ends_with("set DEVCLUSTER_HOME to another folder"),
        "{output}"
    );
    assert!(Machine::look(&home.path()).processes.is_empty());
    fs::remove_dir(home.path()).unwrap();
}

/// Runs what `make cluster` runs, with another Go, or none, on PATH.
fn start_with(go: Option<&str>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    if let Some(script) = go {
        let [source, go] = ["source", "go"].map(|name| folder.path().join(name));
        fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
        let mut install = Command::new("install");
        assert!(
            install
                .args(["-m", "755"])
                .args([source, go])
                .status()
                .unwrap()
                .success()
        );
        symlink("/bin/sh", folder.path().join("sh")).unwrap();
    }
    let home = folder.path().join("home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
    command
        .arg("up")
        .env("PATH", folder.path())
        .env("DEVCLUSTER_HOME", &home);
    let output = Running::start(command, "", Duration::from_mins(1)).and_then(Running::wait);
    assert!(!home.exists());
    output.unwrap()
}

#[test]
fn an_old_go_is_told_what_is_needed() {
    let output = start_with(Some("echo go1.19.8; echo linux; echo amd64"));

    assert_eq!(output.code(), Some(1), "{output}");
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    assert!(output.stderr.contains("Kubernetes needs Go 1."), "{output}");
    assert!(
        output
            .stderr
            .contains("is 1.19.8: install a newer one from "),
        "{output}"
    );
}

#[test]
fn a_missing_go_is_told() {
    let output = start_with(None);

    assert_eq!(output.code(), Some(1), "{output}");
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    assert!(output.stderr.contains("Go is not installed"), "{output}");
}

#[test]
fn an_unknown_tier_is_named() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
    command.arg("kubeconfig").env("TIER", "7");
    let running = Running::start(command, "", Duration::from_mins(1));
    let output = running.and_then(Running::wait).unwrap();

    assert_eq!(output.code(), Some(1), "{output}");
    assert_eq!(output.stdout, "", "{output}");
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    assert!(output.stderr.contains("not to `7`"), "{output}");
}
