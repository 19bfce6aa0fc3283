//! A plugin process with a world of its own.

use std::{ops::Deref, path::Path};

use harness::plugin::{HostOptions, Plugin};
use tfplugin::tfplugin6::get_metadata;

use crate::support::{World, prompt};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-conformance");

/// A plugin process with a world of its own.
pub(crate) struct Host {
    plugin: Plugin,
    world: World,
}

impl Deref for Host {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Host {
    /// Starts the plugin and configures it, without a look at its schemas.
    pub(crate) async fn new() -> Self {
        // A panic in a call is no more than a line in the log.
        let log = ("TF_LOG_PROVIDER".to_owned(), "ERROR".into());
        let options = HostOptions {
            variables: [log].into(),
            ..HostOptions::default()
        };
        let plugin = Plugin::start(Path::new(BINARY), options).await.unwrap();
        let world = World::of(plugin.provider()).await;
        Self { plugin, world }
    }

    pub(crate) fn plugin(&mut self) -> &mut Plugin {
        &mut self.plugin
    }

    /// Demands that the process still serves, never panicked, and printed nothing.
    pub(crate) async fn is_well(&self) {
        let mut client = self.client();
        let asked = client.get_metadata(get_metadata::Request {});
        prompt(asked).await.unwrap();
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
