//! From nothing to a cluster, and again.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use harness::process::{Output, Running};

use crate::support::machine::Home;

/// Runs what the targets of make run, with a cache and a home of its own.
fn run(cache: &Path, home: &Home, verb: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cluster"));
    command.args([verb, "--name", "stranger"]);
    command
        .env("KRE_CACHE_DIR", cache)
        .env("DEVCLUSTER_HOME", home.path());
    let running = Running::start(command, "", Duration::from_mins(40));
    let output = running.and_then(Running::wait).unwrap();
    assert!(output.succeeded(), "{output}");
    output
}

#[test]
fn a_first_start_builds_everything_and_the_next_takes_seconds() {
    let cache = tempfile::tempdir().unwrap();
    let home = Home::new();

    let cold = run(cache.path(), &home, "up");
    run(cache.path(), &home, "down");
    let warm = run(cache.path(), &home, "up");
    let kubeconfig = run(cache.path(), &home, "kubeconfig").stdout;
    run(cache.path(), &home, "down");

    assert!(
        cold.stderr.contains("built Kubernetes 1.34.4 in "),
        "{cold}"
    );
    assert!(!warm.stderr.contains("build"), "{warm}");
    assert!(warm.took < Duration::from_secs(30), "{warm}");
    for output in [&cold, &warm] {
        assert_eq!(output.stdout, kubeconfig, "{output}");
        assert!(output.stderr.contains("starting etcd"), "{output}");
        assert!(output.stderr.contains("is ready after "), "{output}");
    }
    assert!(
        Path::new(kubeconfig.trim_end()).is_absolute(),
        "{kubeconfig}"
    );
}
