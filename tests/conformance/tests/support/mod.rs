//! What both targets share: a provider, however it runs, in a world of its own.

use std::{fs, path::Path, time::Duration};

use harness::drive::{self, DriveError, Managed};
use tempfile::TempDir;
use terraform::{Diagnostics, Severity, Type, Value};
use terraform_provider_conformance::Conformance;
use terraform_server::{Provider as _, Resource};
use tfplugin::tfplugin6::{self as wire, provider_client::ProviderClient};
use tokio::time;
use tonic::transport::Channel;

/// What a debug build on a busy machine needs at most for any call that is not large.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// A provider in a world of its own.
pub(crate) struct World {
    client: ProviderClient<Channel>,
    directory: TempDir,
}

impl World {
    /// A world of which the provider has not been told.
    pub(crate) fn untold(client: ProviderClient<Channel>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { client, directory }
    }

    /// A world for which the provider is configured.
    pub(crate) async fn of(client: ProviderClient<Channel>) -> Self {
        let world = Self::untold(client);
        let directory = world.path().to_str().unwrap();
        world.configure(directory.into()).await.unwrap();
        world
    }

    /// Configures the provider for the world in this directory.
    pub(crate) async fn configure(&self, directory: Value) -> Result<Diagnostics, DriveError> {
        drive::configure(&self.client(), provider_block(directory)).await
    }

    pub(crate) fn client(&self) -> ProviderClient<Channel> {
        self.client.clone()
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The lines of the world's log.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path().join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    pub(crate) fn managed<R: Resource>(&self) -> Managed {
        Managed::new(self.client(), R::TYPE_NAME, R::schema().unwrap())
    }
}

/// A provider block that names this directory.
pub(crate) fn provider_block(directory: Value) -> wire::DynamicValue {
    let schema = Conformance::schema().unwrap();
    let config = drive::object(&schema.block, [("directory", directory)]);
    encode(&config, &schema.implied_type())
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
        .filter(|it| it.severity == Severity::Error);
    errors.map(|it| it.summary).collect()
}
