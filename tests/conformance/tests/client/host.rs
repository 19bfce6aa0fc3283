//! A plugin process with a world of its own.

use std::{fs, path::Path, time::Duration};

use harness::{
    drive::{self, Lease, Lookup, Managed},
    plugin::{HostOptions, Plugin},
};
use tempfile::TempDir;
use terraform::{Diagnostics, Type, Value};
use terraform_provider_conformance::Conformance;
use terraform_server::{DataSource, EphemeralResource, Provider as _, Resource};
use tfplugin::tfplugin6::{self as wire, provider_client::ProviderClient};
use tokio::time;
use tonic::transport::Channel;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-conformance");

/// What a debug build on a busy machine needs at most for any call that is not large.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// A plugin process with a world of its own.
pub(crate) struct Host {
    plugin: Plugin,
    world: TempDir,
}

impl Host {
    /// Starts the plugin, and does not ask or tell it anything.
    pub(crate) async fn unconfigured() -> Self {
        // A panic in a call is no more than a line in the log.
        let log = ("TF_LOG_PROVIDER".to_owned(), "ERROR".into());
        let options = HostOptions {
            variables: [log].into(),
            ..HostOptions::default()
        };
        let start = Plugin::start(Path::new(BINARY), options);
        Self {
            plugin: start.await.unwrap(),
            world: tempfile::tempdir().unwrap(),
        }
    }

    /// Starts the plugin and configures it, without a look at its schemas.
    pub(crate) async fn new() -> Self {
        let host = Self::unconfigured().await;
        let directory = host.world.path().to_str().unwrap();
        let config = Self::provider_block([("directory", directory.into())]);
        host.configure(&config).await.unwrap();
        host
    }

    pub(crate) fn provider_block<const N: usize>(says: [(&str, Value); N]) -> Value {
        drive::object(&Conformance::schema().unwrap().block, says)
    }

    pub(crate) async fn configure(&self, config: &Value) -> Result<Diagnostics, drive::DriveError> {
        let ty = Conformance::schema().unwrap().implied_type();
        drive::configure(&self.client(), encode(config, &ty)).await
    }

    pub(crate) fn client(&self) -> ProviderClient<Channel> {
        self.plugin.provider()
    }

    pub(crate) fn plugin(&mut self) -> &mut Plugin {
        &mut self.plugin
    }

    pub(crate) fn world(&self) -> &Path {
        self.world.path()
    }

    /// The lines of the world's log.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.world().join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    pub(crate) fn managed<R: Resource>(&self) -> Managed {
        Managed::new(self.client(), R::TYPE_NAME, R::schema().unwrap())
    }

    pub(crate) fn lookup<D: DataSource>(&self) -> Lookup {
        Lookup::new(self.client(), D::TYPE_NAME, D::schema().unwrap())
    }

    pub(crate) fn lease<E: EphemeralResource>(&self) -> Lease {
        Lease::new(self.client(), E::TYPE_NAME, E::schema().unwrap())
    }

    /// Demands that the process still serves, never panicked, and printed nothing.
    pub(crate) async fn is_well(&self) {
        let mut client = self.client();
        let asked = client.get_metadata(wire::get_metadata::Request {});
        time::timeout(LIMIT, asked).await.unwrap().unwrap();
        assert_eq!(self.panics(), [""; 0]);
        assert_eq!(self.plugin.stray_output(), [""; 0]);
    }

    /// What standard error says of panics.
    pub(crate) fn panics(&self) -> Vec<String> {
        let mut lines = self.plugin.process().stderr();
        lines.retain(|line| line.contains("panic"));
        lines
    }
}

pub(crate) fn encode(value: &Value, ty: &Type) -> wire::DynamicValue {
    drive::encode(value, ty).unwrap()
}

/// Demands an answer in time.
pub(crate) async fn prompt<T>(answer: impl Future<Output = T>) -> T {
    time::timeout(LIMIT, answer)
        .await
        .expect("no answer in time")
}

/// Summaries of all errors; each of them and the warnings are well-formed.
pub(crate) fn errors(messages: &[wire::Diagnostic]) -> Vec<String> {
    let diagnostics = drive::diagnostics(messages).unwrap();
    let errors = diagnostics
        .into_iter()
        .filter(|it| it.severity == terraform::Severity::Error);
    errors.map(|it| it.summary).collect()
}
