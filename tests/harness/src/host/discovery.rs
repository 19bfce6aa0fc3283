//! Which hosts there are.

use std::env::{split_paths, temp_dir};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::{Host, Product, Version};
use crate::build::{BuildError, OPENTOFU};
use crate::environment;
use crate::process::Running;
use crate::report::remark;

/// A host answers about itself at once; a first start on a busy machine takes a moment.
const QUESTION_DEADLINE: Duration = Duration::from_mins(1);

/// Why a host cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum HostError {
    /// OpenTofu could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The program could not be run.
    #[error("failed to run `{path}`")]
    Start { path: PathBuf, source: io::Error },
    /// The program is something else.
    #[error("`{path}` is neither Terraform nor OpenTofu:\n{answer}")]
    Unknown { path: PathBuf, answer: String },
    /// The filter names no product.
    #[error("TF_HOSTS_ONLY is neither `terraform` nor `opentofu`: `{0}`")]
    Filter(String),
    /// The machine has none, or the filter left none.
    #[error("neither is `terraform` on PATH, nor does TF_HOSTS name a host that is asked for")]
    Nothing,
}

/// Finds the hosts, once per process.
pub(super) fn hosts() -> Result<Vec<Host>, &'static HostError> {
    // The failure is kept too, so that it is not worked out again for each test.
    static HOSTS: OnceLock<Result<Vec<Host>, HostError>> = OnceLock::new();
    HOSTS.get_or_init(find).as_ref().cloned()
}

fn find() -> Result<Vec<Host>, HostError> {
    let only = only(environment::variable("TF_HOSTS_ONLY"))?;
    let is_wanted = |product| only.is_none_or(|only| only == product);
    let mut hosts = Vec::new();
    if is_wanted(Product::Terraform) {
        match on_path("terraform") {
            Some(path) => hosts.push(identify(path)?),
            None => remark("skipped: every test with Terraform, which is not on PATH"),
        }
    }
    if is_wanted(Product::OpenTofu) {
        hosts.push(identify(OPENTOFU.binary()?)?);
    }
    for path in listed(environment::variable("TF_HOSTS")) {
        let host = identify(path)?;
        if is_wanted(host.product) && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.is_empty() {
        Err(HostError::Nothing)
    } else {
        Ok(hosts)
    }
}

/// Asks a program who it is.
fn identify(path: PathBuf) -> Result<Host, HostError> {
    let mut command = Command::new(&path);
    command
        .arg("version")
        .env_clear()
        .env("HOME", temp_dir())
        .env("CHECKPOINT_DISABLE", "1");
    let output = match Running::start(command, "", QUESTION_DEADLINE).and_then(Running::wait) {
        Ok(output) => output,
        Err(source) => return Err(HostError::Start { path, source }),
    };
    // `version -json` would not say which product it is.
    match output.stdout.lines().find_map(introduction) {
        Some((product, version)) => Ok(Host {
            product,
            version,
            path,
        }),
        None => Err(HostError::Unknown {
            path,
            answer: output.to_string(),
        }),
    }
}

/// Reads the line in which a host introduces itself, e.g. `Terraform v1.11.4`.
fn introduction(line: &str) -> Option<(Product, Version)> {
    let (name, version) = line.split_once(" v")?;
    let products = [Product::Terraform, Product::OpenTofu];
    let product = products
        .into_iter()
        .find(|product| product.name() == name)?;
    Some((product, Version::parse(version)?))
}

fn only(filter: Option<OsString>) -> Result<Option<Product>, HostError> {
    let Some(filter) = filter else {
        return Ok(None);
    };
    match filter.to_str() {
        Some("terraform") => Ok(Some(Product::Terraform)),
        Some("opentofu") => Ok(Some(Product::OpenTofu)),
        _ => Err(HostError::Filter(filter.to_string_lossy().into_owned())),
    }
}

fn listed(paths: Option<OsString>) -> Vec<PathBuf> {
    let text = paths.unwrap_or_default().to_string_lossy().into_owned();
    let paths = text
        .split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty());
    paths.map(PathBuf::from).collect()
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = environment::variable("PATH")?;
    split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| Path::is_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_products_introduce_themselves() {
        let (product, version) = introduction("Terraform v1.11.4").unwrap();
        assert_eq!((product, version.minor), (Product::Terraform, 11));

        let (product, version) = introduction("OpenTofu v1.12.6").unwrap();
        assert_eq!((product, version.minor), (Product::OpenTofu, 12));
    }

    #[test]
    fn a_line_about_something_else_introduces_nobody() {
        assert_eq!(introduction("on linux_amd64"), None);
        assert_eq!(introduction("+ provider example.com/a/b v1.0.0"), None);
    }

    #[test]
    fn hosts_are_listed_with_commas() {
        let listed = listed(Some(OsString::from("/a/terraform, /b/tofu,")));
        assert_eq!(
            listed,
            [PathBuf::from("/a/terraform"), PathBuf::from("/b/tofu")]
        );
    }

    #[test]
    fn a_filter_that_names_no_product_is_an_error() {
        let error = only(Some(OsString::from("pulumi"))).unwrap_err();
        assert!(error.to_string().ends_with("`pulumi`"));
    }

    #[test]
    fn a_program_that_is_no_host_is_named() {
        let error = identify(PathBuf::from("/bin/echo")).unwrap_err();
        assert!(error.to_string().contains("/bin/echo"), "{error}");
    }
}
