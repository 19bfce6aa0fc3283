//! A namespace of a test's own.

use std::path::{Path, PathBuf};
use std::thread;

use k8s_openapi::api::core::v1;
use kube::api::{Api, DeleteParams, ObjectMeta, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use terraform::diagnostics::chain;
use tokio::runtime;

use super::snapshot::remember;
use super::{Cluster, suffix};
use crate::report::{OrFail, fail, remark};

/// Connects to a cluster as the user of a kubeconfig; fails the test if that cannot be done.
pub async fn client_of(kubeconfig: &Path) -> Client {
    install_crypto();
    let kubeconfig = Kubeconfig::read_from(kubeconfig).or_fail("no kubeconfig");
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .or_fail("no configuration from the kubeconfig");
    Client::try_from(config).or_fail("no client from the kubeconfig")
}

/// Chooses who encrypts, for clients that leave it to the process.
pub(crate) fn install_crypto() {
    // Only the first of a process can do it, and all do the same.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// A namespace with a name that no other has; dropping it deletes it without waiting.
#[derive(Debug)]
pub struct Namespace {
    name: String,
    kubeconfig: PathBuf,
}

impl Namespace {
    /// Creates a namespace whose name begins with what the test is about.
    pub async fn create(cluster: &Cluster, subject: &str) -> Self {
        let kubeconfig = cluster.kubeconfig().to_owned();
        let name = format!("{subject}-{}", suffix());
        remember(&name);
        let namespace = v1::Namespace {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                ..ObjectMeta::default()
            },
            ..v1::Namespace::default()
        };
        let namespaces = Api::<v1::Namespace>::all(client_of(&kubeconfig).await);
        let created = namespaces.create(&PostParams::default(), &namespace).await;
        created.or_fail("no namespace");
        Self { name, kubeconfig }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // The test's own runtime and its connections stand still while this runs.
        let deletion = thread::scope(|scope| scope.spawn(|| delete(self)).join());
        if deletion.is_err() {
            remark(format_args!("namespace `{}` is left behind", self.name));
        }
    }
}

fn delete(namespace: &Namespace) {
    let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else {
        fail("no runtime")
    };
    runtime.block_on(async {
        let namespaces = Api::<v1::Namespace>::all(client_of(&namespace.kubeconfig).await);
        let deletion = DeleteParams::default().grace_period(0);
        if let Err(error) = namespaces.delete(&namespace.name, &deletion).await {
            remark(chain(&error));
        }
    });
}
