//! krt-files-downloader.

use std::{fs, path::Path, time::Duration};

use flate2::{Compression, write::GzEncoder};
use futures_util::AsyncWriteExt as _;
use harness::process::Output;
use mongodb::{Client, bson::Bson, options::GridFsBucketOptions};
use tar::{Builder, EntryType, Header};

use crate::servers::{self, MongoDb, PASSWORD};

/// Packs a program in a folder, which has an entry of its own or has not.
fn archive(has_folder: bool) -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut append = |name: &str, kind, content: &[u8]| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o755);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content).unwrap();
    };
    if has_folder {
        append("src/", EntryType::Directory, b"");
    }
    append("src/node.py", EntryType::Regular, b"def handler(): pass");
    archive.into_inner().unwrap().finish().unwrap()
}

/// Stores an archive as the provider does.
async fn upload(client: &Client, runtime: &str, id: &str, archive: &[u8]) {
    let mut options = GridFsBucketOptions::default();
    options.bucket_name = Some("krt".to_owned());
    let bucket = client.database(runtime).gridfs_bucket(options);
    let upload = bucket.open_upload_stream(format!("{id}.krt"));
    let mut upload = upload.id(Bson::String(id.to_owned())).await.unwrap();
    upload.write_all(archive).await.unwrap();
    upload.close().await.unwrap();
}

/// What the downloader of a version is told.
fn environment(uri: String, version: &str, base: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("KRT_VERSION_ID", version.to_owned()),
        ("KRT_RUNTIME_ID", "demo".to_owned()),
        ("KRT_BASE_PATH", base.display().to_string()),
        ("KRT_MONGO_URI", uri),
        ("KRT_MONGO_DB_NAME", "kre".to_owned()),
        ("KRT_MONGO_BUCKET", "krt".to_owned()),
    ]
}

fn download(environment: &[(&str, String)]) -> Output {
    servers::run("krt-files-downloader", environment)
}

#[track_caller]
fn failed_with(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{output}");
    assert!(output.stdout.contains(words), "{output}");
}

#[tokio::test]
async fn files_arrive_without_executable_bits() {
    let server = MongoDb::start();
    upload(&server.client().await, "demo", "v1", &archive(true)).await;
    let base = tempfile::tempdir().unwrap();

    let output = download(&environment(server.uri(PASSWORD), "v1", base.path()));

    assert!(output.succeeded(), "{output}");
    let file = base.path().join("src/node.py");
    assert_eq!(fs::read_to_string(file).unwrap(), "def handler(): pass");
}

#[tokio::test]
async fn each_cause_has_the_original_words() {
    let server = MongoDb::start();
    let client = server.client().await;
    upload(&client, "demo", "flat", &archive(false)).await;
    upload(&client, "other", "v1", &archive(true)).await;
    let base = tempfile::tempdir().unwrap();
    let told = |uri, version| environment(uri, version, base.path());

    // It is there, but of another runtime.
    let output = download(&told(server.uri(PASSWORD), "v1"));
    failed_with(&output, "file with given parameters not found");

    let output = download(&told(server.uri(PASSWORD), "flat"));
    failed_with(&output, "creating file: ");
    failed_with(&output, "src/node.py: no such file or directory");

    let output = download(&told(server.uri("wrong"), "v1"));
    failed_with(&output, "unable to authenticate");
}

#[test]
fn a_variable_that_is_missing_is_named() {
    let output = download(&[("KRT_VERSION_ID", "v1".to_owned())]);
    failed_with(&output, "required key KRT_RUNTIME_ID missing value");
}

#[test]
fn a_server_that_is_not_there_is_waited_for_in_silence() {
    let uri = format!("mongodb://127.0.0.1:{}", servers::free_port());
    let base = tempfile::tempdir().unwrap();

    let output = download(&environment(uri, "v1", base.path()));

    failed_with(&output, "server selection timeout");
    assert_eq!(output.stdout.lines().count(), 1, "{output}");
    assert!(output.took > Duration::from_secs(29), "{output}");
}
