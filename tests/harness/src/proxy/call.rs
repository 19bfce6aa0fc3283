//! What went through the proxy, in the words of Kubernetes.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, Method, header};

/// The verb of what a client sends through a connection that was turned into another.
pub const CHUNK: &str = "send";

/// Something that a client asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its number since the proxy started, from 1; chunks count.
    pub number: usize,
    /// When it arrived, since the proxy started.
    pub at: Duration,
    /// How long the answer took to begin; `None` without one.
    pub took: Option<Duration>,
    /// `GET`, `PATCH` and so on; of a chunk, that of the connection's request.
    pub method: String,
    /// The path with the query; of a chunk, that of the connection's request.
    pub path: String,
    /// The status of the answer; `None` without one, and for chunks.
    pub status: Option<u16>,
    /// What is done, e.g. `list`, `apply`, or [`CHUNK`].
    pub verb: &'static str,
    /// To what, in the plural, with the part of it, e.g. `pods/log`; a path that names no resource
    /// stands for itself.
    pub resource: String,
    /// In which namespace.
    pub namespace: Option<String>,
    /// Of which name.
    pub name: Option<String>,
    /// How many bytes a chunk has; `None` for what is not inside an upgraded connection.
    pub chunk: Option<usize>,
}

impl Call {
    pub(crate) fn of_request(method: &Method, path: &str, headers: &HeaderMap) -> Self {
        let place = Place::of(path);
        Self {
            number: 0,
            at: Duration::ZERO,
            took: None,
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            status: None,
            verb: verb(method, path, headers, &place),
            resource: place.resource,
            namespace: place.namespace,
            name: place.name,
            chunk: None,
        }
    }

    /// Returns the call that sends bytes through the connection that this call has opened.
    pub(super) fn with_chunk(&self, length: usize) -> Self {
        Self {
            verb: CHUNK,
            chunk: Some(length),
            status: None,
            took: None,
            ..self.clone()
        }
    }

    /// Returns what calls of this sort are counted under, e.g. `apply deployments`.
    pub fn sort(&self) -> String {
        format!("{} {}", self.verb, self.resource)
    }

    /// Tells whether the call may change something: a write, or a chunk on its way to a service.
    pub fn writes(&self) -> bool {
        !matches!(self.verb, "get" | "list" | "watch" | "connect")
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.resource)?;
        match (&self.namespace, &self.name) {
            (Some(namespace), Some(name)) => write!(f, " {namespace}/{name}"),
            (Some(namespace), None) => write!(f, " in {namespace}"),
            (None, Some(name)) => write!(f, " {name}"),
            (None, None) => Ok(()),
        }?;
        match (self.chunk, self.status) {
            (Some(length), _) => write!(f, " ({length} bytes)"),
            (None, Some(status)) => write!(f, " ({status})"),
            (None, None) => Ok(()),
        }
    }
}

/// Counts calls by their sort.
pub fn counts<'a>(calls: impl IntoIterator<Item = &'a Call>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(call.sort()).or_default() += 1;
    }
    counts
}

/// What a path of the API is about.
struct Place {
    resource: String,
    namespace: Option<String>,
    name: Option<String>,
}

impl Place {
    fn of(path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
        let below = match words.as_slice() {
            ["api", _, below @ ..] | ["apis", _, _, below @ ..] => below,
            _ => &[],
        };
        let (namespace, below) = match below {
            // What stands behind the name of a namespace is a part of it, or else a resource.
            ["namespaces", _, "finalize" | "status"] => (None, below),
            ["namespaces", namespace, below @ ..] if !below.is_empty() => (Some(*namespace), below),
            below => (None, below),
        };
        let owned = |word: &str| Some(word.to_owned());
        let (resource, name) = match below {
            [] => (path.to_owned(), None),
            [resource] => ((*resource).to_owned(), None),
            [resource, name] => ((*resource).to_owned(), owned(name)),
            [resource, name, part, ..] => (format!("{resource}/{part}"), owned(name)),
        };
        Self {
            resource,
            namespace: namespace.and_then(owned),
            name,
        }
    }
}

fn verb(method: &Method, path: &str, headers: &HeaderMap, place: &Place) -> &'static str {
    let is_one = place.name.is_some() || place.resource.starts_with('/');
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let has = |wanted: &str| query.split('&').any(|word| word == wanted);
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let applies = kind.is_some_and(|kind| kind.starts_with("application/apply-patch"));
    match method.as_str() {
        _ if headers.contains_key(header::UPGRADE) => "connect",
        "GET" if has("watch=true") || has("watch=1") => "watch",
        "GET" if is_one => "get",
        "GET" => "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" if applies => "apply",
        "PATCH" => "patch",
        "DELETE" if is_one => "delete",
        "DELETE" => "deletecollection",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(method: &Method, path: &str, expected: &str) {
        let call = Call::of_request(method, path, &HeaderMap::new());
        assert_eq!(call.to_string(), expected);
    }

    #[test]
    fn an_object_of_a_namespace_is_named_with_it() {
        check(&Method::GET, "/api/v1/namespaces/a/pods/b", "get pods a/b");
        let path = "/apis/apps/v1/namespaces/a/deployments/b";
        check(&Method::DELETE, path, "delete deployments a/b");
    }

    #[test]
    fn a_part_of_an_object_belongs_to_the_resource() {
        let path = "/api/v1/namespaces/a/pods/b/log?tailLines=20";
        check(&Method::GET, path, "get pods/log a/b");
    }

    #[test]
    fn a_namespace_is_an_object_too() {
        check(&Method::GET, "/api/v1/namespaces", "list namespaces");
        check(&Method::GET, "/api/v1/namespaces/a", "get namespaces a");
        let path = "/api/v1/namespaces/a/finalize";
        check(&Method::PUT, path, "update namespaces/finalize a");
    }

    #[test]
    fn a_watch_is_no_list() {
        let path = "/api/v1/pods?watch=true&resourceVersion=1";
        check(&Method::GET, path, "watch pods");
        check(
            &Method::GET,
            "/api/v1/namespaces/a/pods?limit=5",
            "list pods in a",
        );
    }

    #[test]
    fn a_path_that_names_no_resource_stands_for_itself() {
        check(&Method::GET, "/version", "get /version");
        check(&Method::GET, "/apis", "get /apis");
    }

    #[test]
    fn a_server_side_apply_is_no_patch() {
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("application/apply-patch+yaml");
        headers.insert(header::CONTENT_TYPE, kind);
        let path = "/api/v1/namespaces/a/secrets/b?force=false";
        let call = Call::of_request(&Method::PATCH, path, &headers);
        assert_eq!(call.to_string(), "apply secrets a/b");
    }

    #[test]
    fn what_goes_through_an_upgraded_connection_may_write() {
        let mut headers = HeaderMap::new();
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        let path = "/api/v1/namespaces/a/pods/b/portforward?ports=4222";
        let call = Call::of_request(&Method::GET, path, &headers);
        assert_eq!((call.verb, call.writes()), ("connect", false));
        let chunk = call.with_chunk(7);
        assert!(chunk.writes());
        assert_eq!(chunk.to_string(), "send pods/portforward a/b (7 bytes)");
    }

    #[test]
    fn calls_are_counted_by_verb_and_resource() {
        let call = |path| Call::of_request(&Method::GET, path, &HeaderMap::new());
        let calls = [
            call("/api/v1/pods"),
            call("/api/v1/pods?limit=1"),
            call("/version"),
        ];
        let counts = counts(&calls);
        assert_eq!(counts["list pods"], 2);
        assert_eq!(counts["get /version"], 1);
    }
}
