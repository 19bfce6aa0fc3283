//! What tests do with a workspace, beyond running commands.
//!
//! Each operation fails the test when it does not end as its name says, with everything that the
//! host wrote.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::{Diagnostic, Outcome, Plan, State, Workspace};
use crate::process::Output;
use crate::report::{OrFail, fail};

const STATE: &str = "terraform.tfstate";

impl Workspace {
    /// Plans.
    #[track_caller]
    pub fn plan(&self) -> Plan {
        self.plan_with(&[])
    }

    /// Plans with more arguments, e.g. `-refresh-only` or `-replace=ADDRESS`.
    #[track_caller]
    pub fn plan_with(&self, arguments: &[&str]) -> Plan {
        let file = self.next_plan();
        let mut words = vec![
            OsStr::new("plan"),
            OsStr::new("-json"),
            OsStr::new("-detailed-exitcode"),
        ];
        words.extend([OsStr::new("-out"), file.as_os_str()]);
        words.extend(arguments.iter().map(OsStr::new));
        let outcome = Outcome::read(self.run(&words));
        let is_empty = match outcome.output.code() {
            Some(0) => true,
            Some(2) => false,
            _ => fail(format!("{} could not plan\n{outcome}", self.host())),
        };
        let plan = Plan::read(self.show(Some(&file)), file, is_empty);
        // A refresh-only plan is about what has happened, not about what will.
        if !arguments.contains(&"-refresh-only") && plan.looks_empty() != is_empty {
            fail(format!(
                "the exit code contradicts the plan\n{outcome}\n{plan}"
            ));
        }
        plan
    }

    /// Plans in vain.
    #[track_caller]
    pub fn plan_error(&self) -> Outcome {
        let outcome = Outcome::read(self.run(&["plan", "-json"]));
        outcome.assert_failure();
        outcome
    }

    /// Plans and applies.
    #[track_caller]
    pub fn apply(&self) -> Outcome {
        self.apply_with(&[])
    }

    /// Plans and applies with more arguments, e.g. `-target=ADDRESS`.
    #[track_caller]
    pub fn apply_with(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.try_apply(arguments);
        outcome.assert_success();
        outcome
    }

    /// Applies a plan and nothing else.
    #[track_caller]
    pub fn apply_plan(&self, plan: &Plan) -> Outcome {
        let outcome = self.try_apply_plan(plan);
        outcome.assert_success();
        outcome
    }

    /// Applies a plan in vain.
    #[track_caller]
    pub fn apply_plan_error(&self, plan: &Plan) -> Outcome {
        let outcome = self.try_apply_plan(plan);
        outcome.assert_failure();
        outcome
    }

    #[track_caller]
    fn try_apply_plan(&self, plan: &Plan) -> Outcome {
        let words = [
            OsStr::new("apply"),
            OsStr::new("-json"),
            plan.file().as_os_str(),
        ];
        Outcome::read(self.run(&words))
    }

    /// Plans and applies in vain.
    #[track_caller]
    pub fn apply_error(&self) -> Outcome {
        let outcome = self.try_apply(&[]);
        outcome.assert_failure();
        outcome
    }

    /// Plans and applies, and leaves it to the test how that may end.
    #[track_caller]
    pub fn try_apply(&self, arguments: &[&str]) -> Outcome {
        let mut words = vec!["apply", "-json", "-auto-approve"];
        words.extend(arguments);
        Outcome::read(self.run(&words))
    }

    /// Starts to apply, interrupts it once `condition` holds, and waits for its end.
    ///
    /// The host and everything that it started get the signal, as with Ctrl-C in a terminal.
    #[track_caller]
    pub fn apply_interrupted(&self, condition: impl Fn() -> bool) -> Outcome {
        let mut running = self.start(&["apply", "-json", "-auto-approve"]);
        let holds = running
            .until(|_| condition())
            .or_fail("failed to watch the host");
        if !holds {
            let output = running.wait().or_fail("failed to wait for the host");
            fail(format!(
                "apply ended before it was to be interrupted\n{output}"
            ));
        }
        running.interrupt().or_fail("failed to interrupt the host");
        Outcome::read(self.wait(running))
    }

    /// Destroys everything.
    #[track_caller]
    pub fn destroy(&self) -> Outcome {
        self.apply_with(&["-destroy"])
    }

    /// Checks the configuration, and returns what the host has to say about it.
    #[track_caller]
    pub fn validate_json(&self) -> Vec<Diagnostic> {
        let output = self.run(&["validate", "-json"]);
        let json = parse(&output);
        let diagnostics = Diagnostic::list(json.get("diagnostics"));
        let is_valid = json.get("valid") == Some(&Value::Bool(true));
        if is_valid != output.succeeded()
            || is_valid == diagnostics.iter().any(Diagnostic::is_error)
        {
            fail(format!(
                "the exit code contradicts the diagnostics\n{output}"
            ));
        }
        diagnostics
    }

    /// Imports an object that exists.
    #[track_caller]
    pub fn import(&self, address: &str, id: &str) -> Output {
        self.succeed(&["import", address, id])
    }

    /// Returns the state as it lies on disk; without a file its JSON is null.
    #[track_caller]
    pub fn state(&self) -> State {
        let text = match fs::read(self.folder().join(STATE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return State::default(),
            text => text.or_fail("failed to read the state"),
        };
        // An empty file is how a host begins: it locks what it is about to write.
        if text.is_empty() {
            return State::default();
        }
        State {
            json: serde_json::from_slice(&text).or_fail("the state is not JSON"),
        }
    }

    /// Writes the state to disk: what an older version left, or what somebody did by hand.
    #[track_caller]
    pub fn set_state(&self, json: &Value) {
        self.write(STATE, json.to_string());
    }

    /// Returns the state as the host shows it.
    #[track_caller]
    pub fn shown_state(&self) -> Value {
        self.show(None)
    }

    /// Evaluates an expression, and returns the result as the console prints it.
    #[track_caller]
    pub fn console(&self, expression: &str) -> String {
        let output = self.run_with_input(&["console"], &format!("{expression}\n"));
        assert_success(&output);
        output.stdout.trim_end().to_owned()
    }

    /// Returns an output value of the last apply.
    #[track_caller]
    pub fn output(&self, name: &str) -> Value {
        parse(&self.succeed(&["output", "-json", name]))
    }

    /// Returns the schemas of the providers that the configuration uses.
    #[track_caller]
    pub fn schemas(&self) -> Value {
        parse(&self.succeed(&["providers", "schema", "-json"]))
    }

    /// Runs a command that has to succeed.
    #[track_caller]
    pub fn succeed(&self, arguments: &[&str]) -> Output {
        let output = self.run(arguments);
        assert_success(&output);
        output
    }

    #[track_caller]
    fn show(&self, plan: Option<&Path>) -> Value {
        let mut words = vec![OsStr::new("show"), OsStr::new("-json")];
        words.extend(plan.map(Path::as_os_str));
        let output = self.run(&words);
        assert_success(&output);
        parse(&output)
    }
}

#[track_caller]
fn assert_success(output: &Output) {
    if !output.succeeded() {
        fail(format!("the command failed\n{output}"));
    }
}

#[track_caller]
fn parse(output: &Output) -> Value {
    match serde_json::from_str(&output.stdout) {
        Ok(json) => json,
        Err(error) => fail(format!("the output is not JSON: {error}\n{output}")),
    }
}
