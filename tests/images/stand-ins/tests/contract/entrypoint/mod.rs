//! The entrypoint, between a client and nodes.

mod answers;
mod failures;
mod habits;
mod node;

use std::{net::SocketAddr, time::Duration};

use harness::process::{Output, Running};

use crate::stage::{STREAM, Stage, free, start, until_said};

/// What every test offers.
const PROTO: &str = r#"
    syntax = "proto3";
    package greeter;
    import "google/protobuf/wrappers.proto";
    message Words { string text = 1; google.protobuf.Int32Value times = 2; }
    message Reply { string text = 1; }
    service Entrypoint {
        rpc Greet (Words) returns (Reply);
        rpc Forgotten (Words) returns (Reply);
    }
"#;

/// An entrypoint as a process.
struct Entrypoint {
    address: SocketAddr,
    running: Running,
}

impl Entrypoint {
    /// Starts it in an ordinary environment, with these changes.
    fn start(stage: &Stage, changes: &[(&'static str, &str)]) -> Self {
        let address = free();
        let proto = stage.write("public_input.proto", PROTO);
        let subjects = format!(
            r#"{{"Greet": {{"stream": "{STREAM}", "input_subject": "{STREAM}.last",
                "output_subject": "{STREAM}.entrypoint"}}}}"#
        );
        let subjects = stage.write("nats_subject.json", &subjects);
        let arguments = [
            "--proto".to_owned(),
            proto.display().to_string(),
            "--listen".to_owned(),
            address.to_string(),
        ];
        let mut variables = vec![
            ("KRT_RUNTIME_ID", "rt".to_owned()),
            ("KRT_VERSION_ID", "0123".to_owned()),
            ("KRT_VERSION", "v1".to_owned()),
            ("KRT_NODE_NAME", "entrypoint".to_owned()),
            ("KRT_NODE_ID", "entrypoint".to_owned()),
            ("KRT_NATS_SERVER", stage.nats()),
            ("KRT_NATS_SUBJECTS_FILE", subjects.display().to_string()),
            ("KRT_INFLUX_URI", "http://127.0.0.1:1".to_owned()),
            ("KRT_REQUEST_TIMEOUT", "20".to_owned()),
        ];
        for (name, value) in changes {
            variables.retain(|(known, _)| known != name);
            if !value.is_empty() {
                variables.push((name, (*value).to_owned()));
            }
        }
        let running = start("kre-entrypoint", arguments, variables);
        Self { address, running }
    }

    /// Starts it, and waits until it can be called.
    fn serving(stage: &Stage, changes: &[(&'static str, &str)]) -> Self {
        let mut entrypoint = Self::start(stage, changes);
        until_said(&mut entrypoint.running, "Serving gRPC server on");
        entrypoint
    }

    /// Begins a call.
    fn begin(&self, method: &str, json: &str) -> Running {
        let arguments = [self.address.to_string(), method.to_owned(), json.to_owned()];
        start("kre-call", arguments, [])
    }

    /// Calls it.
    fn call(&self, method: &str, json: &str) -> Output {
        self.begin(method, json).wait().unwrap()
    }

    /// Greets, and returns what the client prints.
    #[track_caller]
    fn greet(&self, text: &str) -> String {
        let output = self.call("Greet", &format!(r#"{{"text":"{text}"}}"#));
        assert!(output.succeeded(), "{output}");
        output.stdout
    }

    /// Greets in vain, and returns what the client complains about.
    #[track_caller]
    fn fail_to_greet(&self) -> (String, Duration) {
        let output = self.call("Greet", "{}");
        assert_eq!(output.code(), Some(1), "{output}");
        (output.stderr, output.took)
    }
}

/// What the client sees when it is not told why.
const UNKNOWN: &str = "UNKNOWN: Internal Server Error\n";
