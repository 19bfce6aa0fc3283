//! A KRT as a directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use kre_core::krt::archive::{self, Contents, Limits, Piece};

use super::{
    error::FilesError,
    ignore::Ignore,
    open::{Put, Steady},
};

/// A directory whose files are known.
#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
    ignore: Ignore,
}

impl Directory {
    /// Lists the files of a directory that `.krtignore` does not leave out.
    pub(super) fn list(root: &Path, limits: Limits) -> Result<(Self, Contents), FilesError> {
        let ignore = ignore(root)?;
        let mut walk = Walk {
            root,
            ignore,
            contents: Contents::new(limits),
            waiting: vec![None],
        };
        while let Some(directory) = walk.waiting.pop() {
            walk.directory(directory)?;
        }
        let Walk {
            ignore, contents, ..
        } = walk;
        Ok((
            Self {
                root: root.to_owned(),
                ignore,
            },
            contents,
        ))
    }

    /// Hands over the content of all files.
    pub(super) fn pieces(&self, contents: &Contents, put: Put<'_>) -> Result<(), FilesError> {
        for (path, size) in contents.files() {
            let location = self.root.join(path.as_str());
            let file = Steady::open(&location)?;
            if file.size() != size {
                return Err(FilesError::Changed(location));
            }
            put(Piece::File { path, size })?;
            file.read(|bytes| put(Piece::Bytes(bytes)))?;
        }
        Ok(())
    }

    /// Whether a file that is to be written would be packed the next time.
    pub(super) fn would_pack(&self, output: &Path) -> bool {
        let parent = match output.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let (Ok(parent), Ok(root)) = (parent.canonicalize(), self.root.canonicalize()) else {
            return false;
        };
        let name = output.file_name().unwrap_or_default();
        let inside = parent
            .strip_prefix(root)
            .map(|inside| inside.join(name))
            .ok();
        let path = inside.and_then(|inside| parse(&inside).ok());
        path.is_some_and(|path| {
            let is_left_out = path
                .parents()
                .any(|parent| self.ignore.leaves_out(&parent, true));
            !is_left_out && !self.ignore.leaves_out(&path, false)
        })
    }
}

/// A walk through a directory.
struct Walk<'a> {
    root: &'a Path,
    ignore: Ignore,
    contents: Contents,
    /// Directories that have not been read yet; the root is nothing.
    waiting: Vec<Option<archive::Path>>,
}

impl Walk<'_> {
    fn directory(&mut self, directory: Option<archive::Path>) -> Result<(), FilesError> {
        let inside = directory.as_ref().map_or("", archive::Path::as_str);
        let location = self.root.join(inside);
        let failed = |source| FilesError::Read {
            path: location.clone(),
            source,
        };
        let mut is_empty = true;
        for entry in fs::read_dir(&location).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            self.entry(&Path::new(inside).join(entry.file_name()))?;
            is_empty = false;
        }
        match directory {
            Some(directory) if is_empty => self.add(|contents| contents.add_directory(&directory)),
            _ => Ok(()),
        }
    }

    fn entry(&mut self, inside: &Path) -> Result<(), FilesError> {
        let location = self.root.join(inside);
        let path = match parse(inside) {
            Ok(path) => path,
            Err(source) => {
                return Err(FilesError::Name {
                    path: location,
                    source,
                });
            }
        };
        // Links are not followed here.
        let found = match fs::symlink_metadata(&location) {
            Ok(found) => found,
            Err(source) => {
                return Err(FilesError::Read {
                    path: location,
                    source,
                });
            }
        };
        if self.ignore.leaves_out(&path, found.is_dir()) {
            return Ok(());
        }
        if found.is_dir() {
            self.waiting.push(Some(path));
            return Ok(());
        }
        if found.is_symlink() {
            return Err(FilesError::Link(location));
        }
        if !found.is_file() {
            return Err(FilesError::Special(location));
        }
        self.add(|contents| {
            path.parents()
                .try_for_each(|parent| contents.add_directory(&parent))?;
            contents.add_file(&path, found.len())
        })
    }

    fn add(
        &mut self,
        add: impl FnOnce(&mut Contents) -> Result<(), archive::ContentsError>,
    ) -> Result<(), FilesError> {
        let failed = |source| FilesError::Directory {
            path: self.root.to_owned(),
            source,
        };
        add(&mut self.contents).map_err(failed)
    }
}

/// The path of an entry, whatever separates components here.
fn parse(inside: &Path) -> Result<archive::Path, archive::PathError> {
    let components = inside
        .components()
        .map(|component| component.as_os_str().as_encoded_bytes());
    archive::Path::from_bytes(&components.collect::<Vec<_>>().join(&b'/'))
}

fn ignore(root: &Path) -> Result<Ignore, FilesError> {
    let path = root.join(Ignore::FILE);
    let mut content = Vec::new();
    match Steady::open(&path) {
        Ok(file) if file.size() > Ignore::MAX_LEN => {
            let source = super::ignore::IgnoreError::TooLarge;
            return Err(FilesError::Ignore { path, source });
        }
        Ok(file) => file.read(|bytes| {
            content.extend_from_slice(bytes);
            Ok(())
        })?,
        Err(FilesError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ignore::parse(&content).map_err(|source| FilesError::Ignore { path, source })
}
