//! MinIO.

use super::objects::{read, refusal, write};
use super::{Image, Server, outlives_its_pod_but_not_its_volume};
use crate::support::Stage;

const STORE: Image = Image {
    name: "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
    arguments: &["server", "/data"],
    credentials: ["MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"],
    variables: &[],
    folder: "/data",
    port: 9000,
};

#[tokio::test]
async fn an_object_goes_in_and_comes_out() {
    let stage = Stage::new("minio").await;
    let server = Server::start(&stage, &STORE).await;

    write(&server).await;

    assert_eq!(read(&server).await.as_deref(), Some(&b"hello"[..]));
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let stage = Stage::new("minio").await;
    let server = Server::start(&stage, &STORE).await;

    assert_eq!(refusal(&server).await, 403);
}

#[tokio::test]
async fn data_outlives_the_pod_but_not_the_volume() {
    let reads = async |server: &Server| read(server).await.is_some();

    outlives_its_pod_but_not_its_volume("minio", &STORE, write, reads).await;
}
