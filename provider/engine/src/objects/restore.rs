//! Taking back elements of lists that others have replaced, which an apply alone cannot do.

use kre_core::{desired::Object, runtime::MANAGER};
use kube::core::request;
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::instrument;

use super::{
    Expected, Live, Objects,
    ask::Refused,
    error::ApplyError,
    kinds::{Kind, segment},
};

impl Objects {
    /// Changes an object as a JSON patch says, unless somebody has written to it since it was read,
    /// and applies ours over that.
    #[instrument(skip_all, fields(object = %object.key()))]
    pub async fn restore(
        &self,
        object: &Object,
        live: &Live,
        operations: &[Value],
        until: Instant,
    ) -> Result<Live, ApplyError> {
        let key = object.key();
        let patched = self.patched(object, live, operations, until).await;
        if let Err(refused) = patched {
            return Err(self.refused(key, refused).await);
        }
        let expected = Expected::Present {
            uid: live.uid().to_owned(),
        };
        let applied = self.apply(object, &expected, false, until).await?;
        // What the patch has set is ours twice now, and an apply gives up but one of these.
        let Some(position) = position(&applied) else {
            return Ok(applied);
        };
        let place = format!("/metadata/managedFields/{position}");
        let remove = json!({ "op": "remove", "path": place });
        match self.patched(object, &applied, &[remove], until).await {
            Ok(live) => Ok(live),
            Err(refused) => Err(self.refused(key, refused).await),
        }
    }

    async fn patched(
        &self,
        object: &Object,
        live: &Live,
        operations: &[Value],
        until: Instant,
    ) -> Result<Live, Refused> {
        let key = object.key();
        let kind = match Kind::of(key) {
            Ok(kind) => kind,
            Err(failure) => return Err(Refused::Call(failure)),
        };
        let _writing = self.snapshots().writing(kind, key);
        let collection = kind.collection(key.namespace.as_deref());
        let path = format!("{collection}/{}", segment(&key.name));
        let version = live.value().pointer("/metadata/resourceVersion");
        let mut changes =
            vec![json!({ "op": "test", "path": "/metadata/resourceVersion", "value": version })];
        changes.extend_from_slice(operations);
        self.insist(write(&path, &changes), until)
            .await
            .map(Live::new)
    }
}

/// Where it stands that fields are ours by another operation than an apply.
fn position(live: &Live) -> Option<usize> {
    let entries = live.value().pointer("/metadata/managedFields")?;
    let is = |entry: &Value, name: &str, value: &str| {
        entry.get(name).and_then(Value::as_str) == Some(value)
    };
    let mut entries = entries.as_array()?.iter();
    entries.position(|it| is(it, "manager", MANAGER) && is(it, "operation", "Update"))
}

fn write(path: &str, changes: &[Value]) -> Result<http::Request<Vec<u8>>, request::Error> {
    let body = serde_json::to_vec(changes).map_err(request::Error::SerializeBody)?;
    http::Request::builder()
        .method("PATCH")
        .uri(format!(
            "{path}?fieldManager={MANAGER}&fieldValidation=Strict"
        ))
        .header(http::header::CONTENT_TYPE, "application/json-patch+json")
        .body(body)
        .map_err(request::Error::BuildRequest)
}
