//! Verdicts on what was seen.

mod containers;
mod grace;
mod readiness;
mod resizing;
mod scenes;
mod symptoms;
