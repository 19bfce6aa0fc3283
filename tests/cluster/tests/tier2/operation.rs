//! What people do with pods: logs, commands, ports, files.

use std::io::{Read, Write};
use std::net::TcpStream;

use harness::patience::eventually;
use serde_json::json;

use crate::support::Stage;
use crate::support::pods::{idle, pod, restarts, server};

#[tokio::test]
async fn what_a_pod_writes_is_its_log() {
    let Some(stage) = Stage::new("log").await else {
        return;
    };
    stage.create(pod("speaker", "echo out; echo err >&2; sleep 3600"));
    stage.ready(&["speaker"]);

    let log = stage.objects.log(&stage.place("speaker"), false).unwrap();

    let mut lines: Vec<_> = log.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["err", "out"]);
}

#[tokio::test]
async fn the_log_of_a_container_that_ended_is_that_of_the_previous_one() {
    let Some(stage) = Stage::new("previous").await else {
        return;
    };
    let script = "test -e /state/seen && { echo second; exec sleep 3600; }; \
                  touch /state/seen; echo first; exit 1";
    let mut speaker = pod("speaker", script);
    speaker["spec"]["volumes"] = json!([{ "name": "state", "emptyDir": {} }]);
    speaker["spec"]["containers"][0]["volumeMounts"] =
        json!([{ "name": "state", "mountPath": "/state" }]);
    stage.create(speaker);
    stage.until("it is started again", "speaker", |pod| {
        (restarts(pod) == 1).then_some(())
    });

    let place = stage.place("speaker");
    for (is_previous, expected) in [(true, "first\n"), (false, "second\n")] {
        // Right after a restart the log may not be found, and an answer says so.
        eventually(expected, || match stage.objects.log(&place, is_previous) {
            Ok(log) if log == expected => Ok(()),
            other => Err(format!("{other:?}")),
        });
    }
}

#[tokio::test]
async fn a_command_in_a_pod_reads_writes_and_ends_with_its_code() {
    let Some(stage) = Stage::new("exec").await else {
        return;
    };
    stage.create(idle("host"));
    stage.ready(&["host"]);

    let ended = stage.run("host", "echo out; echo err >&2; exit 3");
    assert_eq!(
        (ended.stdout.as_str(), ended.stderr.as_str(), ended.code),
        ("out\n", "err\n", Some(3))
    );
    let command = ["head", "-n", "1"];
    let place = stage.place("host");
    let read = stage.objects.execute(&place, &command, "first\nsecond\n");
    assert_eq!((read.stdout.as_str(), read.code), ("first\n", Some(0)));
}

#[tokio::test]
async fn a_port_of_a_pod_is_forwarded() {
    let Some(stage) = Stage::new("forward").await else {
        return;
    };
    stage.create(server("web"));
    stage.ready(&["web"]);
    let forward = stage.objects.forward(&stage.place("web"), 8080);

    let mut connection = TcpStream::connect(forward.address()).unwrap();
    connection.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();

    assert!(answer.ends_with("\r\n\r\nserved by web\n"), "{answer}");
}

#[tokio::test]
async fn files_are_copied_out_of_a_pod_and_into_one() {
    let Some(stage) = Stage::new("copy").await else {
        return;
    };
    stage.create(idle("host"));
    stage.ready(&["host"]);
    stage.run("host", "mkdir /from /to; echo content > /from/file");

    // This is what `kubectl cp` does, both ways.
    let place = stage.place("host");
    let out = ["tar", "cf", "-", "-C", "/from", "file"];
    let archive = stage.objects.execute(&place, &out, "").stdout;
    let into = ["tar", "xf", "-", "-C", "/to"];
    let copied = stage.objects.execute(&place, &into, &archive);

    assert_eq!(copied.code, Some(0), "{copied}");
    assert_eq!(stage.run("host", "cat /to/file").stdout, "content\n");
}
