//! How waiting ends, when it is not by what is waited for.

use std::time::Duration;

use harness::cluster::Cluster as Machine;
use kre_engine::wait::{WaitError, until_ready};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::stage::{PREFIX, Stage, fated, patience, pod};
use crate::support::start;

#[tokio::test]
async fn waiting_that_is_stopped_ends_at_once() {
    let stage = Stage::new("stop").await;
    let workload = stage.stateful(1, &fated("never-ready")).await;
    let stop = CancellationToken::new();
    let stopping = async {
        sleep(Duration::from_secs(1)).await;
        stop.cancel();
        Instant::now()
    };
    let patience = patience(60);
    let workloads = [workload];
    let wait = until_ready(&stage.cluster, &workloads, &patience, &stop);

    let (waited, stopped) = tokio::join!(wait, stopping);

    assert!(matches!(waited, Err(WaitError::Stopped)), "{waited:?}");
    assert!(stopped.elapsed() < Duration::from_millis(100));
}

#[tokio::test]
async fn the_end_of_patience_tells_how_long_it_was_and_what_is_not_ready() {
    let stage = Stage::new("deadline").await;
    let workload = stage.deployment(1, &fated("never-ready")).await;
    let since = Instant::now();

    let failure = stage.wait_for(&workload, &patience(3)).await.unwrap_err();

    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    let text = failure.to_string();
    assert!(
        text.starts_with("not ready after 3s; mend what is wrong, or raise the timeout"),
        "{text}"
    );
    assert!(
        text.contains("\nDeployment greeter → pod greeter-"),
        "{text}"
    );
}

fn process_of(machine: &Machine, component: &str) -> Pid {
    let line = ["status", "--json", "--name", machine.name()];
    let status = machine.tool().run(&line).unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&status.stdout).unwrap();
    let mut rows = rows.iter();
    let row = rows.find(|row| row["component"] == component).unwrap();
    let id = i32::try_from(row["pid"].as_i64().unwrap()).unwrap();
    Pid::from_raw(id).unwrap()
}

#[tokio::test]
async fn an_api_server_that_comes_back_was_never_away() {
    let machine = start();
    let stage = Stage::on(&machine, "away").await;
    let mut slow = pod();
    slow["metadata"]["annotations"] = json!({ format!("{PREFIX}/delay"): "6s" });
    let workload = stage.stateful(1, &slow).await;
    let kill = async {
        sleep(Duration::from_secs(2)).await;
        kill_process(process_of(&machine, "kube-apiserver"), Signal::KILL).unwrap();
    };

    let patience = patience(60);
    let (waited, ()) = tokio::join!(stage.wait_for(&workload, &patience), kill);

    waited.unwrap();
    drop(stage);
    machine.stop().unwrap();
}

#[tokio::test]
async fn an_api_server_that_is_gone_at_the_end_is_the_reason() {
    let machine = start();
    let stage = Stage::on(&machine, "gone").await;
    let workload = stage.stateful(1, &fated("never-ready")).await;
    let patience = patience(6);
    let end = async {
        sleep(Duration::from_secs(2)).await;
        machine
            .tool()
            .run(&["down", "--name", machine.name()])
            .unwrap();
    };

    let (waited, ()) = tokio::join!(stage.wait_for(&workload, &patience), end);

    let failure = waited.unwrap_err();
    assert!(matches!(failure, WaitError::Call(_)), "{failure}");
    // There is nobody left who could delete its namespace.
    std::mem::forget(stage);
}
