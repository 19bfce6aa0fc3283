//! Files that an image lays over those below it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};

use super::ImageError;

/// Whoever may do everything.
const ROOT: u32 = 0;

/// Files that an image lays over those below it, in whatever order they were added.
///
/// Paths are absolute. Folders on the way to them belong to root, unless they are added themselves.
/// Nothing in it has a time, so the same files are always the same bytes.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: Kind,
    mode: u32,
    owner: u32,
}

#[derive(Debug, Clone)]
enum Kind {
    Folder,
    Text(Vec<u8>),
    Copy(PathBuf),
    Link(String),
}

impl Layer {
    /// Adds a folder that belongs to a user, and to the group of the same number.
    pub fn folder(self, path: &str, owner: u32) -> Self {
        self.with(path, Kind::Folder, 0o755, owner)
    }

    /// Adds a folder that everybody may write to, such as /tmp.
    pub fn open_folder(self, path: &str) -> Self {
        self.with(path, Kind::Folder, 0o1777, ROOT)
    }

    /// Adds a file that everybody may read.
    pub fn text(self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.with(path, Kind::Text(text.into()), 0o644, ROOT)
    }

    /// Adds a script, which everybody may run.
    pub fn script(self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.with(path, Kind::Text(text.into()), 0o755, ROOT)
    }

    /// Adds a copy of a program of this machine, which everybody may run.
    pub fn program(self, path: &str, source: &Path) -> Self {
        self.with(path, Kind::Copy(source.to_owned()), 0o755, ROOT)
    }

    /// Adds a symbolic link.
    pub fn link(self, path: &str, target: &str) -> Self {
        self.with(path, Kind::Link(target.to_owned()), 0o777, ROOT)
    }

    fn with(mut self, path: &str, kind: Kind, mode: u32, owner: u32) -> Self {
        let path = path.trim_matches('/').to_owned();
        self.entries.insert(path, Entry { kind, mode, owner });
        self
    }

    /// Writes it as a tar archive, each folder before what is in it.
    pub(super) fn write(&self, to: impl Write) -> Result<(), ImageError> {
        let mut archive = Builder::new(to);
        for (path, entry) in &self.complete() {
            append(&mut archive, path, entry)?;
        }
        archive
            .finish()
            .map_err(|error| ImageError::file(Path::new("/"), error))
    }

    /// Returns the entries with all folders on the way to them.
    fn complete(&self) -> BTreeMap<&str, Entry> {
        let mut complete = BTreeMap::new();
        for (path, entry) in &self.entries {
            for (at, _) in path.match_indices('/') {
                let folder = path.get(..at).unwrap_or_default();
                complete.entry(folder).or_insert(Entry {
                    kind: Kind::Folder,
                    mode: 0o755,
                    owner: ROOT,
                });
            }
            complete.insert(path, entry.clone());
        }
        complete
    }
}

fn append(archive: &mut Builder<impl Write>, path: &str, entry: &Entry) -> Result<(), ImageError> {
    let mut header = Header::new_gnu();
    header.set_mode(entry.mode);
    header.set_uid(entry.owner.into());
    header.set_gid(entry.owner.into());
    header.set_mtime(0);
    header.set_size(0);
    let mut file = |header: &mut Header, size, content: &mut dyn Read| {
        header.set_entry_type(EntryType::Regular);
        header.set_size(size);
        archive.append_data(header, path, content)
    };
    let written = match &entry.kind {
        Kind::Text(text) => {
            let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
            file(&mut header, size, &mut text.as_slice())
        }
        Kind::Copy(source) => {
            let (mut source, size) =
                open(source).map_err(|error| ImageError::file(source, error))?;
            file(&mut header, size, &mut source)
        }
        Kind::Folder => {
            header.set_entry_type(EntryType::Directory);
            archive.append_data(&mut header, format!("{path}/"), io::empty())
        }
        Kind::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            archive.append_link(&mut header, path, target)
        }
    };
    written.map_err(|error| ImageError::file(Path::new(path), error))
}

/// Opens a file for as much of it as there is now.
fn open(source: &Path) -> io::Result<(impl Read, u64)> {
    let file = File::open(source)?;
    let size = file.metadata()?.len();
    Ok((file.take(size), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an archive of the layer has in it, a line for each entry.
    fn written(layer: &Layer) -> Vec<String> {
        let mut bytes = Vec::new();
        layer.write(&mut bytes).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries = archive.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            let header = entry.header();
            let path = entry.path().unwrap().display().to_string();
            let (mode, owner) = (header.mode().unwrap(), header.uid().unwrap());
            assert_eq!(header.gid().unwrap(), owner);
            assert_eq!(header.mtime().unwrap(), 0);
            let target = header.link_name().unwrap();
            let target = target.map(|target| format!(" -> {}", target.display()));
            format!("{mode:o} {owner} {path}{}", target.unwrap_or_default())
        });
        entries.collect()
    }

    #[test]
    fn folders_come_before_what_is_in_them() {
        let layer = Layer::default()
            .text("/etc/app/app.conf", "x")
            .text("/a", "");

        let expected = [
            "644 0 a",
            "755 0 etc/",
            "755 0 etc/app/",
            "644 0 etc/app/app.conf",
        ];
        assert_eq!(written(&layer), expected);
    }

    #[test]
    fn a_folder_keeps_its_owner_below_others() {
        let layer = Layer::default()
            .text("/data/db/x", "")
            .folder("/data/db", 999);

        assert_eq!(
            written(&layer),
            ["755 0 data/", "755 999 data/db/", "644 0 data/db/x"]
        );
    }

    #[test]
    fn whoever_may_do_what_is_kept() {
        let layer = Layer::default()
            .open_folder("/tmp")
            .script("/run.sh", "")
            .link("/bin/sh", "busybox");

        let expected = [
            "755 0 bin/",
            "777 0 bin/sh -> busybox",
            "755 0 run.sh",
            "1777 0 tmp/",
        ];
        assert_eq!(written(&layer), expected);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let layer = Layer::default().program("/app", Path::new("/nowhere/app"));

        let error = layer.write(io::sink()).unwrap_err().to_string();
        assert_eq!(error, "failed to use `/nowhere/app`");
    }
}
