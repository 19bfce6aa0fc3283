//! Failed calls in Terraform's terms.

use std::error::Error;

use kre_engine::kubernetes::{ConnectError, Failure};
use terraform::{
    Diagnostics, Path,
    diagnostics::{self, chain},
};

use super::sentence;

/// Tells why a call failed, and at which argument to mend it.
pub(super) fn failure(failure: &Failure) -> Diagnostics {
    let error = failure.first();
    let told = diagnostics::error(summary(error), sentence(&text(error)));
    match error.argument() {
        Some(argument) => told.at(Path::from(argument)).into(),
        None => told.into(),
    }
}

/// Tells that the cluster has to be asked while nobody knows where it is.
pub(super) fn unknown(arguments: &[String]) -> Diagnostics {
    let mut found = Diagnostics::new();
    for argument in arguments {
        let detail = format!(
            "`{argument}` of the provider block depends on something that is known only after apply, and the cluster has to be asked now. Apply that first, with `-target`, or write the value out."
        );
        let error = diagnostics::error("The cluster is not known yet", detail);
        found.push(error.at(Path::from(argument.as_str())));
    }
    found
}

fn summary(error: &ConnectError) -> String {
    let summary = match error {
        ConnectError::Forbidden { rule } => return format!("Not allowed to {rule}"),
        ConnectError::WrongCluster { .. } => "Wrong cluster",
        ConnectError::Unauthorized { .. } => "Credentials not accepted",
        ConnectError::Refused(_) => "Refused by the API server",
        ConnectError::UnknownKind { .. } => "Unknown kind of object",
        _ => "No way to the cluster",
    };
    summary.to_owned()
}

/// A status of the API server contains its causes already.
fn text(error: &ConnectError) -> String {
    match error {
        ConnectError::Refused(status) => format!("{error}: {}", status.message),
        error => chain(error as &dyn Error),
    }
}
