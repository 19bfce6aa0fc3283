//! Real hosts: Terraform and OpenTofu as their users run them.
//!
//! A test asks for the hosts, makes a [`Workspace`] for one of them, and runs commands in it:
//!
//! ```no_run
//! use harness::host::{Host, Workspace};
//!
//! Host::each(&[], |host| {
//!     let workspace = Workspace::bare(host);
//!     workspace.write("main.tf", r#"resource "terraform_data" "greeting" { input = "hello" }"#);
//!     workspace.apply();
//!     workspace.plan().assert_empty();
//! });
//! ```

mod diagnostic;
mod discovery;
mod feature;
mod operations;
mod outcome;
mod plan;
mod state;
mod workspace;

use std::fmt;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

pub use diagnostic::{Diagnostic, Position, Range, Severity};
pub use feature::Feature;
pub use outcome::Outcome;
pub use plan::{Action, Change, Plan};
pub use state::State;
pub use workspace::{ProviderUnderTest, Workspace};

use crate::environment;
use crate::report::{OrFail, remark};

/// Who made a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// Terraform.
    Terraform,
    /// OpenTofu.
    OpenTofu,
}

impl Product {
    /// Returns its name as it writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::OpenTofu => "OpenTofu",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The version of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number, with the pre-release if there is one.
    pub patch: String,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let (major, rest) = text.split_once('.')?;
        let (minor, patch) = rest.split_once('.')?;
        Some(Self {
            major: major.parse().ok()?,
            minor: minor.parse().ok()?,
            patch: patch.to_owned(),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            major,
            minor,
            patch,
        } = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// A program that runs providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Who made it.
    pub product: Product,
    /// Its version.
    pub version: Version,
    /// Where it is.
    pub path: PathBuf,
}

impl Host {
    /// Returns the hosts to test with, found once per process.
    ///
    /// These are `terraform` on PATH, OpenTofu built from this repository, and the paths that
    /// `TF_HOSTS` lists, separated by commas; `TF_HOSTS_ONLY=terraform` or `opentofu` leaves out
    /// the other product. Fails the test if one of them does not work or none is left.
    #[track_caller]
    pub fn all() -> Vec<Self> {
        discovery::hosts().or_fail("no hosts to test with")
    }

    /// Runs a test with each host that has all features it needs, and says which hosts it skips.
    ///
    /// The hosts run side by side; the test fails if it fails with any of them.
    #[track_caller]
    pub fn each(needs: &[Feature], test: impl Fn(&Self) + Sync) {
        Self::each_of(&Self::all(), needs, test);
    }

    /// Runs a test with one host that has all features it needs: Terraform where there is one.
    ///
    /// With the variable `KRE_TEST_HOSTS=all`, with each of them, as [`Host::each`] does.
    #[track_caller]
    pub fn one(needs: &[Feature], test: impl Fn(&Self) + Sync) {
        let mut hosts = Self::all();
        if environment::variable("KRE_TEST_HOSTS").is_none_or(|which| which != "all") {
            let has_all = |host: &Self| needs.iter().all(|feature| host.supports(*feature));
            // Without any, each says what it lacks.
            if let Some(first) = hosts.iter().find(|host| has_all(host)).cloned() {
                hosts = vec![first];
            }
        }
        Self::each_of(&hosts, needs, test);
    }

    #[track_caller]
    fn each_of(hosts: &[Self], needs: &[Feature], test: impl Fn(&Self) + Sync) {
        let name = thread::current().name().unwrap_or("a test").to_owned();
        thread::scope(|scope| {
            let runs: Vec<_> = hosts
                .iter()
                .map(|host| {
                    let run = || {
                        if !needs.iter().any(|feature| host.skips(*feature)) {
                            test(host);
                        }
                    };
                    thread::Builder::new()
                        .name(name.clone())
                        .spawn_scoped(scope, run)
                        .or_fail("failed to start a thread")
                })
                .collect();
            let ends: Vec<_> = runs
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect();
            for (host, end) in hosts.iter().zip(ends) {
                if let Err(panic) = end {
                    remark(format_args!("failed with {host}: {name}"));
                    resume_unwind(panic);
                }
            }
        });
    }

    /// Tells whether it has a feature.
    pub fn supports(&self, feature: Feature) -> bool {
        feature.is_in(self.product, &self.version)
    }

    /// Tells whether a test that needs a feature has to be skipped, and if so says why on stderr.
    pub fn skips(&self, feature: Feature) -> bool {
        let skips = !self.supports(feature);
        if skips {
            let current = thread::current();
            let name = current.name().unwrap_or("a test");
            remark(format_args!("skipped: {self} has no {feature}: {name}"));
        }
        skips
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supports(product: Product, version: &str, feature: Feature) -> bool {
        let version = Version::parse(version).unwrap();
        Host {
            product,
            version,
            path: PathBuf::new(),
        }
        .supports(feature)
    }

    #[test]
    fn a_feature_begins_with_a_version() {
        assert!(!supports(Product::Terraform, "1.11.4", Feature::Identity));
        assert!(supports(Product::Terraform, "1.12.0", Feature::Identity));
        assert!(supports(Product::Terraform, "2.0.0", Feature::Identity));
    }

    #[test]
    fn a_feature_of_one_product_is_not_in_the_other() {
        assert!(supports(Product::Terraform, "1.14.0", Feature::Actions));
        assert!(!supports(Product::OpenTofu, "1.14.0", Feature::Actions));
    }

    #[test]
    fn a_version_is_written_as_it_was_read() {
        let version = Version::parse("1.16.0-alpha20260101").unwrap();
        assert_eq!(version.minor, 16);
        assert_eq!(version.to_string(), "1.16.0-alpha20260101");
    }

    #[test]
    fn what_is_no_version_is_none() {
        assert_eq!(Version::parse("1.x.0"), None);
        assert_eq!(Version::parse("1.0"), None);
    }
}
