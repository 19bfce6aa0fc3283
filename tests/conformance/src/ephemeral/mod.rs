//! The ephemeral resources.

mod broken;
mod lease;

pub use broken::Broken;
pub use lease::Lease;
