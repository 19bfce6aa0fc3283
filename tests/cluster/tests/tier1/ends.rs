//! How clusters begin and end: nothing of them stays, whichever way it comes.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use harness::build::NATS;
use harness::cluster::client_of;
use harness::process::Running;
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::eventually;
use crate::support::machine::{Home, Machine, listeners};
use crate::support::pods::{is_ready, pod};

/// How long the end of one process may take to become the end of others.
const SOON: Duration = Duration::from_secs(10);

/// Returns the slot of a cluster, which is the second number of all its addresses.
fn slot(home: &Home, name: &str) -> u8 {
    let status = home.succeed(&format!("status --name {name}"));
    let (_, address) = status.lines().next().unwrap().rsplit_once(' ').unwrap();
    address.split('.').nth(1).unwrap().parse().unwrap()
}

fn within(time: Duration, what: &str, condition: impl Fn() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(since.elapsed() < time, "not within {time:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn kill(id: u32) {
    let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    kill_process(id, Signal::KILL).unwrap();
}

/// Kills the process that all others of a cluster die with.
fn kill_supervisor(home: &Home, name: &str) {
    let processes = home.processes(name);
    let (_, supervisor) = processes.iter().find(|(it, _)| it == "devcluster").unwrap();
    kill(*supervisor);
}

async fn maps(kubeconfig: &str) -> Api<ConfigMap> {
    let client = client_of(&PathBuf::from(kubeconfig.trim_end())).await;
    Api::namespaced(client, "default")
}

async fn write_map(kubeconfig: &str) {
    let map = ConfigMap {
        metadata: ObjectMeta {
            name: Some("written".to_owned()),
            ..ObjectMeta::default()
        },
        ..ConfigMap::default()
    };
    let maps = maps(kubeconfig).await;
    maps.create(&PostParams::default(), &map).await.unwrap();
}

async fn has_map(kubeconfig: &str) -> bool {
    let found = maps(kubeconfig).await.get_opt("written").await;
    found.unwrap().is_some()
}

#[test]
fn down_leaves_the_machine_as_it_was() {
    let home = Home::new();
    let before = Machine::look(&home.path());
    assert!(before.is_clean());

    home.succeed("up --name fleeting");
    let slot = slot(&home, "fleeting");
    let meanwhile = Machine::look(&home.path());
    assert!(meanwhile.processes.len() >= 6, "{meanwhile:#?}");
    assert!(listeners(slot).len() >= 6, "{:#?}", listeners(slot));
    home.succeed("down --name fleeting");

    assert_eq!(Machine::look(&home.path()), before);
    assert_eq!(listeners(slot), [].into());
}

/// Starts a cluster with a pod that is a process, and returns its slot.
async fn start_with_a_server(home: &Home, name: &str) -> u8 {
    let kubeconfig = home.succeed(&format!("up --name {name}"));
    let client = client_of(&PathBuf::from(kubeconfig.trim_end())).await;
    let pods = Api::<Pod>::namespaced(client, "default");
    let mut server = pod("server");
    server["spec"]["containers"][0]["image"] = json!("nats:2.15.2");
    let server = serde_json::from_value(server).unwrap();
    // The account that pods run as by default comes a moment after the cluster.
    eventually("the pod is accepted", async || {
        pods.create(&PostParams::default(), &server).await
    })
    .await;
    eventually("the pod is ready", async || {
        let pod = pods.get("server").await.unwrap();
        is_ready(&pod).then_some(()).ok_or(pod.status)
    })
    .await;
    let processes = Machine::look(&home.path()).processes;
    assert!(
        processes.iter().any(|it| it.contains("nats-server")),
        "{processes:#?}"
    );
    slot(home, name)
}

#[tokio::test]
async fn down_ends_pods_that_are_processes_too() {
    let home = Home::with(&[NATS]);
    let slot = start_with_a_server(&home, "serving").await;

    home.succeed("down --name serving");

    assert!(Machine::look(&home.path()).is_clean());
    assert_eq!(listeners(slot), [].into());
}

#[tokio::test]
async fn pods_that_are_processes_die_with_a_killed_cluster() {
    let home = Home::with(&[NATS]);
    let slot = start_with_a_server(&home, "struck").await;

    kill_supervisor(&home, "struck");

    within(SOON, "all its processes are gone", || {
        Machine::look(&home.path()).processes.is_empty() && listeners(slot).is_empty()
    });
}

#[tokio::test]
async fn two_clusters_live_side_by_side() {
    let home = Home::new();
    let one = home.succeed("up --name one");
    let two = home.succeed("up --name two");

    write_map(&one).await;

    assert_ne!(slot(&home, "one"), slot(&home, "two"));
    assert!(has_map(&one).await);
    assert!(!has_map(&two).await);
    home.succeed("down --name one");
    assert!(!has_map(&two).await);
}

#[test]
fn a_cluster_that_is_up_is_found_and_not_started_again() {
    let home = Home::new();
    let started = home.succeed("up --name once");
    let processes = home.processes("once");

    assert_eq!(home.succeed("up --name once"), started);
    assert_eq!(home.succeed("kubeconfig --name once"), started);
    assert_eq!(home.processes("once"), processes);
}

#[test]
fn a_killed_cluster_takes_every_process_with_it() {
    let home = Home::new();
    home.succeed("up --name killed");
    let slot = slot(&home, "killed");

    kill_supervisor(&home, "killed");

    within(SOON, "all its processes are gone", || {
        Machine::look(&home.path()).processes.is_empty() && listeners(slot).is_empty()
    });
}

#[tokio::test]
async fn a_killed_cluster_is_cleared_up_before_it_is_started_again() {
    let home = Home::new();
    write_map(&home.succeed("up --name again")).await;
    kill_supervisor(&home, "again");
    within(SOON, "all its processes are gone", || {
        Machine::look(&home.path()).processes.is_empty()
    });

    let refusal = home.refusal("up --name again", 1);
    assert!(
        refusal.starts_with("cluster `again` was killed"),
        "{refusal}"
    );
    assert!(
        refusal.ends_with("clear up with `devcluster down --name again`"),
        "{refusal}"
    );
    home.succeed("down --name again");
    assert!(Machine::look(&home.path()).is_clean());

    let kubeconfig = home.succeed("up --name again");
    assert!(!has_map(&kubeconfig).await);
}

#[test]
fn a_component_that_is_killed_comes_back() {
    let home = Home::new();
    home.succeed("up --name mended");
    let scheduler = || {
        let processes = home.processes("mended");
        processes.into_iter().find(|(it, _)| it == "kube-scheduler")
    };
    let before = scheduler();

    kill(before.clone().unwrap().1);

    within(SOON, "there is another", || {
        scheduler().is_some_and(|it| Some(it) != before)
    });
}

/// Starts a shell that starts a cluster, and does something after that.
fn starter(home: &Home, then: &str) -> Running {
    let mut devcluster = home
        .tool()
        .command(["up", "--with-parent", "--name", "bound"]);
    let program = devcluster.get_program().to_owned();
    let arguments: Vec<_> = devcluster.get_args().map(ToOwned::to_owned).collect();
    devcluster = Command::new("sh");
    devcluster.env("DEVCLUSTER_HOME", home.path());
    devcluster.args(["-c", &format!(r#""$@"; {then}"#), "sh"]);
    devcluster.arg(program).args(arguments);
    Running::start(devcluster, "", Duration::from_mins(2)).unwrap()
}

#[test]
fn a_cluster_ends_with_its_starter() {
    let home = Home::new();

    let output = starter(&home, "echo then").wait().unwrap();

    assert!(output.stdout.ends_with("kubeconfig\nthen\n"), "{output}");
    within(SOON, "it is gone", || {
        Machine::look(&home.path()).is_clean()
    });
}

#[test]
fn a_cluster_ends_with_its_starter_that_is_killed() {
    let home = Home::new();
    let mut starter = starter(&home, "sleep 600");
    let is_up = starter.until(|it| it.stdout_so_far().ends_with("kubeconfig\n"));
    assert!(is_up.unwrap());

    starter.kill().unwrap();

    within(SOON, "it is gone", || {
        Machine::look(&home.path()).is_clean()
    });
}

#[test]
fn an_interrupted_start_leaves_nothing() {
    let home = Home::new();
    let command = home.tool().command(["up", "--name", "hasty"]);
    let mut running = Running::start(command, "", Duration::from_mins(1)).unwrap();
    let has_begun = running.until(|_| home.path().join("hasty/logs/etcd.log").exists());
    assert!(has_begun.unwrap());

    running.interrupt().unwrap();
    let output = running.wait().unwrap();

    assert!(!output.succeeded(), "{output}");
    within(SOON, "it is gone", || {
        Machine::look(&home.path()).is_clean()
    });
}
