//! Plain questions to plain HTTP servers.

use std::net::SocketAddr;

use http::request::Builder;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// Sends a request to an address; returns the body of a good answer, else status and body.
pub(crate) async fn ask(
    address: SocketAddr,
    request: Builder,
    path: &str,
    body: &str,
) -> Result<String, (u16, String)> {
    let failed = |error: &dyn std::fmt::Display| (0, error.to_string());
    let request = request.uri(format!("http://{address}{path}"));
    let request = request
        .body(body.to_owned())
        .map_err(|error| failed(&error))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client
        .request(request)
        .await
        .map_err(|error| failed(&error))?;
    let status = answer.status();
    let body = answer.into_body().collect().await;
    let body = body.map_err(|error| failed(&error))?.to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    if status.is_success() {
        Ok(text)
    } else {
        Err((status.as_u16(), text))
    }
}
