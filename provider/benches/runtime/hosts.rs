//! The same as Terraform's users see it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use harness::host::{Host, Product, ProviderUnderTest, Workspace};

use crate::provider::{Runtime, binary};

/// How long a command may take.
const DEADLINE: Duration = Duration::from_mins(5);

/// Returns Terraform, if there is one.
pub(crate) fn terraform() -> Option<Host> {
    let mut hosts = Host::all().into_iter();
    hosts.find(|host| host.product == Product::Terraform)
}

/// A workspace whose state has everything already that its configuration wants.
pub(crate) struct Stage(Workspace);

impl Stage {
    /// Takes over runtimes that exist.
    pub(crate) fn of(host: &Host, kubeconfig: &Path, runtimes: &[Runtime]) -> Self {
        let provider = ProviderUnderTest {
            name: "kre".to_owned(),
            address: "kre/kre".to_owned(),
            binary: binary(),
        };
        let mut workspace = Workspace::new(host, &provider);
        workspace.set_deadline(DEADLINE);
        let ids: Vec<_> = runtimes.iter().map(|it| it.id.as_str()).collect();
        workspace.write("main.tf", configuration(kubeconfig, &ids));
        workspace.apply();
        Self(workspace)
    }

    /// Makes as many of what is built into the host.
    pub(crate) fn without_provider(host: &Host, count: usize) -> Self {
        let workspace = Workspace::bare(host);
        let all = format!("resource \"terraform_data\" \"it\" {{ count = {count} }}");
        workspace.write("main.tf", all);
        workspace.apply();
        Self(workspace)
    }

    /// Plans, and demands that there is nothing to do; returns how long that took.
    pub(crate) fn plan(&self) -> Duration {
        let since = Instant::now();
        let planned = self.0.run(&["plan", "-detailed-exitcode"]);
        let took = since.elapsed();
        assert!(planned.succeeded(), "{planned}");
        took
    }
}

fn configuration(kubeconfig: &Path, ids: &[&str]) -> String {
    let kubeconfig = kubeconfig.display();
    format!(
        r#"
        terraform {{
            required_providers {{ kre = {{ source = "kre/kre" }} }}
        }}
        provider "kre" {{ config_path = "{kubeconfig}" }}
        locals {{ ids = toset({ids:?}) }}
        import {{
            for_each = local.ids
            to       = kre_runtime.it[each.key]
            id       = "kre-${{each.key}}/${{each.key}}"
        }}
        resource "kre_runtime" "it" {{
            for_each   = local.ids
            id         = each.key
            name       = "Bench"
            nats       = {{
                storage   = {{ size = "1Gi" }}
                resources = {{ requests = {{ memory = "64Mi" }} }}
            }}
            mongodb    = {{ storage = {{ size = "1Gi" }} }}
            on_destroy = "delete"
        }}
        "#
    )
}
