//! A plugin and its host, from the handshake to the end of the process.
#![cfg(unix)]
#![cfg(test)]

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

use futures_util::stream;
use harness::plugin::{Address, Credentials, HostError, HostOptions, Plugin, Process};
use http_body_util::Full;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tfplugin::{
    goplugin::{ConnInfo, Empty},
    tfplugin6::{get_provider_schema, get_resource_identity_schemas},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time,
};
use tonic::{Code, transport::Channel};
use tower::ServiceExt;

/// What a well-behaved plugin needs at most for anything that is asked of it here.
const PROMPT: Duration = Duration::from_secs(1);

/// What a debug build on a busy machine needs at most to start or to end.
const PATIENT: Duration = Duration::from_secs(20);

/// The provider of `examples/minimal.rs`.
///
/// `cargo test` builds it before this test; `cargo test --test transport` takes what it finds.
fn minimal() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("examples/minimal")
}

async fn start(options: HostOptions) -> Plugin {
    Plugin::start(&minimal(), options).await.unwrap()
}

fn plaintext() -> HostOptions {
    HostOptions {
        encrypts: false,
        ..HostOptions::default()
    }
}

fn with_variables<const N: usize>(variables: [(&str, &str); N]) -> HostOptions {
    let variables = variables.map(|(name, value)| (name.to_owned(), OsString::from(value)));
    HostOptions {
        variables: BTreeMap::from(variables),
        ..HostOptions::default()
    }
}

/// Asks for the schema, which is the one thing that the minimal provider can say.
async fn answers(plugin: &Plugin) {
    let request = get_provider_schema::Request::default();
    let response = time::timeout(PATIENT, plugin.provider().get_provider_schema(request)).await;
    assert!(response.unwrap().unwrap().into_inner().provider.is_some());
}

/// Makes a call on a connection that should not have been let in.
async fn is_refused(connection: Result<Channel, HostError>) {
    let Ok(channel) = connection else { return };
    let mut provider = tfplugin::tfplugin6::provider_client::ProviderClient::new(channel);
    let request = get_provider_schema::Request::default();
    let response = time::timeout(PATIENT, provider.get_provider_schema(request))
        .await
        .unwrap();
    assert!(response.is_err(), "a stranger was served: {response:?}");
}

async fn shut_down(plugin: &mut Plugin) -> ExitStatus {
    plugin.controller().shutdown(Empty {}).await.unwrap();
    plugin.wait(PROMPT).await.unwrap()
}

fn signal(process: &Process, signal: Signal) {
    let pid = Pid::from_raw(process.id().unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn socket(plugin: &Plugin) -> &Path {
    let Address::Unix(path) = &plugin.handshake().address else {
        panic!("not a Unix socket: {:?}", plugin.handshake());
    };
    path
}

/// Starts the plugin as someone who gets no handshake, and returns its last words.
async fn fails_to_start(options: HostOptions) -> (ExitStatus, String) {
    let mut process = Plugin::spawn(&minimal(), options).unwrap();
    let status = process.wait(PATIENT).await.unwrap();
    assert_eq!(process.stdout(), [""; 0]);
    (status, process.stderr().join("\n"))
}

#[tokio::test]
async fn a_host_with_a_certificate_is_served() {
    let plugin = start(HostOptions::default()).await;
    assert!(plugin.handshake().certificate.is_some());
    answers(&plugin).await;
    assert_eq!(plugin.stray_output(), [""; 0]);
}

#[tokio::test]
async fn a_host_without_encryption_is_served_on_a_socket() {
    let plugin = start(plaintext()).await;
    assert_eq!(plugin.handshake().certificate, None);
    answers(&plugin).await;
}

#[tokio::test]
async fn a_port_is_served_with_encryption() {
    let options = HostOptions {
        arguments: vec!["--tcp".into()],
        ..HostOptions::default()
    };
    let plugin = start(options).await;
    let Address::Tcp(address) = plugin.handshake().address else {
        panic!("not a port: {:?}", plugin.handshake());
    };
    assert!(address.ip().is_loopback() && (10_000..=25_000).contains(&address.port()));
    answers(&plugin).await;
}

#[tokio::test]
async fn a_port_is_refused_without_encryption() {
    let options = HostOptions {
        arguments: vec!["--tcp".into()],
        ..plaintext()
    };
    let (status, stderr) = fails_to_start(options).await;
    assert_eq!(status.code(), Some(1));
    assert!(stderr.contains("TF_DISABLE_PLUGIN_TLS"), "{stderr}");
}

#[tokio::test]
async fn strangers_are_refused_and_the_host_is_still_served() {
    let plugin = start(HostOptions::default()).await;
    for credentials in [
        Credentials::Strange,
        Credentials::Missing,
        Credentials::Plaintext,
    ] {
        is_refused(plugin.connect(credentials).await).await;
    }
    answers(&plugin).await;
}

#[tokio::test]
async fn a_person_who_starts_it_is_told_what_it_is() {
    for cookie in [None, Some("chocolate".to_owned())] {
        let options = HostOptions {
            cookie,
            ..HostOptions::default()
        };
        let (status, stderr) = fails_to_start(options).await;
        assert_eq!(status.code(), Some(1));
        assert!(
            stderr.contains("Terraform and OpenTofu start it"),
            "{stderr}"
        );
    }
}

#[tokio::test]
async fn an_unknown_argument_is_an_error_of_its_own() {
    let options = HostOptions {
        arguments: vec!["--verbose".into()],
        ..HostOptions::default()
    };
    let (status, stderr) = fails_to_start(options).await;
    assert_eq!(status.code(), Some(2));
    assert!(stderr.contains("`--verbose`"), "{stderr}");
}

#[tokio::test]
async fn a_broken_certificate_of_the_host_is_an_error() {
    let options = with_variables([("PLUGIN_CLIENT_CERT", "not a certificate")]);
    let (status, stderr) = fails_to_start(options).await;
    assert_eq!(status.code(), Some(1));
    assert!(stderr.contains("PLUGIN_CLIENT_CERT"), "{stderr}");
}

#[tokio::test]
async fn version_6_is_announced_whatever_is_offered() {
    for versions in ["6,5", "5,6", "5"] {
        let options = HostOptions {
            versions: versions.to_owned(),
            ..plaintext()
        };
        assert_eq!(start(options).await.handshake().version, 6, "of {versions}");
    }
}

#[tokio::test]
async fn shutdown_ends_the_process_and_removes_the_socket() {
    let mut plugin = start(HostOptions::default()).await;
    let directory = socket(&plugin).parent().unwrap().to_owned();
    // Neither a second connection nor one that never spoke keeps the process alive.
    let _second = plugin.connect(Credentials::Own).await.unwrap();
    let _silent = plugin.connect_raw().await.unwrap();
    assert!(directory.exists());
    let status = shut_down(&mut plugin).await;
    assert!(status.success(), "{status}");
    assert!(!directory.exists(), "{}", directory.display());
    assert_eq!(plugin.stray_output(), [""; 0]);
}

#[tokio::test]
async fn the_streams_of_the_host_stay_silent_until_the_end() {
    let mut plugin = start(HostOptions::default()).await;
    let mut stdio = plugin.stdio().stream_stdio(()).await.unwrap().into_inner();
    let offers = stream::pending::<ConnInfo>();
    let mut broker = plugin
        .broker()
        .start_stream(offers)
        .await
        .unwrap()
        .into_inner();
    let spoken = async {
        tokio::select! {
            said = stdio.message() => format!("stdio: {said:?}"),
            said = broker.message() => format!("broker: {said:?}"),
        }
    };
    let spoken = time::timeout(Duration::from_millis(300), spoken).await;
    assert!(spoken.is_err(), "{spoken:?}");
    shut_down(&mut plugin).await;
    assert!(stdio.message().await.unwrap().is_none());
}

#[tokio::test]
async fn the_broker_hangs_up_when_the_host_does() {
    let plugin = start(HostOptions::default()).await;
    let offers = stream::iter([ConnInfo::default()]);
    let mut broker = plugin
        .broker()
        .start_stream(offers)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(broker.message().await.unwrap(), None);
}

#[tokio::test]
async fn an_interrupt_does_not_end_the_process() {
    let plugin = start(HostOptions::default()).await;
    for _ in 0..2 {
        signal(plugin.process(), Signal::INT);
        time::sleep(Duration::from_millis(50)).await;
    }
    answers(&plugin).await;
}

#[tokio::test]
async fn a_request_to_terminate_ends_the_process() {
    let mut plugin = start(HostOptions::default()).await;
    let directory = socket(&plugin).parent().unwrap().to_owned();
    signal(plugin.process(), Signal::TERM);
    let status = plugin.wait(PROMPT).await.unwrap();
    assert!(status.success(), "{status}");
    assert!(!directory.exists());
}

#[tokio::test]
async fn the_death_of_the_host_ends_the_process() {
    // The shell is the host; its standard error stays open as long as the plugin lives.
    let script = "\"$0\" & wait";
    let options = HostOptions {
        arguments: vec!["-c".into(), script.into(), minimal().into()],
        ..plaintext()
    };
    let mut shell = Plugin::spawn(Path::new("/bin/sh"), options).unwrap();
    let line = shell.first_line(PATIENT).await.unwrap();
    let socket = PathBuf::from(line.split('|').nth(3).unwrap());
    assert!(socket.exists());
    signal(&shell, Signal::KILL);
    shell.wait(3 * PROMPT).await.unwrap();
    assert!(!socket.exists());
}

#[tokio::test]
async fn nothing_is_logged_unless_asked_for() {
    let mut plugin = start(HostOptions::default()).await;
    shut_down(&mut plugin).await;
    assert_eq!(plugin.process().stderr(), [""; 0]);
}

#[tokio::test]
async fn a_message_that_claims_to_be_too_large_is_answered_with_a_status() {
    let plugin = start(plaintext()).await;
    let claim = u32::try_from((256 << 20) + 1).unwrap().to_be_bytes();
    let [first, second, third, fourth] = claim;
    let body = Full::from(vec![0, first, second, third, fourth, 0x0a]);
    let request = http::Request::post("http://plugin/tfplugin6.Provider/GetProviderSchema")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(tonic::body::Body::new(body))
        .unwrap();
    let response = plugin.channel().oneshot(request).await.unwrap();
    let status = tonic::Status::from_header_map(response.headers()).unwrap();
    assert_eq!(status.code(), Code::OutOfRange, "{status}");
    answers(&plugin).await;
}

#[tokio::test]
async fn a_message_of_many_megabytes_is_taken() {
    let plugin = start(HostOptions::default()).await;
    let request = tfplugin::tfplugin6::validate_provider_config::Request {
        config: Some(tfplugin::tfplugin6::DynamicValue {
            msgpack: vec![0; 32 << 20],
            json: Vec::new(),
        }),
    };
    plugin
        .provider()
        .validate_provider_config(request)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_the_provider_lacks_is_unimplemented() {
    let plugin = start(plaintext()).await;
    let request = get_resource_identity_schemas::Request::default();
    let status = plugin
        .provider()
        .get_resource_identity_schemas(request)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn noise_on_the_socket_harms_nobody() {
    for options in [HostOptions::default(), plaintext()] {
        let plugin = start(options).await;
        let mut noise = plugin.connect_raw().await.unwrap();
        noise.write_all(&[0xff; 4096]).await.unwrap();
        let _ = noise.read_to_end(&mut Vec::new()).await;
        let _dropped = plugin.connect_raw().await.unwrap();
        answers(&plugin).await;
    }
}

#[tokio::test]
async fn callers_that_say_nothing_keep_nobody_waiting() {
    let plugin = start(HostOptions::default()).await;
    let mut silent = Vec::new();
    for _ in 0..64 {
        silent.push(plugin.connect_raw().await.unwrap());
    }
    let connected = time::timeout(PROMPT, plugin.connect(Credentials::Own)).await;
    assert!(connected.unwrap().is_ok());
}

#[tokio::test]
async fn the_socket_is_where_the_host_wants_it() {
    let place = TempDir::new().unwrap();
    let options = with_variables([("PLUGIN_UNIX_SOCKET_DIR", place.path().to_str().unwrap())]);
    let plugin = start(options).await;
    assert!(socket(&plugin).starts_with(place.path()));
}

#[tokio::test]
async fn the_log_speaks_hclog() {
    let mut plugin = start(with_variables([("TF_LOG_PROVIDER", "TRACE")])).await;
    is_refused(plugin.connect(Credentials::Missing).await).await;
    shut_down(&mut plugin).await;
    let lines = plugin.process().stderr();
    assert!(lines.len() >= 3, "{lines:?}");
    for line in lines {
        let line: BTreeMap<String, serde_json::Value> = serde_json::from_str(&line).unwrap();
        assert_eq!(line["@module"], "provider.minimal");
        assert!(line["@message"].is_string() && line["@level"].is_string());
        let shape: String = line["@timestamp"]
            .as_str()
            .unwrap()
            .chars()
            .map(|char| if char.is_ascii_digit() { '0' } else { char })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    }
}

#[tokio::test]
async fn a_person_may_attach_hosts_to_it() {
    let options = HostOptions {
        cookie: None,
        arguments: vec!["--debug".into()],
        ..HostOptions::default()
    };
    let mut process = Plugin::spawn(&minimal(), options).unwrap();
    let line = process.first_line(PATIENT).await.unwrap();
    let json = line
        .strip_prefix("TF_REATTACH_PROVIDERS='")
        .unwrap()
        .strip_suffix('\'')
        .unwrap();
    let reattach: serde_json::Value = serde_json::from_str(json).unwrap();
    let provider = &reattach["registry.terraform.io/example/minimal"];
    assert_eq!(provider["Protocol"], "grpc");
    assert_eq!(provider["ProtocolVersion"], 6);
    assert_eq!(provider["Pid"], process.id().unwrap());
    assert_eq!(provider["Test"], true);
    assert_eq!(provider["Addr"]["Network"], "unix");
    let socket = PathBuf::from(provider["Addr"]["String"].as_str().unwrap());
    assert!(socket.exists());
    signal(&process, Signal::INT);
    assert!(process.wait(PROMPT).await.unwrap().success());
    assert!(!socket.exists());
}
