//! Verdicts on what was seen.

mod grace;
mod readiness;
mod resizing;
mod scenes;
mod symptoms;
