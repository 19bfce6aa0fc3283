//! What is asked of every object store.

use s3::creds::Credentials;
use s3::error::S3Error;
use s3::{Bucket, Region};

use super::Server;

/// Returns the bucket of greetings, which is in the store only if it was made.
fn bucket(server: &Server, password: &str) -> Box<Bucket> {
    let region = Region::Custom {
        region: "us-east-1".to_owned(),
        endpoint: format!("http://{}", server.address()),
    };
    let user = Some(server.user.as_str());
    let credentials = Credentials::new(user, Some(password), None, None, None);
    let bucket = Bucket::new("greetings", region, credentials.unwrap());
    bucket.unwrap().with_path_style()
}

/// Makes the bucket with one object in it.
pub(super) async fn write(server: &Server) {
    let bucket = bucket(server, &server.password);
    // The crate's own way of making a bucket names a region, which not every store accepts.
    bucket.put_object("", b"").await.unwrap();
    bucket.put_object("greet", b"hello").await.unwrap();
}

/// Returns the object; `None` if the store has none, or no such bucket.
pub(super) async fn read(server: &Server) -> Option<Vec<u8>> {
    match bucket(server, &server.password).get_object("greet").await {
        Ok(object) => Some(object.to_vec()),
        Err(S3Error::HttpFailWithBody(404, _)) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Returns the status of the answer to a wrong password.
pub(super) async fn refusal(server: &Server) -> u16 {
    match bucket(server, "wrong-password").get_object("greet").await {
        Err(S3Error::HttpFailWithBody(status, _)) => status,
        other => panic!("{other:?}"),
    }
}
