//! The provider as a process, and what a host does with runtimes.

use std::{
    env, fs, future,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use futures_util::{StreamExt, TryStreamExt, stream};
use harness::{
    drive::{DriveError, Managed, Object, configure, encode},
    plugin::{HostError, HostOptions, Plugin},
};
use serde_json::{Value as Json, json};
use terraform::{Diagnostics, Type, Value, bridge, declare::DeclareError, diagnostics::chain};
use terraform_provider_kre::{Kre, resources::runtime};
use terraform_server::Provider as _;

/// The variable that names another build of the provider, to compare it with.
const OTHER: &str = "KRE_PROVIDER";

/// How many resources a host takes care of at once unless told otherwise.
pub(crate) const AT_ONCE: usize = 10;

/// What NATS requests, and what it does after a change.
const MEMORY: &str = "64Mi";
const OTHER_MEMORY: &str = "96Mi";

/// How long the provider may take to end when asked to.
const END: Duration = Duration::from_secs(2);

/// Why there is nothing to measure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider does not start.
    #[error("the provider does not start")]
    Start(#[from] HostError),
    /// The provider refuses something, or answers what hosts refuse.
    #[error("the provider does not do what it should")]
    Drive(#[from] DriveError),
    /// The bench writes what the provider does not take.
    #[error("this is no configuration: {0}")]
    Configuration(String),
    /// A runtime that nobody has touched is not as it was.
    #[error("there is something to change: {0:?}")]
    Changed(Diagnostics),
}

/// Returns the path of the provider.
#[expect(
    clippy::disallowed_methods,
    reason = "a bench is told on the command line what to measure"
)]
pub(crate) fn binary() -> PathBuf {
    let own = || env!("CARGO_BIN_EXE_terraform-provider-kre").into();
    env::var_os(OTHER).map_or_else(own, PathBuf::from)
}

/// A provider that has just been started and configured.
pub(crate) struct Provider {
    plugin: Plugin,
    runtimes: Managed,
}

/// A runtime as a host knows it.
#[derive(Debug, Clone)]
pub(crate) struct Runtime {
    pub(crate) id: String,
    pub(crate) config: Value,
    pub(crate) object: Object,
}

impl Provider {
    /// Starts the provider for the cluster of a kubeconfig.
    pub(crate) async fn start(kubeconfig: &Path) -> Result<Self, ProviderError> {
        let plugin = Plugin::start(&binary(), HostOptions::default()).await?;
        let block = Kre::schema().map_err(|error| mistake(&error))?.block;
        let config = json!({ "config_path": kubeconfig });
        let config = value(&config, &block.implied_type())?;
        configure(&plugin.provider(), encode(&config, &block.implied_type())?).await?;
        let schema = runtime::schema().map_err(|error| mistake(&error))?;
        let runtimes = Managed::new(plugin.provider(), "kre_runtime", schema);
        Ok(Self { plugin, runtimes })
    }

    /// Returns a runtime that is not there yet.
    pub(crate) fn runtime(&self, id: &str) -> Result<Runtime, ProviderError> {
        Ok(Runtime {
            config: value(&configuration(id, MEMORY), self.runtimes.ty())?,
            id: id.to_owned(),
            object: Object::default(),
        })
    }

    /// Asks for something that NATS has to be restarted for.
    pub(crate) fn change(&self, runtime: &mut Runtime) -> Result<(), ProviderError> {
        runtime.config = value(
            &configuration(&runtime.id, OTHER_MEMORY),
            self.runtimes.ty(),
        )?;
        Ok(())
    }

    /// Makes runtimes be as their configurations say; returns how long that took.
    pub(crate) async fn apply(
        &self,
        runtimes: &mut Vec<Runtime>,
    ) -> Result<Duration, ProviderError> {
        let since = Instant::now();
        let applied = stream::iter(std::mem::take(runtimes)).map(async |mut runtime| {
            runtime.object = self
                .runtimes
                .change(&runtime.object, &runtime.config)
                .await?;
            Ok::<_, DriveError>(runtime)
        });
        *runtimes = applied.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(since.elapsed())
    }

    /// Reads runtimes; returns how long that took.
    pub(crate) async fn refresh(&self, runtimes: &[Runtime]) -> Result<Duration, ProviderError> {
        let since = Instant::now();
        let read = stream::iter(runtimes).map(|runtime| self.runtimes.refresh(&runtime.object));
        let read = read.buffer_unordered(AT_ONCE);
        read.map_err(ProviderError::from)
            .try_for_each(|found| {
                let warnings = found.warnings;
                future::ready(if warnings.is_empty() {
                    Ok(())
                } else {
                    Err(ProviderError::Changed(warnings))
                })
            })
            .await?;
        Ok(since.elapsed())
    }

    /// Reads runtimes and plans them again, and demands that there is nothing to do; returns how
    /// long that took.
    pub(crate) async fn settled(&self, runtimes: &[Runtime]) -> Result<Duration, ProviderError> {
        let since = Instant::now();
        let settled = stream::iter(runtimes)
            .map(|runtime| self.runtimes.settled(&runtime.object, &runtime.config));
        let settled = settled.buffer_unordered(AT_ONCE);
        settled.try_collect::<()>().await?;
        Ok(since.elapsed())
    }

    /// Removes runtimes; returns how long that took.
    pub(crate) async fn destroy(&self, runtimes: &[Runtime]) -> Result<Duration, ProviderError> {
        let since = Instant::now();
        let gone = stream::iter(runtimes).map(|runtime| self.runtimes.destroy(&runtime.object));
        gone.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(since.elapsed())
    }

    /// Returns the most memory that it has had until now, in mebibytes, where the kernel says so.
    pub(crate) fn peak_memory(&self) -> Option<f64> {
        let id = self.plugin.process().id()?;
        let text = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes / 1024.0)
    }

    /// Ends it as hosts do; what does not end in time is killed.
    pub(crate) async fn end(mut self) {
        let nothing = tfplugin::goplugin::Empty {};
        // The provider may end before it answers.
        let _ = self.plugin.controller().shutdown(nothing).await;
        let _ = self.plugin.wait(END).await;
    }
}

/// What a user writes who leaves out whatever may be left out, but for the end.
fn configuration(id: &str, memory: &str) -> Json {
    json!({
        "id": id,
        "name": "Bench",
        "nats": {
            "storage": { "size": "1Gi" },
            "resources": { "requests": { "memory": memory } },
        },
        "mongodb": { "storage": { "size": "1Gi" } },
        "on_destroy": "delete",
    })
}

fn value(json: &Json, ty: &Type) -> Result<Value, ProviderError> {
    bridge::to_value(json, ty).map_err(|error| ProviderError::Configuration(chain(&error)))
}

fn mistake(error: &DeclareError) -> ProviderError {
    ProviderError::Configuration(chain(error))
}
