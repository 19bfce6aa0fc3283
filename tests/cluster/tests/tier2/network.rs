//! Pods find each other and are found, and nothing gets out.

use serde_json::{Value, json};

use crate::support::pods::{idle, on, server};
use crate::support::{Stage, assert_says};

/// Where the nodes are, seen from each other.
const NODES: [&str; 2] = ["198.51.100.11", "198.51.100.12"];

/// Writes a Service of the pods with a label.
fn service(name: &str, app: &str, spec: &Value) -> Value {
    let mut service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": name },
        "spec": spec,
    });
    service["spec"]["selector"] = json!({ "app": app });
    service
}

/// Writes what asks a server at an address, which may be the name of a Service.
///
/// A static busybox looks up names in no other program.
fn ask(address: &str, port: u64) -> String {
    let lookup = format!("nslookup -type=a {address} | sed -n 's/^Address: //p' | head -n 1");
    let address = if address.contains(".svc.") {
        format!("$({lookup})")
    } else {
        address.to_owned()
    };
    format!(r"printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 5 {address} {port} | tail -n 1")
}

/// Makes a server on the first node with Services of both kinds, and returns the ways that lead to it.
fn serve(stage: &Stage) -> Vec<String> {
    stage.create(on("node-1", server("web")));
    let spec = json!({ "type": "NodePort", "ports": [{ "port": 80, "targetPort": 8080 }] });
    let web = stage.create(service("web", "web", &spec));
    let spec = json!({ "clusterIP": "None", "ports": [{ "port": 8080 }] });
    stage.create(service("headless", "web", &spec));
    stage.ready(&["web"]);
    let own = web["spec"]["clusterIP"].as_str().unwrap();
    let port = web["spec"]["ports"][0]["nodePort"].as_u64().unwrap();
    vec![
        ask(&stage.address("web"), 8080),
        ask(own, 80),
        ask(&stage.service("web"), 80),
        ask(&stage.service("headless"), 8080),
        ask(NODES[0], port),
        ask(NODES[1], port),
    ]
}

#[tokio::test]
async fn every_way_to_a_pod_works_from_both_nodes() {
    let Some(stage) = Stage::new("ways").await else {
        return;
    };
    stage.create(on("node-1", idle("near")));
    stage.create(on("node-2", idle("far")));
    let ways = serve(&stage);
    stage.ready(&["near", "far"]);

    for pod in ["near", "far"] {
        for way in &ways {
            stage.until_says(pod, way, "served by web");
        }
    }
}

#[tokio::test]
async fn a_pod_reaches_itself_by_its_service() {
    let Some(stage) = Stage::new("hairpin").await else {
        return;
    };
    for way in serve(&stage) {
        stage.until_says("web", &way, "served by web");
    }
}

#[tokio::test]
async fn names_lead_to_services_and_to_pods_of_stateful_sets() {
    let Some(stage) = Stage::new("names").await else {
        return;
    };
    let spec = json!({ "clusterIP": "None", "ports": [{ "port": 8080 }] });
    stage.create(service("peers", "peer", &spec));
    let mut template = server("peer");
    template["metadata"].as_object_mut().unwrap().remove("name");
    stage.create(json!({
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": { "name": "peer" },
        "spec": {
            "serviceName": "peers",
            "replicas": 2,
            "podManagementPolicy": "Parallel",
            "selector": { "matchLabels": { "app": "peer" } },
            "template": { "metadata": template["metadata"], "spec": template["spec"] },
        },
    }));
    stage.create(idle("client"));
    stage.ready(&["client", "peer-0", "peer-1"]);

    for peer in ["peer-0", "peer-1"] {
        let name = format!("{peer}.{}", stage.service("peers"));
        let lookup = format!("nslookup -type=a {name} | sed -n 's/^Address: //p'");
        stage.until_says("client", &lookup, &stage.address(peer));
        stage.until_says("client", &ask(&name, 8080), &format!("served by {peer}"));
    }
    let resolver = stage.run("client", "cat /etc/resolv.conf").stdout;
    let search = format!(
        "search {}.svc.cluster.local svc.cluster.local cluster.local",
        stage.namespace()
    );
    assert_says(&resolver, &search);
    assert_says(&resolver, "nameserver 10.96.0.10");
}

#[tokio::test]
async fn nothing_leaves_the_machine() {
    let Some(stage) = Stage::new("outside").await else {
        return;
    };
    stage.create(idle("client"));
    stage.ready(&["client"]);

    let named = stage.run("client", "nslookup registry-1.docker.io");
    assert_says(
        &named.stdout,
        "server can't find registry-1.docker.io: NXDOMAIN",
    );
    assert_eq!(named.code, Some(1), "{named}");
    let addressed = stage.run("client", "nc -w 5 192.0.2.1 80 < /dev/null");
    assert_says(&addressed.stderr, "Network is unreachable");
    assert_eq!(addressed.code, Some(1), "{addressed}");
}
