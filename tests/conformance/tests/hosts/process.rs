//! The plugin's process: it ends when it is told to, and leaves nothing behind.

use harness::{host::Outcome, process::Output};

use crate::stage::{Stage, each, thing};

/// Fails the test unless a command's plugins have all ended by themselves.
#[track_caller]
fn assert_graceful(stage: &Stage, output: &Output) {
    assert!(output.stderr.contains("plugin process exited"), "{output}");
    assert!(
        !output.stderr.contains("plugin failed to exit gracefully"),
        "{output}"
    );
    stage.assert_clean();
}

#[test]
fn the_plugin_ends_by_itself_after_each_command() {
    let commands: [&[&str]; 5] = [
        &["validate"],
        &["plan"],
        &["apply", "-auto-approve"],
        &["providers", "schema", "-json"],
        &["destroy", "-auto-approve"],
    ];
    each(&[], |stage| {
        stage.set_variable("TF_LOG", "TRACE");
        stage.configure(&thing(""));
        for command in commands {
            let output = stage.run(command);
            assert!(output.succeeded(), "{output}");
            assert_graceful(stage, &output);
        }
    });
}

#[test]
fn the_plugin_ends_by_itself_after_an_interrupt() {
    each(&[], |stage| {
        stage.set_variable("TF_LOG", "TRACE");
        stage.configure(&thing("delay = 3600"));
        let Outcome { output, .. } = stage.apply_interrupted(|| !stage.log().is_empty());
        assert_graceful(stage, &output);
    });
}

#[test]
fn the_log_is_the_hosts_own() {
    each(&[], |stage| {
        stage.set_variable("TF_LOG_PROVIDER", "TRACE");
        stage.configure(&thing("fail = \"panic\""));
        let outcome = stage.apply_error();

        // A host that understands a line shows its level; one that does not shows all as DEBUG.
        let log = &outcome.output.stderr;
        assert!(
            log.contains("[ERROR] provider.terraform-provider-conformance: panic in a call"),
            "{log}"
        );
    });
}

#[test]
fn a_command_without_a_log_shows_none() {
    each(&[], |stage| {
        stage.configure(&thing(""));
        let output = stage.succeed(&["apply", "-auto-approve"]);
        assert_eq!(output.stderr, "");
    });
}
