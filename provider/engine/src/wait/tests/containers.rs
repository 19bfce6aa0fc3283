//! What containers say about themselves.

use serde_json::json;

use super::{
    scenes::container,
    symptoms::{check, ended, says, tell, waits},
};

#[test]
fn an_image_that_cannot_be_pulled() {
    for reason in [
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
    ] {
        check(
            |value| says(value, &waits(reason, "app:1: no such host")),
            "ImagePull demo-0 app: app:1: no such host",
        );
    }
}

#[test]
fn an_image_whose_failure_is_told_in_an_event_alone() {
    check(
        |value| {
            says(
                value,
                &waits("ImagePullBackOff", "Back-off pulling image \"app:1\""),
            );
            tell(value, "demo-0", "Failed", "Error: ErrImagePull");
            tell(
                value,
                "demo-0",
                "Failed",
                "Failed to pull image \"app:1\": not found",
            );
        },
        "ImagePull demo-0 app: Failed to pull image \"app:1\": not found",
    );
}

#[test]
fn an_image_that_is_denied() {
    check(
        |value| {
            says(
                value,
                &waits(
                    "ErrImagePull",
                    "pull access denied, repository does not exist",
                ),
            )
        },
        "ImageDenied demo-0 app: `app:1`: pull access denied, repository does not exist",
    );
}

#[test]
fn a_configuration_that_is_missing() {
    check(
        |value| {
            says(
                value,
                &waits("CreateContainerConfigError", "secret \"s\" not found"),
            )
        },
        "Configuration demo-0 app: secret \"s\" not found",
    );
}

#[test]
fn a_command_that_does_not_exist() {
    check(
        |value| says(value, &waits("RunContainerError", "exec: \"x\": not found")),
        "Start demo-0 app: exec: \"x\": not found",
    );
    check(
        |value| {
            let mut status = waits("CrashLoopBackOff", "back-off");
            status["lastState"] = ended(128, "StartError");
            says(value, &status);
        },
        "Start demo-0 app: exit code 128 (StartError)",
    );
}

#[test]
fn a_container_that_fails_again_and_again() {
    check(
        |value| {
            let mut status = waits("CrashLoopBackOff", "back-off 10s");
            status["lastState"] = ended(1, "Error");
            status["lastState"]["terminated"]["message"] = json!("no such file\n");
            status["restartCount"] = json!(4);
            says(value, &status);
        },
        "Crash demo-0 app: exit code 1, started again 4 times: no such file",
    );
}

#[test]
fn a_container_that_has_just_failed() {
    check(
        |value| says(value, &container(&ended(2, "Error"))),
        "Crash demo-0 app: exit code 2",
    );
}

#[test]
fn a_container_that_runs_after_it_has_failed_gets_its_chance() {
    check(
        |value| {
            let mut status =
                container(&json!({ "running": { "startedAt": "2026-01-01T00:00:00Z" } }));
            status["lastState"] = ended(1, "Error");
            status["restartCount"] = json!(1);
            says(value, &status);
        },
        "Crash demo-0 app: exit code 1, started again once…",
    );
}

#[test]
fn a_container_that_ends_well() {
    check(
        |value| says(value, &container(&ended(0, "Completed"))),
        "Exit demo-0 app: exit code 0",
    );
}

#[test]
fn a_container_out_of_memory() {
    check(
        |value| {
            let limits = json!({ "limits": { "memory": "64Mi" } });
            value["pods"][0]["spec"]["containers"][0]["resources"] = limits;
            says(value, &container(&ended(137, "OOMKilled")));
        },
        "Memory demo-0 app: exit code 137 (OOMKilled), limit 64Mi",
    );
}

#[test]
fn an_init_container_that_fails_but_not_one_that_is_done() {
    check(
        |value| {
            let mut first = container(&ended(0, "Completed"));
            first["name"] = json!("first");
            let mut second = container(&ended(1, "Error"));
            second["name"] = json!("second");
            value["pods"][0]["status"]["initContainerStatuses"] = json!([first, second]);
        },
        "Crash demo-0 second: exit code 1",
    );
}
