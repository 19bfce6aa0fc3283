//! A KRT, whatever it is stored as.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use kre_core::krt::archive::{
    self, Artefact, ArtefactError, Contents, Digester, Limits, Piece, TarWriter, WriteError,
    compress, is_manifest,
};

use super::{
    directory::Directory,
    error::FilesError,
    open::{Put, Steady},
    packed::Packed,
};

/// A KRT on disk that has been read: a directory, a `.krt` archive, or a manifest alone.
///
/// Memory is bounded, whatever it holds: files are streamed, each time they are needed.
#[derive(Debug)]
pub struct Krt {
    path: PathBuf,
    source: Source,
    contents: Contents,
    artefact: Artefact,
}

/// Where the files are.
#[derive(Debug)]
enum Source {
    Directory(Directory),
    /// An archive in the order of paths.
    Sorted(Packed),
    /// An archive in another order.
    Unsorted(Packed),
    Manifest,
}

/// Which files of a KRT are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// All.
    Complete,
    /// Those that nodes see, from which the version id is derived.
    Mounted,
}

impl Krt {
    /// Reads the KRT at `path` within the usual limits.
    ///
    /// A directory is one, and so is a file that begins like a gzip archive; any other file whose
    /// name does not end in `.krt` is a manifest alone.
    pub fn read(path: &Path) -> Result<Self, FilesError> {
        Self::read_within(path, Limits::default())
    }

    /// Reads the KRT at `path` within `limits`.
    pub fn read_within(path: &Path, limits: Limits) -> Result<Self, FilesError> {
        let failed = |source| FilesError::Read {
            path: path.to_owned(),
            source,
        };
        let found = fs::metadata(path).map_err(failed)?;
        if found.is_dir() {
            return Self::read_directory(path, limits);
        }
        if !found.is_file() {
            return Err(FilesError::Special(path.to_owned()));
        }
        if path.extension().is_some_and(|name| name == "krt") || is_gzip(path).map_err(failed)? {
            return Self::read_archive(path, limits);
        }
        Self::read_manifest(path, limits)
    }

    /// What it holds.
    pub fn artefact(&self) -> &Artefact {
        &self.artefact
    }

    /// Writes the canonical tar stream of the selected files.
    ///
    /// Fails, having written nearly everything, if they are no longer those that were read.
    pub fn write_tar<W: Write>(&self, selection: Selection, writer: W) -> Result<W, FilesError> {
        let mut digester = Digester::new(self.contents.limits().manifest);
        let mut writer = TarWriter::new(writer);
        let mut is_selected = false;
        self.pieces(&mut |piece| {
            digester.put(piece).map_err(|source| self.refused(source))?;
            if let Piece::File { path, .. } = piece {
                is_selected = selection == Selection::Complete || self.artefact.mounts(path);
            }
            if !is_selected {
                return Ok(());
            }
            writer.put(piece).map_err(|source| self.unwritten(source))
        })?;
        let artefact = digester
            .finish(&self.contents)
            .map_err(|source| self.refused(source))?;
        if artefact.digest != self.artefact.digest {
            return Err(FilesError::Changed(self.path.clone()));
        }
        writer.finish().map_err(|source| self.unwritten(source))
    }

    /// Writes the selected files as a compressed archive.
    pub fn write_krt<W: Write>(&self, selection: Selection, writer: W) -> Result<W, FilesError> {
        let encoder = self.write_tar(selection, compress(writer))?;
        encoder
            .finish()
            .map_err(|source| self.unwritten(source.into()))
    }

    /// Packs it as the `.krt` file `output`, which is replaced at once or not at all.
    pub fn pack(&self, output: &Path) -> Result<(), FilesError> {
        match &self.source {
            Source::Manifest => return Err(FilesError::ManifestAlone(self.path.clone())),
            Source::Directory(directory) if directory.would_pack(output) => {
                return Err(FilesError::OutputInside(output.to_owned()));
            }
            _ => {}
        }
        let failed = |source| FilesError::Output {
            path: output.to_owned(),
            source,
        };
        let file = temporary_beside(output).map_err(failed)?;
        let written = self
            .write_krt(Selection::Complete, BufWriter::new(file))
            .map_err(|error| match error {
                FilesError::Write {
                    source: WriteError::Io(source),
                    ..
                } => failed(source),
                other => other,
            })?;
        let file = written
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        let size = file.as_file().metadata().map_err(failed)?.len();
        let checked = self
            .contents
            .limits()
            .check_archive(size, self.contents.size());
        checked.map_err(|source| self.refused(source.into()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(output).map_err(|error| failed(error.error))?;
        Ok(())
    }

    fn read_directory(path: &Path, limits: Limits) -> Result<Self, FilesError> {
        let manifest = limits.manifest;
        let (directory, contents) = Directory::list(path, limits)?;
        let (contents, artefact) = digest(path, manifest, |put| {
            directory.pieces(&contents, put)?;
            Ok(contents)
        })?;
        Ok(Self {
            path: path.to_owned(),
            source: Source::Directory(directory),
            contents,
            artefact,
        })
    }

    fn read_archive(path: &Path, limits: Limits) -> Result<Self, FilesError> {
        let manifest = limits.manifest;
        let packed = Packed::new(path, limits);
        let (source, (contents, artefact)) =
            match digest(path, manifest, |put| packed.pieces_as_read(put)) {
                Err(FilesError::Artefact {
                    source: ArtefactError::Stream(WriteError::OutOfOrder(_)),
                    ..
                }) => {
                    let sorted = digest(path, manifest, |put| packed.pieces_sorted(put))?;
                    (Source::Unsorted(packed), sorted)
                }
                read => (Source::Sorted(packed), read?),
            };
        Ok(Self {
            path: path.to_owned(),
            source,
            contents,
            artefact,
        })
    }

    fn read_manifest(path: &Path, limits: Limits) -> Result<Self, FilesError> {
        let manifest = limits.manifest;
        let (contents, artefact) = digest(path, manifest, |put| {
            let mut contents = Contents::new(limits);
            manifest_pieces(path, &mut contents, put)?;
            Ok(contents)
        })?;
        Ok(Self {
            path: path.to_owned(),
            source: Source::Manifest,
            contents,
            artefact,
        })
    }

    fn pieces(&self, put: Put<'_>) -> Result<(), FilesError> {
        match &self.source {
            Source::Directory(directory) => directory.pieces(&self.contents, put),
            Source::Sorted(packed) => packed.pieces_as_read(put).map(drop),
            Source::Unsorted(packed) => packed.pieces_sorted(put).map(drop),
            Source::Manifest => {
                let mut contents = Contents::new(self.contents.limits().clone());
                manifest_pieces(&self.path, &mut contents, put)
            }
        }
    }

    fn refused(&self, source: ArtefactError) -> FilesError {
        FilesError::Artefact {
            path: self.path.clone(),
            source,
        }
    }

    fn unwritten(&self, source: WriteError) -> FilesError {
        FilesError::Write {
            path: self.path.clone(),
            source,
        }
    }
}

/// Digests what `pieces` hands over; `limit` is that of the manifest.
fn digest(
    path: &Path,
    limit: u64,
    pieces: impl FnOnce(Put<'_>) -> Result<Contents, FilesError>,
) -> Result<(Contents, Artefact), FilesError> {
    let refused = |source| FilesError::Artefact {
        path: path.to_owned(),
        source,
    };
    let mut digester = Digester::new(limit);
    let contents = pieces(&mut |piece| digester.put(piece).map_err(refused))?;
    let artefact = digester.finish(&contents).map_err(refused)?;
    Ok((contents, artefact))
}

/// Hands over a manifest that stands alone, under its own name where that is one for manifests.
fn manifest_pieces(path: &Path, contents: &mut Contents, put: Put<'_>) -> Result<(), FilesError> {
    // What the user names may be a link, as with directories and archives.
    let location = path.canonicalize();
    let location = location.map_err(|source| FilesError::Read {
        path: path.to_owned(),
        source,
    })?;
    let file = Steady::open(&location)?;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .filter(|name| is_manifest(name));
    let named = name.unwrap_or("krt.yaml").parse::<archive::Path>();
    let named = named.map_err(|source| FilesError::Name {
        path: path.to_owned(),
        source,
    })?;
    let refused = |source| FilesError::Directory {
        path: path.to_owned(),
        source,
    };
    contents.add_file(&named, file.size()).map_err(refused)?;
    put(Piece::File {
        path: &named,
        size: file.size(),
    })?;
    file.read(|bytes| put(Piece::Bytes(bytes)))
}

fn is_gzip(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut start)?;
    Ok(start == [0x1f, 0x8b])
}

/// A temporary file that can become `output` by a rename, with the mode of any new file.
fn temporary_beside(output: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = output.parent().filter(|folder| *folder != Path::new(""));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    builder
        .prefix(".")
        .suffix(".krt")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}
