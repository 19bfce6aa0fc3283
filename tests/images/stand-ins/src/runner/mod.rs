//! The runners of nodes, generation 2: kre-py 3.4.1, and kre-go 4.5.1 where it differs
//! (research/kre.md §4.3, §4.4, §4.8, §7).
//!
//! What a node does is said by a [`script`] in the KRT, in place of a Python module or a binary.

mod checks;
mod connection;
mod context;
mod environment;
mod error;
mod flavour;
mod handling;
mod jetstream;
mod measurement;
mod payload;
mod script;
mod start;
mod work;
mod writer;

use std::process::ExitCode;

use tokio::time::sleep;

pub(crate) use self::flavour::Flavour;

use self::checks::Stop;
use self::environment::{Environment, Variables};
use self::script::Script;
use crate::{log, signals};

/// Where the originals' `tee` also writes.
const LOG_FILE: &str = "/var/log/app/app.log";

/// How many lines kre-py still writes when the cause of its end is said.
const LAST_WORDS: usize = 12;

/// Runs as a node does.
///
/// The code is always success: the originals' commands end in a pipe to `tee`.
pub(crate) fn run(flavour: Flavour) -> ExitCode {
    log::copy_to(LOG_FILE);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(live(flavour)),
        Err(error) => log::error(&error.to_string()),
    }
    ExitCode::SUCCESS
}

async fn live(flavour: Flavour) {
    if let Err(error) = signals::ignore_termination() {
        log::error(&error.to_string());
    }
    sleep(flavour.boots_for()).await;
    let variables = crate::environment::variables();
    let Some((environment, script)) = prepare(flavour, &variables) else {
        return;
    };
    sleep(flavour.loads_for()).await;
    sleep(script.start_after).await;
    match Box::pin(start::start(flavour, variables, environment, &script)).await {
        Ok(started) => work::work(started, &script).await,
        Err(Stop::Exit) => {}
        Err(Stop::Failed(why)) => give_up(flavour, &why).await,
    }
}

/// Reads the environment and the script, or says why not.
fn prepare(flavour: Flavour, variables: &Variables) -> Option<(Environment, Script)> {
    if flavour == Flavour::Go && !has_program(variables) {
        let handler = variables.get("KRT_HANDLER_PATH").map_or("", String::as_str);
        log::line(&format!(
            "Error: $KRT_BASE_PATH/$KRT_HANDLER_PATH='{handler}' not exist"
        ));
        return None;
    }
    let environment = match Environment::read(variables, flavour) {
        Ok(environment) => environment,
        Err(error) => {
            complain(flavour, &error.to_string());
            return None;
        }
    };
    let handler = &environment.handler_path;
    log::info(&format!("Loading handler script {handler}..."));
    match load(&environment) {
        Ok(script) => Some((environment, script)),
        Err(why) => {
            log::error(&format!("Error loading handler script {handler}: {why}"));
            None
        }
    }
}

/// The shell script of kre-go looks before the program has a say.
fn has_program(variables: &Variables) -> bool {
    let folder = variables.get("KRT_BASE_PATH").map_or("", String::as_str);
    let handler = variables.get("KRT_HANDLER_PATH").map_or("", String::as_str);
    std::path::Path::new(&format!("{folder}/{handler}")).is_file()
}

fn load(environment: &Environment) -> Result<Script, String> {
    let path = environment.base_path.join(&environment.handler_path);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{error}: '{}'", path.display()))?;
    let script = script::parse(&text).map_err(|error| error.to_string())?;
    log::info(&format!(
        "Handler script was loaded from '{}'",
        path.display()
    ));
    Ok(script)
}

/// Says why it does not start at all.
fn complain(flavour: Flavour, why: &str) {
    match flavour {
        Flavour::Python => {
            log::line("Traceback (most recent call last):");
            log::line(&format!("Exception: {why}"));
        }
        Flavour::Go => log::error(why),
    }
}

/// Says why it ends, and, as kre-py does, much more after that.
async fn give_up(flavour: Flavour, why: &str) {
    log::error(why);
    if flavour == Flavour::Python {
        for task in 2..LAST_WORDS {
            log::error("Task was destroyed but it is pending!");
            log::line(&format!("task: <Task pending name='Task-{task}'>"));
        }
        log::line("RuntimeError: Event loop is closed");
    }
    sleep(flavour.ends_for()).await;
}
