//! Functions: pure computations that configurations can call.

use std::fmt;

use terraform::{Type, Value, declare::DeclareError, schema::Signature};

/// A function. It knows no provider configuration, and the same arguments give the same result.
pub trait Function: 'static {
    /// Name in configurations, after `provider::<name>::`.
    const NAME: &'static str;

    /// Describes arguments and result.
    fn signature() -> Result<Signature, DeclareError>;

    /// Computes the result, which has the declared type `returns`. The arguments have theirs;
    /// variadic ones stand at the end.
    fn call(arguments: &[Value], returns: &Type) -> Result<Value, FunctionError>;
}

/// Why a function has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// A sentence for the user.
    pub text: String,
    /// The argument at fault, counted from 0; `None` if it is none of them alone.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// An argument is at fault.
    pub fn at(argument: usize, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: Some(argument),
        }
    }

    /// No argument alone is at fault.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            argument: None,
        }
    }
}

/// A row of the table of functions. Made by [`function`].
pub struct FunctionEntry {
    pub(crate) name: &'static str,
    pub(crate) signature: fn() -> Result<Signature, DeclareError>,
    pub(crate) call: fn(&[Value], &Type) -> Result<Value, FunctionError>,
}

impl fmt::Debug for FunctionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FunctionEntry").field(&self.name).finish()
    }
}

/// The row of a function in its provider's table.
pub const fn function<F: Function>() -> FunctionEntry {
    FunctionEntry {
        name: F::NAME,
        signature: F::signature,
        call: F::call,
    }
}
