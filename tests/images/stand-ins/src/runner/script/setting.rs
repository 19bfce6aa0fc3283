//! The small values of a script.

use std::time::Duration;

use super::Scope;
use super::parse::Fault;
use crate::message::MessageType;

/// Reads a duration such as `250ms`, `3s`, `2m`.
pub(super) fn duration(text: &str) -> Result<Duration, Fault> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => match (text.strip_suffix('s'), text.strip_suffix('m')) {
            (Some(number), _) => (number, 1000),
            (_, Some(number)) => (number, 60_000),
            _ => return Err(Fault::Duration(text.to_owned())),
        },
    };
    let number: u32 = self::number(number).ok_or_else(|| Fault::Duration(text.to_owned()))?;
    Ok(Duration::from_millis(u64::from(number) * unit))
}

/// Reads a number of digits and nothing else.
pub(super) fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Reads a scope of configuration.
pub(super) fn scope(text: &str) -> Result<Scope, Fault> {
    match text {
        "node" => Ok(Scope::Node),
        "workflow" => Ok(Scope::Workflow),
        "project" => Ok(Scope::Project),
        _ => Err(Fault::Scope(text.to_owned())),
    }
}

/// Reads a kind of message.
pub(super) fn kind(text: &str) -> Result<MessageType, Fault> {
    match text {
        "ok" => Ok(MessageType::Ok),
        "error" => Ok(MessageType::Error),
        "early-reply" => Ok(MessageType::EarlyReply),
        "early-exit" => Ok(MessageType::EarlyExit),
        _ => Err(Fault::Kind(text.to_owned())),
    }
}
