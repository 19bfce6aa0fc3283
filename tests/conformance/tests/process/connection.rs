//! How hosts reach the process. More is proved of the server's own example, in `provider/server/tests`.

use std::path::Path;

use harness::plugin::{Credentials, HostOptions, Plugin};
use tfplugin::{
    goplugin::Empty,
    tfplugin6::{get_metadata, provider_client::ProviderClient},
};

use crate::{
    host::{BINARY, Host},
    support::{LIMIT, prompt},
};

#[tokio::test]
async fn a_host_with_a_certificate_is_served() {
    let mut host = Host::new().await;
    assert!(host.plugin().handshake().certificate.is_some());
    host.is_well().await;
}

#[tokio::test]
async fn a_host_without_encryption_is_served() {
    let options = HostOptions {
        encrypts: false,
        ..HostOptions::default()
    };
    let plugin = Plugin::start(Path::new(BINARY), options).await.unwrap();
    assert_eq!(plugin.handshake().certificate, None);
    let mut client = plugin.provider();
    let answer = client.get_metadata(get_metadata::Request {}).await;
    assert_eq!(answer.unwrap().into_inner().resources.len(), 5);
}

#[tokio::test]
async fn strangers_are_refused_and_the_host_is_still_served() {
    let mut host = Host::new().await;
    let wrong = [
        Credentials::Strange,
        Credentials::Missing,
        Credentials::Plaintext,
    ];
    for credentials in wrong {
        let connected = prompt(host.plugin().connect(credentials)).await;
        if let Ok(channel) = connected {
            let mut client = ProviderClient::new(channel);
            let answer = prompt(client.get_metadata(get_metadata::Request {})).await;
            answer.unwrap_err();
        }
    }
    host.is_well().await;
}

#[tokio::test]
async fn nobody_without_the_cookie_is_served() {
    let options = HostOptions {
        cookie: None,
        ..HostOptions::default()
    };
    let mut process = Plugin::spawn(Path::new(BINARY), options).unwrap();
    let status = process.wait(LIMIT).await.unwrap();
    assert!(!status.success());
    assert_eq!(process.stdout(), [""; 0]);
}

#[tokio::test]
async fn standard_output_has_the_handshake_and_nothing_else() {
    let mut host = Host::new().await;
    host.is_well().await;
    let plugin = host.plugin();
    plugin.controller().shutdown(Empty {}).await.unwrap();
    assert!(plugin.wait(LIMIT).await.unwrap().success());
    assert_eq!(plugin.process().stdout().len(), 1);
}
