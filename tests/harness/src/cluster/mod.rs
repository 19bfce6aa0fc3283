//! A real Kubernetes for tests: started from what this repository builds, ended with the tests.
//!
//! Most tests share one cluster per test process and each take a namespace in it:
//!
//! ```no_run
//! # async fn test() {
//! use harness::cluster::Cluster;
//!
//! let cluster = Cluster::shared();
//! println!("KUBECONFIG={}", cluster.kubeconfig().display());
//! # }
//! ```

mod error;
#[cfg(feature = "kubernetes")]
mod forward;
#[cfg(feature = "kubernetes")]
mod namespace;
#[cfg(feature = "kubernetes")]
mod objects;
#[cfg(feature = "kubernetes")]
mod pods;
mod policy;
#[cfg(feature = "kubernetes")]
mod snapshot;
mod tool;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use terraform::diagnostics::chain;

pub use error::ClusterError;
#[cfg(feature = "kubernetes")]
pub use forward::Forward;
#[cfg(feature = "kubernetes")]
pub(crate) use namespace::install_crypto;
#[cfg(feature = "kubernetes")]
pub use namespace::{Namespace, client_of};
#[cfg(feature = "kubernetes")]
pub use objects::Objects;
#[cfg(feature = "kubernetes")]
pub use pods::Executed;
pub use policy::{ADMISSION, ImagePolicy};
#[cfg(feature = "kubernetes")]
pub use snapshot::{Snapshot, fresh_id};
pub use tool::Tool;

use crate::build::COREDNS;
use crate::report::{OrFail, remark};

/// What the nodes of a cluster are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Played; pods of some images are processes.
    One,
    /// Real ones, whose pods are containers. Not every machine can have them.
    Two,
}

/// What a cluster has besides a control plane.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the nodes are.
    pub tier: Tier,
    /// How many nodes there are.
    pub nodes: u32,
    /// The API server queues and refuses requests when it has too many, as real ones do.
    pub has_fairness: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tier: Tier::One,
            nodes: 3,
            has_fairness: true,
        }
    }
}

/// A running cluster, which ends at the latest when the process that started it does.
#[derive(Debug)]
pub struct Cluster {
    tool: Tool,
    name: String,
    kubeconfig: PathBuf,
    took: Duration,
    has_ended: bool,
}

impl Cluster {
    /// Starts a cluster under a name that no other has.
    pub fn start(tool: Tool, options: &Options) -> Result<Self, ClusterError> {
        let Options {
            tier,
            nodes,
            has_fairness,
        } = options;
        let mut flags = vec![
            "--with-parent".to_owned(),
            format!("--nodes={nodes}"),
            format!("--programs={}", tool.programs().display()),
        ];
        if *tier == Tier::Two {
            flags.push("--tier=2".to_owned());
        }
        if !has_fairness {
            flags.push("--no-fairness".to_owned());
        }
        let name = format!("test-{}", suffix());
        let since = Instant::now();
        let kubeconfig = tool.succeed("up", &name, &flags)?;
        Ok(Self {
            tool,
            name,
            kubeconfig: PathBuf::from(kubeconfig.trim_end()),
            took: since.elapsed(),
            has_ended: false,
        })
    }

    /// Returns the cluster with everything that a pod can be, which the tests of this process share.
    ///
    /// The first who asks starts it, and the end of the process ends it. Fails the test if it
    /// does not start.
    #[track_caller]
    pub fn shared() -> &'static Self {
        // The failure is kept too, so that it is not waited for again by each test.
        static SHARED: OnceLock<Result<Cluster, ClusterError>> = OnceLock::new();
        SHARED
            .get_or_init(|| Self::start(Tool::complete()?, &Options::default()))
            .as_ref()
            .or_fail("no cluster to test with")
    }

    /// Returns the cluster with two nodes that run containers, which the tests of this process share.
    ///
    /// Where the machine cannot have such nodes, it is told once why the tests are skipped.
    #[track_caller]
    pub fn with_containers() -> Option<&'static Self> {
        static SHARED: OnceLock<Result<Option<Cluster>, ClusterError>> = OnceLock::new();
        SHARED
            .get_or_init(|| {
                let tool = Tool::with(&[COREDNS])?;
                if let Some(lack) = tool.lack()? {
                    remark(format_args!("skipped: {lack}"));
                    return Ok(None);
                }
                let options = Options {
                    tier: Tier::Two,
                    nodes: 2,
                    ..Options::default()
                };
                Self::start(tool, &options).map(Some)
            })
            .as_ref()
            .or_fail("no cluster to test with")
            .as_ref()
    }

    /// Brings the images of archives to the nodes that run containers.
    pub fn load(&self, archives: &[&Path]) -> Result<(), ClusterError> {
        let files = archives.iter().map(|path| path.display().to_string());
        let files: Vec<_> = files.collect();
        self.tool
            .succeed("images load", &self.name, &files)
            .map(drop)
    }

    /// Switches a node that runs containers off and on, and waits until it is ready.
    ///
    /// Its pods are started again, and say so a moment later.
    pub fn restart_node(&self, node: &str) -> Result<(), ClusterError> {
        let node = [node.to_owned()];
        self.tool
            .succeed("nodes restart", &self.name, &node)
            .map(drop)
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the tool that runs it.
    pub fn tool(&self) -> &Tool {
        &self.tool
    }

    /// Returns the path of a kubeconfig whose user may do everything.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Returns how long it took from asking for the cluster to having all of it.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Ends the cluster, and waits until nothing of it is left.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        self.has_ended = true;
        self.down()
    }

    fn down(&self) -> Result<(), ClusterError> {
        self.tool.succeed("down", &self.name, &[]).map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        if let Err(error) = self.down() {
            remark(chain(&error));
        }
    }
}

/// Returns a few letters and digits that nobody else comes up with.
fn suffix() -> String {
    // Each of these hashes with keys of its own.
    let number = RandomState::new().hash_one("suffix");
    format!("{:08x}", number >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_suffixes_are_the_same() {
        assert_ne!(suffix(), suffix());
    }

    #[test]
    fn a_suffix_fits_at_the_end_of_a_name() {
        let suffix = suffix();
        assert!(suffix.len() == 8 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
