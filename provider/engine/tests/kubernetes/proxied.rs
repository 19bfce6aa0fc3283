//! The connection, as tests of the provider have it: through a proxy that may refuse or be gone.

use std::time::Duration;

use harness::proxy::{Fault, Moment, Prey, Proxy, Trap};
use k8s_openapi::api::core::v1::Pod;
use kre_engine::kubernetes::{Arguments, Cluster};
use kube::Api;

use crate::support::{ask, cluster, machine, soon};

fn through(proxy: &Proxy) -> Cluster {
    cluster(Arguments {
        config_path: Some(proxy.kubeconfig()),
        ..Arguments::default()
    })
}

#[tokio::test]
async fn questions_and_upgrades_come_through() {
    let proxy = Proxy::to(machine().kubeconfig());
    let cluster = through(&proxy);
    ask(&cluster).await.unwrap();
    let client = cluster.client(soon()).await.unwrap();
    let pods: Api<Pod> = Api::namespaced(client, "default");
    let refusal = pods.portforward("nobody", &[80]).await.map(drop);
    assert!(refusal.unwrap_err().to_string().contains("404"));

    let counts = proxy.counts();
    assert_eq!(counts["list configmaps"], 1);
    assert_eq!(counts["connect pods/portforward"], 1);
}

#[tokio::test]
async fn a_refusal_that_passes_is_waited_for_as_long_as_the_server_asks() {
    let proxy = Proxy::to(machine().kubeconfig());
    proxy.inject(Fault::too_many_requests(1));
    proxy.inject(Fault::unavailable());
    ask(&through(&proxy)).await.unwrap();

    let calls = proxy.calls();
    let statuses: Vec<_> = calls.iter().filter_map(|call| call.status).collect();
    assert_eq!(statuses, [429, 503, 200]);
    assert!(calls[1].at >= calls[0].at + Duration::from_secs(1));
}

#[tokio::test]
async fn a_server_that_is_gone_for_a_while_in_the_middle_was_never_away() {
    let proxy = Proxy::to(machine().kubeconfig());
    let cluster = through(&proxy);
    ask(&cluster).await.unwrap();
    let nobody = Prey::new("/nobody".as_ref());
    let period = Duration::from_millis(500);
    proxy.arm(Trap::at(1, Moment::After, nobody).refusing(period));

    ask(&cluster).await.unwrap();

    assert!(proxy.disarm().is_some());
    assert_eq!(proxy.counts()["list configmaps"], 3);
}
