//! Reading objects: one by one, or many at once.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::{join_all, try_join_all};
use kre_core::desired::ObjectKey;
use kube::{
    api::{GetParams, ListParams},
    core::{Request, Status},
};
use tokio::time::{Instant, timeout_at};

use super::{
    Objects,
    ask::Refused,
    kinds::{Kind, segment},
    live::Live,
    pages::Extent,
    snapshot::{List, Place, Remembered},
};
use crate::kubernetes::{ConnectError, Failure, together};

const FORBIDDEN: u16 = 403;
const NOT_FOUND: u16 = 404;

/// What is asked for in one namespace.
type Group<'k> = BTreeMap<(&'static Kind, Option<&'k str>), Vec<&'k ObjectKey>>;

impl Objects {
    /// Reads an object, as it is now; `None` if it does not exist.
    pub async fn get(&self, key: &ObjectKey, until: Instant) -> Result<Option<Live>, Failure> {
        let collection = Kind::of(key)?.collection(key.namespace.as_deref());
        let request = Request::new(collection).get(&segment(&key.name), &GetParams::default());
        match self.ask(request, until).await {
            Ok(value) => Ok(Some(Live::new(value))),
            Err(Refused::Status(status)) if is_of_object(&status) => Ok(None),
            Err(refused) => Err(self.failure(refused).await),
        }
    }

    /// Reads those of some objects that exist, as they were at most some seconds ago, but after
    /// everything that this process has written.
    ///
    /// Whoever asks at the same time with the same label, a name and its value, shares the
    /// requests. An object without the label is found too, but costs a request of its own.
    pub async fn find(
        &self,
        keys: &[ObjectKey],
        label: (&str, &str),
        until: Instant,
    ) -> Result<BTreeMap<ObjectKey, Live>, Failure> {
        let asked = Instant::now();
        let mut groups = Group::new();
        for key in keys {
            let group = (Kind::of(key)?, key.namespace.as_deref());
            groups.entry(group).or_default().push(key);
        }
        let label = format!("{}={}", label.0, label.1);
        let found = groups.iter().map(|(&(kind, namespace), keys)| {
            let place = Place {
                kind,
                namespace: namespace.map(str::to_owned),
                label: label.clone(),
            };
            self.find_at(place, keys, asked, until)
        });
        let mut all = BTreeMap::new();
        let mut failed = None;
        for found in join_all(found).await {
            match found {
                Ok(found) => all.extend(found),
                Err(failure) => failed = Some(together(failed, failure)),
            }
        }
        failed.map_or(Ok(all), Err)
    }

    /// Reads the objects of a kind in a namespace that a selector of labels chooses, as they are
    /// now.
    pub async fn select(
        &self,
        (api_version, kind): (&str, &str),
        namespace: &str,
        selector: &str,
        until: Instant,
    ) -> Result<Vec<Live>, Failure> {
        let kind = Kind::of(&ObjectKey::namespaced(api_version, kind, namespace, ""))?;
        let params = ListParams::default().labels(selector);
        let path = kind.collection(Some(namespace));
        let items = match self.list(&path, &params, Extent::Whole, until).await {
            Ok(items) => items,
            Err(refused) => return Err(self.failure(refused).await),
        };
        let items = items.iter().map(|item| Live::of_list(item, kind));
        match items.collect() {
            Ok(found) => Ok(found),
            Err(error) => {
                let refused = self.explained(kube::Error::SerdeError(error)).await;
                Err(self.failure(refused).await)
            }
        }
    }

    async fn find_at(
        &self,
        place: Place,
        keys: &[&ObjectKey],
        asked: Instant,
        until: Instant,
    ) -> Result<Vec<(ObjectKey, Live)>, Failure> {
        let list = self.listed(&place, asked, until).await?;
        let mut found = Vec::new();
        let mut unlisted = Vec::new();
        for &key in keys {
            let item = list.as_ref().and_then(|list| list.item(key));
            match item.map(|item| Live::of_list(item, place.kind)) {
                Some(Ok(live)) => found.push((key.clone(), live)),
                _ => unlisted.push(key),
            }
        }
        // Nothing is gone only because somebody took its label away.
        let unlisted = unlisted.into_iter().map(async |key| {
            let live = self.get(key, until).await?;
            Ok::<_, Failure>(live.map(|live| (key.clone(), live)))
        });
        found.extend(try_join_all(unlisted).await?.into_iter().flatten());
        Ok(found)
    }

    /// A list that holds a place; `None` if it may not be listed.
    async fn listed(
        &self,
        place: &Place,
        asked: Instant,
        until: Instant,
    ) -> Result<Option<Arc<List>>, Failure> {
        let snapshots = self.snapshots();
        if snapshots.is_worth_all(place) {
            let namespace = place.namespace.as_deref();
            let everywhere = place.everywhere();
            match self.shared(&everywhere, namespace, asked, until).await {
                // All of it was read a moment ago, and this namespace written since.
                Ok(None) => {}
                Ok(list) => return Ok(list),
                Err(failure) if is_forbidden(&failure) => snapshots.narrow(place.kind),
                Err(failure) => return Err(failure),
            }
        } else if !place.kind.is_namespaced && snapshots.is_narrow(place.kind) {
            return Ok(None);
        }
        match self.shared(place, None, asked, until).await {
            Err(failure) if is_forbidden(&failure) && !place.kind.is_namespaced => {
                snapshots.narrow(place.kind);
                Ok(None)
            }
            listed => listed,
        }
    }

    /// A list of all of a place, asked for by whoever comes first; `None` if it need not be asked
    /// for again but for one namespace in it.
    async fn shared(
        &self,
        place: &Place,
        within: Option<&str>,
        asked: Instant,
        until: Instant,
    ) -> Result<Option<Arc<List>>, Failure> {
        let slot = self.snapshots().slot(place);
        let Ok(mut remembered) = timeout_at(until, slot.lock()).await else {
            // Time is up: the request says so.
            return self.fresh(place, until).await.map(Some);
        };
        let Remembered { list, failed } = &*remembered;
        if let Some(list) = list {
            let namespace = within.or(place.namespace.as_deref());
            if self.snapshots().is_good(list, place.kind, namespace, asked) {
                return Ok(Some(list.clone()));
            }
            if within.is_some() && list.is_young(asked) {
                return Ok(None);
            }
        }
        if let Some((failure, at)) = failed
            && *at >= asked
            && !matches!(**failure, ConnectError::Timeout { .. })
        {
            return Err(failure.clone());
        }
        match self.fresh(place, until).await {
            Ok(list) => {
                *remembered = Remembered {
                    list: Some(list.clone()),
                    failed: None,
                };
                Ok(Some(list))
            }
            Err(failure) => {
                remembered.failed = Some((failure.clone(), Instant::now()));
                Err(failure)
            }
        }
    }

    async fn fresh(&self, place: &Place, until: Instant) -> Result<Arc<List>, Failure> {
        let since = Instant::now();
        let path = place.kind.collection(place.namespace.as_deref());
        let params = ListParams::default().labels(&place.label);
        let items = match self.list(&path, &params, Extent::Whole, until).await {
            Ok(items) => items,
            Err(refused) => return Err(self.failure(refused).await),
        };
        match List::new(since, items) {
            Ok(list) => Ok(Arc::new(list)),
            Err(error) => {
                let refused = self.explained(kube::Error::SerdeError(error)).await;
                Err(self.failure(refused).await)
            }
        }
    }
}

/// Tells whether an object is missing, and not all of its kind.
fn is_of_object(status: &Status) -> bool {
    let details = status.details.as_ref();
    status.code == NOT_FOUND && details.is_some_and(|details| !details.name.is_empty())
}

fn is_forbidden(failure: &Failure) -> bool {
    match &**failure {
        ConnectError::Forbidden { .. } => true,
        ConnectError::Refused(status) => status.code == FORBIDDEN,
        _ => false,
    }
}
