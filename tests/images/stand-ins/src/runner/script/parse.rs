//! Text to script.

use std::num::NonZeroU64;

use super::setting::{duration, kind, number, scope};
use super::words::Words;
use super::{Action, Condition, Output, Scope, Script, Step};
use crate::message::MessageType;

/// Longest text that one instruction makes, in bytes: enough for any limit of NATS.
const LONGEST: usize = 64 * 1024 * 1024;

/// Why a script is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(in crate::runner) struct ScriptError {
    /// The line, counted from 1.
    line: usize,
    /// What is wrong with it.
    #[source]
    fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("instruction is not known: `{0}`")]
    Unknown(String),
    #[error("section is not known: `{0}`")]
    Section(String),
    #[error("section is there twice: `{0}`")]
    Twice(String),
    #[error("instruction is outside of every section: `{0}`")]
    Outside(String),
    #[error("instruction has no message in `init:`: `{0}`")]
    Init(&'static str),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("word is not expected: `{0}`")]
    Surplus(String),
    #[error("quotes or escapes are not in order")]
    Quote,
    #[error("duration is not one such as 250ms, 3s, 2m: `{0}`")]
    Duration(String),
    #[error("number is not one from 1: `{0}`")]
    Number(String),
    #[error("scope is not node, workflow or project: `{0}`")]
    Scope(String),
    #[error("kind of message is not ok, error, early-reply or early-exit: `{0}`")]
    Kind(String),
    #[error("document is not a JSON object: `{0}`")]
    Document(String),
    #[error("text would be too long")]
    TooLong,
    #[error("no handler")]
    NoHandler,
}

/// Which part of the script the lines belong to.
enum Section {
    Settings,
    Init,
    Default,
    Custom(String),
}

/// Reads a script.
pub(in crate::runner) fn parse(text: &str) -> Result<Script, ScriptError> {
    let mut script = Script::default();
    let mut section = Section::Settings;
    let mut last = 1;
    for (line, text) in (1..).zip(text.lines()) {
        last = line;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        self::line(text, &mut section, &mut script).map_err(|fault| ScriptError { line, fault })?;
    }
    if script.default_handler.is_none() && script.custom_handlers.is_empty() {
        let fault = Fault::NoHandler;
        return Err(ScriptError { line: last, fault });
    }
    Ok(script)
}

fn line(text: &str, section: &mut Section, script: &mut Script) -> Result<(), Fault> {
    if let Some(header) = header(text) {
        *section = begin(header, script)?;
        return Ok(());
    }
    let steps = match section {
        Section::Settings => return setting(text, script),
        Section::Init => script.init.get_or_insert_default(),
        Section::Default => script.default_handler.get_or_insert_default(),
        Section::Custom(node) => script.custom_handlers.entry(node.clone()).or_default(),
    };
    let step = step(text)?;
    if matches!(section, Section::Init) {
        needs_no_message(&step)?;
    }
    steps.push(step);
    Ok(())
}

/// Returns what stands before the colon, if the line is the header of a section.
fn header(text: &str) -> Option<&str> {
    let header = text.strip_suffix(':')?;
    let first = header.split_whitespace().next();
    matches!(first, Some("init" | "handler")).then_some(header)
}

fn begin(header: &str, script: &mut Script) -> Result<Section, Fault> {
    let twice = || Err(Fault::Twice(header.to_owned()));
    let mut words = Words::of(header);
    let name = words.required("section")?;
    let node = words.next()?;
    words.end()?;
    match (name.as_str(), node) {
        ("init", None) if script.init.is_some() => twice(),
        ("init", None) => {
            script.init = Some(Vec::new());
            Ok(Section::Init)
        }
        ("handler", None) if script.default_handler.is_some() => twice(),
        ("handler", None) => {
            script.default_handler = Some(Vec::new());
            Ok(Section::Default)
        }
        ("handler", Some(node)) if script.custom_handlers.contains_key(&node) => twice(),
        ("handler", Some(node)) => {
            script.custom_handlers.insert(node.clone(), Vec::new());
            Ok(Section::Custom(node))
        }
        _ => Err(Fault::Section(header.to_owned())),
    }
}

fn setting(text: &str, script: &mut Script) -> Result<(), Fault> {
    let mut words = Words::of(text);
    let name = words.required("setting")?;
    let value = match name.as_str() {
        "start" | "exit" => words.after("after", "what follows `after`")?,
        _ => return Err(Fault::Outside(name)),
    };
    let value = value.ok_or(Fault::Outside(name.clone()))?;
    if name == "start" {
        script.start_after = duration(&value)?;
    } else {
        let messages: Option<NonZeroU64> = number(&value);
        script.exit_after = Some(messages.ok_or(Fault::Number(value))?);
        match words.required("`messages`")?.as_str() {
            "message" | "messages" => {}
            other => return Err(Fault::Surplus(other.to_owned())),
        }
    }
    words.end()
}

fn step(text: &str) -> Result<Step, Fault> {
    let mut words = Words::of(text);
    let mut name = words.required("instruction")?;
    let mut on = None;
    if name == "on" {
        on = Some(kind(&words.required("kind of message")?)?);
        name = words.required("instruction")?;
    }
    let mut when = None;
    if matches!(name.as_str(), "when" | "unless") {
        when = Some(Condition {
            part: words.required("part of the text")?,
            is_contained: name == "when",
        });
        name = words.required("instruction")?;
    }
    let action = action(&name, &mut words)?;
    words.end()?;
    Ok(Step { on, when, action })
}

fn action(name: &str, words: &mut Words<'_>) -> Result<Action, Fault> {
    Ok(match name {
        "append" => Action::Append(words.required("text")?),
        "replace" => Action::Replace(words.required("text")?),
        "repeat" => repeat(words)?,
        "type" => Action::Type(words.required("name of the type")?),
        "env" => Action::Environment(words.required("name of the variable")?),
        "file" => Action::File(words.required("path of the file")?),
        "config" => config(words)?,
        "object" => object(words)?,
        "db" => database(words)?,
        "prediction" => prediction(words)?,
        "measure" => Action::Measure(words.required("name of the measurement")?),
        "send" => publish(Output::Text(MessageType::Ok), words)?,
        "any" => publish(Output::Incoming, words)?,
        "early" => early(words)?,
        "log" => Action::Log(words.required("text")?),
        "delay" => Action::Delay(duration(&words.required("duration")?)?),
        "fail" => Action::Fail(words.next()?),
        "exit" => Action::Exit,
        _ => return Err(Fault::Unknown(name.to_owned())),
    })
}

fn repeat(words: &mut Words<'_>) -> Result<Action, Fault> {
    let times = words.required("number")?;
    let times: u32 = number(&times)
        .filter(|times| *times > 0)
        .ok_or(Fault::Number(times))?;
    let text = words.required("text")?;
    let length = usize::try_from(times)
        .ok()
        .and_then(|times| times.checked_mul(text.len()));
    if length.is_none_or(|length| length > LONGEST) {
        return Err(Fault::TooLong);
    }
    Ok(Action::Repeat { times, text })
}

fn config(words: &mut Words<'_>) -> Result<Action, Fault> {
    let verb = words.required("get, set or delete")?;
    let key = words.required("key")?;
    if verb == "get" {
        let scope = words.after("from", "scope")?;
        let scope = scope.as_deref().map(self::scope).transpose()?;
        return Ok(Action::ConfigGet { key, scope });
    }
    let value = (verb == "set")
        .then(|| words.required("value"))
        .transpose()?;
    let scope = words.after("in", "scope")?;
    let scope = scope.as_deref().map_or(Ok(Scope::Node), self::scope)?;
    match (verb.as_str(), value) {
        ("set", Some(value)) => Ok(Action::ConfigSet { key, value, scope }),
        ("delete", None) => Ok(Action::ConfigDelete { key, scope }),
        _ => Err(Fault::Unknown(format!("config {verb}"))),
    }
}

fn object(words: &mut Words<'_>) -> Result<Action, Fault> {
    let verb = words.required("put, get or delete")?;
    let name = words.required("name of the object")?;
    match verb.as_str() {
        "put" => Ok(Action::ObjectPut(name)),
        "get" => Ok(Action::ObjectGet(name)),
        "delete" => Ok(Action::ObjectDelete(name)),
        _ => Err(Fault::Unknown(format!("object {verb}"))),
    }
}

fn database(words: &mut Words<'_>) -> Result<Action, Fault> {
    save("db", words)?;
    let collection = words.required("collection")?;
    let text = words.rest();
    let document = serde_json::from_str(text).map_err(|_| Fault::Document(text.to_owned()))?;
    Ok(Action::DatabaseSave {
        collection,
        document,
    })
}

fn prediction(words: &mut Words<'_>) -> Result<Action, Fault> {
    save("prediction", words)?;
    let predicted = words.required("predicted value")?;
    let truth = words.required("true value")?;
    Ok(Action::PredictionSave { predicted, truth })
}

fn save(of: &str, words: &mut Words<'_>) -> Result<(), Fault> {
    match words.required("save")?.as_str() {
        "save" => Ok(()),
        verb => Err(Fault::Unknown(format!("{of} {verb}"))),
    }
}

fn early(words: &mut Words<'_>) -> Result<Action, Fault> {
    let kind = match words.required("reply or exit")?.as_str() {
        "reply" => MessageType::EarlyReply,
        "exit" => MessageType::EarlyExit,
        other => return Err(Fault::Unknown(format!("early {other}"))),
    };
    publish(Output::Text(kind), words)
}

fn publish(what: Output, words: &mut Words<'_>) -> Result<Action, Fault> {
    let channel = words.after("to", "channel")?;
    Ok(Action::Publish { what, channel })
}

/// Refuses what needs a message where there is none.
fn needs_no_message(step: &Step) -> Result<(), Fault> {
    match step {
        Step { on: Some(_), .. } => Err(Fault::Init("on")),
        Step { when: Some(_), .. } => Err(Fault::Init("when")),
        Step { action, .. } => match action {
            Action::Publish { .. } => Err(Fault::Init("send")),
            Action::Fail(None) => Err(Fault::Init("fail")),
            _ => Ok(()),
        },
    }
}
