//! A handler and a message: the instructions, one after the other.

use super::context::Context;
use super::error::HandlerError;
use super::payload::Payload;
use super::script::{Action, Output, Step};
use super::{measurement, writer};
use crate::log;
use crate::message::{KreNatsMessage, MessageType};

/// How a handler ends when it does not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The next message may come.
    Done,
    /// The process ends.
    Exit,
}

/// Runs a handler for a message.
pub(super) async fn handle(
    context: &Context,
    steps: &[Step],
    message: &KreNatsMessage,
) -> Result<End, HandlerError> {
    let kind = message.message_type();
    if kind == MessageType::Error && !steps.iter().any(|step| step.on == Some(kind)) {
        return Err(HandlerError::Raised(message.error.clone()));
    }
    let payload = Payload::read(message.payload.as_ref()).map_err(HandlerError::Payload)?;
    let mut handling = Handling {
        context,
        message,
        payload,
    };
    for step in steps {
        let text = &handling.payload.text;
        let concerned = step.on.is_none_or(|on| on == kind)
            && step.when.as_ref().is_none_or(|when| when.holds(text));
        if concerned && handling.act(&step.action).await? == End::Exit {
            return Ok(End::Exit);
        }
    }
    Ok(End::Done)
}

struct Handling<'a> {
    context: &'a Context,
    message: &'a KreNatsMessage,
    payload: Payload,
}

impl Handling<'_> {
    async fn act(&mut self, action: &Action) -> Result<End, HandlerError> {
        let context = self.context;
        let text = &mut self.payload.text;
        match action {
            Action::Append(more) => text.push_str(more),
            Action::Replace(other) => text.clone_from(other),
            Action::Repeat { times, text: more } => (0..*times).for_each(|_| text.push_str(more)),
            Action::Type(name) => self.payload.turn_into(name),
            Action::Environment(name) => text.push_str(variable(context, name)?),
            Action::File(path) => text.push_str(&file(context, path)?),
            Action::ConfigGet { key, scope } => text.push_str(&context.value(key, *scope).await?),
            Action::ConfigSet { key, value, scope } => {
                context.set_value(key, value, *scope).await?;
            }
            Action::ConfigDelete { key, scope } => context.delete_value(key, *scope).await?,
            Action::ObjectPut(name) => context.put_object(name, text).await?,
            Action::ObjectGet(name) => text.push_str(&context.object(name).await?),
            Action::ObjectDelete(name) => context.delete_object(name).await?,
            Action::DatabaseSave {
                collection,
                document,
            } => writer::save(context, collection, document).await?,
            Action::PredictionSave { predicted, truth } => {
                writer::save_prediction(context, predicted, truth).await?;
            }
            Action::Measure(name) => {
                measurement::save(&context.environment, name, &[], "value=1");
            }
            Action::Publish { what, channel } => {
                let message = self.output(*what);
                context.publish(&message, channel.as_deref()).await?;
            }
            Action::Log(line) => log::info(line),
            Action::Delay(duration) => tokio::time::sleep(*duration).await,
            Action::Fail(why) => {
                let why = why.as_ref().unwrap_or(&self.message.error);
                return Err(HandlerError::Raised(why.clone()));
            }
            Action::Exit => return Ok(End::Exit),
        }
        Ok(End::Done)
    }

    fn output(&self, what: Output) -> KreNatsMessage {
        let (payload, kind) = match what {
            Output::Text(kind) => (Some(self.payload.any()), kind),
            Output::Incoming => (self.message.payload.clone(), MessageType::Ok),
        };
        KreNatsMessage {
            request_id: self.message.request_id.clone(),
            payload,
            error: String::new(),
            from_node: self.context.environment.node_name.clone(),
            message_type: kind.into(),
        }
    }
}

fn variable<'a>(context: &'a Context, name: &str) -> Result<&'a str, HandlerError> {
    let value = context.variables.get(name);
    let value = value.ok_or_else(|| HandlerError::NoVariable(name.to_owned()))?;
    Ok(value)
}

fn file(context: &Context, path: &str) -> Result<String, HandlerError> {
    let file = context.path(path);
    std::fs::read_to_string(&file).map_err(|source| HandlerError::File {
        path: file.display().to_string(),
        source,
    })
}
