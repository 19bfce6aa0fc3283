//! Lists, page by page.

use kube::{api::ListParams, core::Request};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::{Objects, ask::Refused};

/// How many objects one answer holds: few enough that no answer is large, many enough that a
/// hundred runtimes are few answers.
const PAGE: u32 = 250;
/// The API server no longer knows where a list was to go on.
const EXPIRED: u16 = 410;

/// What of each object is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// Its metadata.
    Metadata,
}

#[derive(Deserialize)]
struct Page {
    metadata: Position,
    items: Option<Vec<Box<RawValue>>>,
}

#[derive(Deserialize)]
struct Position {
    #[serde(default, rename = "continue")]
    next: String,
}

impl Objects {
    /// Lists what a path holds. The elements stay text: read, each takes ten times the memory.
    pub(super) async fn list(
        &self,
        path: &str,
        params: &ListParams,
        extent: Extent,
        until: Instant,
    ) -> Result<Vec<Box<RawValue>>, Refused> {
        let mut params = params.clone().limit(PAGE);
        let mut items = Vec::new();
        loop {
            let request = Request::new(path);
            let request = match extent {
                Extent::Whole => request.list(&params),
                Extent::Metadata => request.list_metadata(&params),
            };
            let page: Page = match self.ask(request, until).await {
                Ok(page) => page,
                Err(refused) if refused.code() == Some(EXPIRED) && params.limit.is_some() => {
                    // From the beginning, and at once.
                    params.limit = None;
                    params.continue_token = None;
                    items.clear();
                    continue;
                }
                Err(refused) => return Err(refused),
            };
            items.extend(page.items.unwrap_or_default());
            if page.metadata.next.is_empty() {
                return Ok(items);
            }
            params.continue_token = Some(page.metadata.next);
        }
    }
}
