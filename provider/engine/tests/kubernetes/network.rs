//! What lies between: proxies, and servers that go away.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, future::join_all};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kre_engine::kubernetes::{Arguments, Cluster, Limits, Settings};
use kube::{
    Api,
    api::{PostParams, WatchEvent, WatchParams},
};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::support::{ask, by_kubeconfig, cluster, refused, soon, start};

/// A proxy that understands CONNECT and nothing else, and counts.
async fn proxy(lets_through: bool) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(connect(client, lets_through));
        }
    });
    (address, count)
}

async fn connect(client: TcpStream, lets_through: bool) {
    let mut client = BufReader::new(client);
    let mut first = String::new();
    client.read_line(&mut first).await.unwrap();
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await.unwrap();
        if line.trim().is_empty() {
            break;
        }
    }
    let target = first.split(' ').nth(1).unwrap();
    if !lets_through {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
        client.write_all(refusal).await.unwrap();
        return;
    }
    let mut server = TcpStream::connect(target).await.unwrap();
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

#[tokio::test]
async fn a_proxy_leads_to_the_server() {
    let (address, count) = proxy(true).await;
    let cluster = cluster(Arguments {
        proxy_url: Some(format!("http://{address}").into()),
        ..by_kubeconfig()
    });
    ask(&cluster).await.unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_hundred_questions_share_one_connection() {
    let (address, count) = proxy(true).await;
    let cluster = cluster(Arguments {
        proxy_url: Some(format!("http://{address}").into()),
        ..by_kubeconfig()
    });
    for answer in join_all((0..100).map(|_| ask(&cluster))).await {
        answer.unwrap();
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

/// A SOCKS5 proxy that asks for no password.
async fn socks() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut greeting = [0; 2];
                client.read_exact(&mut greeting).await.unwrap();
                let mut methods = vec![0; usize::from(greeting[1])];
                client.read_exact(&mut methods).await.unwrap();
                client.write_all(&[5, 0]).await.unwrap();
                // Version, command, reserved, kind of address (IPv4), address, port.
                let mut wanted = [0; 10];
                client.read_exact(&mut wanted).await.unwrap();
                let [_, _, _, 1, a, b, c, d, high, low] = wanted else {
                    panic!("{wanted:?}")
                };
                let port = u16::from_be_bytes([high, low]);
                let mut server = TcpStream::connect((Ipv4Addr::new(a, b, c, d), port))
                    .await
                    .unwrap();
                let granted = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
                client.write_all(&granted).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn a_socks_proxy_leads_to_the_server() {
    let address = socks().await;
    let cluster = cluster(Arguments {
        proxy_url: Some(format!("socks5://{address}").into()),
        ..by_kubeconfig()
    });
    ask(&cluster).await.unwrap();
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for scheme in ["http", "socks5"] {
        let cluster = cluster(Arguments {
            proxy_url: Some(format!("{scheme}://{address}").into()),
            ..by_kubeconfig()
        });
        let failure = refused(ask(&cluster).await).to_string();
        let start = format!("proxy `{scheme}://{address}` of `proxy_url` does not lead to");
        assert!(failure.starts_with(&start), "{failure}");
    }
}

#[tokio::test]
async fn a_watch_outlives_one_attempt_and_keeps_nobody_waiting() {
    let limits = Limits {
        in_flight: 1,
        attempt: Duration::from_secs(2),
        ..Limits::default()
    };
    let cluster = Cluster::new(Settings::new(by_kubeconfig(), |_| None), limits);
    let client = cluster.client(soon()).await.unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(client, "default");
    let params = WatchParams::default()
        .fields("metadata.name=watched")
        .disable_bookmarks();
    let mut events = maps.watch(&params, "0").await.unwrap().boxed();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let map = serde_json::json!({"metadata": {"name": "watched"}});
    let map: ConfigMap = serde_json::from_value(map).unwrap();
    maps.create(&PostParams::default(), &map).await.unwrap();
    let event = events.next().await.unwrap().unwrap();
    assert!(matches!(event, WatchEvent::Added(_)), "{event:?}");
}

#[tokio::test]
async fn a_connection_can_be_turned_into_another() {
    let cluster = cluster(by_kubeconfig());
    let client = cluster.client(soon()).await.unwrap();
    let pods: Api<Pod> = Api::namespaced(client, "default");
    // Over HTTP/2 the question itself would be refused, and not for want of the pod.
    let refusal = pods
        .portforward("nobody", &[80])
        .await
        .map(drop)
        .unwrap_err();
    assert!(refusal.to_string().contains("404"), "{refusal}");
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_honoured_unless_the_host_is_excepted() {
    let (address, count) = proxy(true).await;
    let variable = move |no_proxy: &'static str| {
        move |name: &str| match name {
            "HTTPS_PROXY" => Some(address.to_string()),
            "NO_PROXY" => Some(no_proxy.to_owned()),
            _ => None,
        }
    };
    let excepted = Settings::new(by_kubeconfig(), variable("127.0.0.0/8"));
    ask(&Cluster::new(excepted, Limits::default()))
        .await
        .unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 0);
    let proxied = Settings::new(by_kubeconfig(), variable("example.com"));
    ask(&Cluster::new(proxied, Limits::default()))
        .await
        .unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let (address, _) = proxy(false).await;
    let cluster = cluster(Arguments {
        proxy_url: Some(format!("http://me:hunter2@{address}").into()),
        ..by_kubeconfig()
    });
    let failure = refused(ask(&cluster).await).to_string();
    let start = format!("proxy `http://{address}` of `proxy_url` does not lead to");
    assert!(failure.starts_with(&start), "{failure}");
    assert!(
        failure.contains("proxy authorization required"),
        "{failure}"
    );
    assert!(!failure.contains("hunter2"), "{failure}");
}

#[tokio::test]
async fn a_server_that_comes_back_in_time_was_never_away() {
    let machine = start();
    let cluster = cluster(Arguments {
        config_path: Some(machine.kubeconfig().to_owned()),
        ..Arguments::default()
    });
    ask(&cluster).await.unwrap();
    let line = ["status", "--json", "--name", machine.name()];
    let status = machine.tool().run(&line).unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&status.stdout).unwrap();
    let is_server = |row: &&serde_json::Value| row["component"] == "kube-apiserver";
    let row = rows.iter().find(is_server).unwrap();
    let id = i32::try_from(row["pid"].as_i64().unwrap()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::KILL).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    ask(&cluster).await.unwrap();
    machine.stop().unwrap();
}

#[tokio::test]
async fn any_number_of_watches_keeps_nobody_waiting() {
    let cluster = cluster(by_kubeconfig());
    let client = cluster.client(soon()).await.unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(client, "default");
    let params = WatchParams::default().disable_bookmarks();
    // More than an API server allows for on one connection.
    let watches = join_all((0..250).map(|_| maps.watch(&params, "0"))).await;
    assert!(watches.iter().all(Result::is_ok));
    let asked = tokio::time::timeout(Duration::from_secs(5), ask(&cluster)).await;
    asked.expect("a question waits for the watches").unwrap();
}
