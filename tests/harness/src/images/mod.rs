//! Images for nodes that cannot pull any: OCI image layouts, made without daemon and registry.
//!
//! An archive of them is what `ctr --namespace k8s.io images import`, and `kind load
//! image-archive`, take. It lives outside the tree, under a name that says what is in it; the same
//! files make the same bytes.

mod busybox;
mod digest;
mod error;
mod kre;
mod layer;
mod layout;
mod reference;
mod services;
mod stand_in;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

pub use busybox::{busybox, greedy};
pub use error::ImageError;
pub use kre::kre;
pub use layer::Layer;
pub use services::{further_services, services};
pub use stand_in::stand_in;

use kre_core::runtime::RuntimeSpec;

use serde_json::json;

use self::layout::Layout;
use crate::build::cache;

/// How much is written at once.
const BUFFER: usize = 1 << 20;

/// An image, and what runs in a container of it if nobody says otherwise.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// What pods call it; registry and tag are completed as a runtime does.
    pub reference: String,
    /// Its files, the lowest first. Images that have a layer in common share it.
    pub layers: Vec<Layer>,
    /// What is run, before the arguments of a pod.
    pub entrypoint: Vec<String>,
    /// What is run, or the arguments of what is run, unless a pod has others.
    pub arguments: Vec<String>,
    /// Variables of its own.
    pub environment: BTreeMap<String, String>,
    /// The user, as a number, or as a name of its /etc/passwd; root if empty.
    pub user: String,
    /// Where it runs; the root folder if empty.
    pub working_directory: String,
    /// The ports that it says it listens on.
    pub ports: Vec<u16>,
    /// The folders that are volumes even if a pod has none for them.
    pub volumes: Vec<String>,
}

/// Returns the path of an archive with these images, and makes it first if nobody has.
///
/// Processes that want the same archive at once wait for the first of them.
pub fn archive(name: &'static str, images: &[Image]) -> Result<PathBuf, ImageError> {
    archive_in(&cache::directory()?, name, images)
}

fn archive_in(cache: &Path, name: &'static str, images: &[Image]) -> Result<PathBuf, ImageError> {
    let layout = Layout::of(images)?;
    let digest = layout.digest().hex;
    let folder = cache.join(format!("{name}-{}", digest.get(..16).unwrap_or(&digest)));
    let archive = folder.join(format!("{name}.tar"));
    if archive.exists() {
        return Ok(archive);
    }
    fs::create_dir_all(&folder).map_err(|error| ImageError::file(&folder, error))?;
    let _lock = cache::lock(&folder.join("lock"), name)?;
    // Whoever held the lock before may have made it.
    if !archive.exists() {
        let partial = archive.with_extension("partial");
        let file = File::create(&partial).map_err(|error| ImageError::file(&partial, error))?;
        layout.write(BufWriter::with_capacity(BUFFER, file), &partial)?;
        fs::rename(&partial, &archive).map_err(|error| ImageError::file(&partial, error))?;
    }
    Ok(archive)
}

/// A runtime for which nobody says more than must be said: it names the images of the others.
fn defaults() -> Result<RuntimeSpec, ImageError> {
    let stored = json!({ "storage": { "size": "1Gi" } });
    let spec = json!({ "id": "demo", "name": "Demo", "nats": stored, "mongodb": stored });
    Ok(serde_json::from_value(spec)?)
}

/// Where programs are looked for in images that have folders for them.
fn path_variable() -> BTreeMap<String, String> {
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    BTreeMap::from([("PATH".to_owned(), path.to_owned())])
}

#[cfg(test)]
mod tests;
