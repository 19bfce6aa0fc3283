//! The functions.

mod coalesce_name;
mod describe;
mod divide;
mod is_known;
mod join;
mod pair;

pub(crate) use coalesce_name::CoalesceName;
pub(crate) use describe::Describe;
pub(crate) use divide::Divide;
pub(crate) use is_known::IsKnown;
pub(crate) use join::Join;
pub(crate) use pair::Pair;

use terraform::{
    Type,
    schema::{Parameter, Signature},
};

/// A signature without variadic arguments.
fn signature(summary: &str, parameters: Vec<Parameter>, returns: Type) -> Signature {
    Signature {
        summary: summary.to_owned(),
        description: String::new(),
        deprecated: None,
        parameters,
        variadic: None,
        returns,
    }
}
