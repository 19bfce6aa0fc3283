//! Images as files of an OCI image layout, <https://github.com/opencontainers/image-spec>.

use std::collections::BTreeMap;
use std::env::consts;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use super::digest::{Digest, Measured};
use super::{Image, ImageError, Layer, reference};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// Images, described; their layers are still where they come from.
pub(super) struct Layout<'i> {
    blobs: BTreeMap<String, Blob<'i>>,
    index: Vec<u8>,
}

/// What is found by its digest alone. Images that share a layer share its blob.
struct Blob<'i> {
    digest: Digest,
    content: Content<'i>,
}

enum Content<'i> {
    Description(Vec<u8>),
    Layer(&'i Layer),
}

impl<'i> Layout<'i> {
    /// Describes images, which takes reading all of their files.
    pub(super) fn of(images: &'i [Image]) -> Result<Self, ImageError> {
        let mut layout = Self {
            blobs: BTreeMap::new(),
            index: Vec::new(),
        };
        let mut manifests = BTreeMap::new();
        for image in images {
            let full = reference::full(&image.reference);
            let manifest = layout.add(image, &full)?;
            manifests.insert(full, manifest);
        }
        layout.index = serde_json::to_vec(&json!({
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": manifests.into_values().collect::<Vec<_>>(),
        }))?;
        Ok(layout)
    }

    /// Returns what stands for all of it.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.index)
    }

    /// Adds an image, and returns what the index says of it.
    fn add(&mut self, image: &'i Image, full: &str) -> Result<Value, ImageError> {
        let mut layers = Vec::new();
        let mut contents = Vec::new();
        for layer in &image.layers {
            let mut measured = Measured::new(io::sink());
            layer.write(&mut measured)?;
            let digest = measured.digest();
            layers.push(descriptor(LAYER, &digest));
            // They are not compressed, so blob and content are the same.
            contents.push(digest.named());
            self.keep(digest, Content::Layer(layer));
        }
        let config = self.describe(&configuration(image, &contents))?;
        let manifest = self.describe(&json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config),
            "layers": layers,
        }))?;
        let mut described = descriptor(MANIFEST, &manifest);
        if let Some(fields) = described.as_object_mut() {
            let annotations = json!({
                "io.containerd.image.name": full,
                "org.opencontainers.image.ref.name": reference::tag(full),
            });
            fields.insert("platform".to_owned(), platform());
            fields.insert("annotations".to_owned(), annotations);
        }
        Ok(described)
    }

    fn describe(&mut self, value: &Value) -> Result<Digest, ImageError> {
        let text = serde_json::to_vec(value)?;
        let digest = Digest::of(&text);
        self.keep(digest.clone(), Content::Description(text));
        Ok(digest)
    }

    fn keep(&mut self, digest: Digest, content: Content<'i>) {
        let blob = Blob {
            digest: digest.clone(),
            content,
        };
        self.blobs.entry(digest.hex).or_insert(blob);
    }

    /// Writes the layout as one archive; `path` is what errors call it.
    pub(super) fn write(&self, to: impl Write, path: &Path) -> Result<(), ImageError> {
        let failed = |error| ImageError::file(path, error);
        let mut archive = Builder::new(to);
        let version = br#"{"imageLayoutVersion":"1.0.0"}"#;
        append(&mut archive, "oci-layout", version).map_err(failed)?;
        append(&mut archive, "index.json", &self.index).map_err(failed)?;
        for blob in self.blobs.values() {
            let name = format!("blobs/sha256/{}", blob.digest.hex);
            match &blob.content {
                Content::Description(text) => {
                    append(&mut archive, &name, text).map_err(failed)?;
                }
                Content::Layer(layer) => copy(&mut archive, &name, layer, &blob.digest, path)?,
            }
        }
        archive
            .into_inner()
            .and_then(|mut to| to.flush())
            .map_err(failed)
    }
}

/// What runs in a container of the image, and of which layers it is made.
fn configuration(image: &Image, contents: &[String]) -> Value {
    let environment: Vec<_> = image
        .environment
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let ports: BTreeMap<_, _> = image
        .ports
        .iter()
        .map(|port| (format!("{port}/tcp"), json!({})))
        .collect();
    let volumes: BTreeMap<_, _> = image.volumes.iter().map(|path| (path, json!({}))).collect();
    let mut configuration = platform();
    if let Some(fields) = configuration.as_object_mut() {
        let started = json!({
            "Entrypoint": image.entrypoint,
            "Cmd": image.arguments,
            "Env": environment,
            "User": image.user,
            "WorkingDir": image.working_directory,
            "ExposedPorts": ports,
            "Volumes": volumes,
        });
        fields.insert("config".to_owned(), started);
        let files = json!({ "type": "layers", "diff_ids": contents });
        fields.insert("rootfs".to_owned(), files);
    }
    configuration
}

/// This machine's, as Go names it.
fn platform() -> Value {
    let architecture = match consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    json!({ "architecture": architecture, "os": consts::OS })
}

fn descriptor(kind: &str, digest: &Digest) -> Value {
    json!({ "mediaType": kind, "digest": digest.named(), "size": digest.size })
}

fn header(size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(size);
    header
}

fn append(archive: &mut Builder<impl Write>, name: &str, content: &[u8]) -> io::Result<()> {
    let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
    archive.append_data(&mut header(size), name, content)
}

/// Writes a layer behind the header of its blob; what comes must be what was measured.
fn copy(
    archive: &mut Builder<impl Write>,
    name: &str,
    layer: &Layer,
    expected: &Digest,
    path: &Path,
) -> Result<(), ImageError> {
    let failed = |error| ImageError::file(path, error);
    let mut header = header(expected.size);
    header.set_path(name).map_err(failed)?;
    header.set_cksum();
    let to = archive.get_mut();
    to.write_all(header.as_bytes()).map_err(failed)?;
    let mut measured = Measured::new(&mut *to);
    layer.write(&mut measured)?;
    if measured.digest() != *expected {
        return Err(ImageError::Changed {
            path: path.to_owned(),
        });
    }
    // Archives have blocks of 512 bytes, and so has the one inside.
    Ok(())
}
