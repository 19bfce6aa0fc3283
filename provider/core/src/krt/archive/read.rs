//! Reading a `.krt` file, as far as it can be trusted: not at all.

use std::io::BufRead;

use super::{
    contents::{Contents, ContentsError},
    extension::{Extension, ExtensionError},
    header::{BLOCK, Block, Header, HeaderError, Kind, decode},
    limits::Limits,
    path::{Path, PathError},
    quote::quote,
    stream::padding,
    unpack::{UnpackError, Unpacker},
};

/// Reads the entries of a gzip-compressed tar archive one by one, in the archive's order.
///
/// Names and sizes mean what they mean to Go's `archive/tar`, which the original reads with; what
/// programs read differently is refused. As in Go, several gzip members are one stream, and the
/// blocks of zeros at the end may be missing. Unlike there, nothing may follow them.
///
/// Accepted are regular files and directories, with GNU's or pax's long names. Leading `./` are
/// dropped, and so is an entry for the root itself. Memory is bounded by [`Limits::entries`].
#[derive(Debug)]
pub struct Reader<R> {
    unpacker: Unpacker<R>,
    contents: Contents,
    remaining: u64,
    padding: usize,
}

/// An entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A directory.
    Directory(Path),
    /// A file, whose bytes [`Reader::read`] returns until the next entry is asked for.
    File {
        /// Its path.
        path: Path,
        /// How many bytes it has.
        size: u64,
    },
}

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It cannot be decompressed, or is too large.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// A header is none.
    #[error("archive is damaged, or no tar archive; pack again with `krt pack`")]
    Header(#[from] HeaderError),
    /// An extended header cannot be trusted.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// The name of an entry leads astray.
    #[error("archive has an entry with a name that is not accepted")]
    Path(#[from] PathError),
    /// An entry contradicts another one, or is one too many.
    #[error(transparent)]
    Contents(#[from] ContentsError),
    /// It ends in the middle of an entry.
    #[error("archive ends too early; it is incomplete, so copy or pack it again")]
    Truncated,
    /// Something follows its end, which most programs would not see.
    #[error("archive goes on after its end, as concatenated ones do; pack again with `krt pack`")]
    AfterEnd,
    /// An entry is a symbolic or hard link.
    #[error("archive has a link; put a copy of the file in its place: `{0}`")]
    Link(String),
    /// An entry is a device.
    #[error("archive has a device; leave it out: `{0}`")]
    Device(String),
    /// An entry is a named pipe.
    #[error("archive has a named pipe; leave it out: `{0}`")]
    Pipe(String),
    /// An entry leaves out stretches of zeros, which programs read differently.
    #[error("archive has a sparse file; pack again with `krt pack`, or without `--sparse`: `{0}`")]
    Sparse(String),
    /// A pax header for all entries, which the original takes for an entry.
    #[error(
        "archive has a global pax header, as `git archive` writes it, which the original engine refuses; pack a checkout with `krt pack`"
    )]
    Global,
    /// An entry is of a kind that no KRT needs.
    #[error("archive has an entry of unknown type {flag:?}; pack again with `krt pack`: `{name}`")]
    Unknown {
        /// The type flag.
        flag: char,
        /// The entry.
        name: String,
    },
    /// A directory has content.
    #[error("archive has a directory with content; pack again with `krt pack`: `{0}`")]
    DirectoryContent(String),
    /// An extended header is longer than any that is needed.
    #[error("archive has an extended header of {0} bytes; pack again with `krt pack`")]
    ExtensionSize(u64),
}

/// Largest accepted extended header, in bytes: that of Go.
const MAX_EXTENSION: u64 = 1 << 20;

impl<R: BufRead> Reader<R> {
    /// Begins to read an archive of `size` bytes; what follows them is not read.
    pub fn new(archive: R, size: u64, limits: Limits) -> Result<Self, ReadError> {
        let unpacker = Unpacker::new(archive, size, limits.clone())?;
        Ok(Self {
            unpacker,
            contents: Contents::new(limits),
            remaining: 0,
            padding: 0,
        })
    }

    /// Returns the next entry, or nothing at the end of the archive.
    ///
    /// What is left of the entry before it is passed over.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, ReadError> {
        self.skip()?;
        let mut extension = Extension::default();
        while let Some(header) = self.header()? {
            match header.kind {
                Kind::LongName => extension.long_name(&self.payload(header.size)?)?,
                Kind::LongLink => {
                    self.payload(header.size)?;
                    extension.long_link();
                }
                Kind::Local => extension.pax(&self.payload(header.size)?)?,
                Kind::Global => return Err(ReadError::Global),
                Kind::File | Kind::Directory | Kind::Other(_) => {
                    if let Some(entry) = self.entry(header, &std::mem::take(&mut extension))? {
                        return Ok(Some(entry));
                    }
                }
            }
        }
        extension.check_end()?;
        Ok(None)
    }

    /// Returns the next bytes of the current file, or none at its end.
    pub fn read<'a>(&mut self, buffer: &'a mut [u8]) -> Result<&'a [u8], ReadError> {
        let length = usize::try_from(self.remaining)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(buffer) = buffer.get_mut(..length) else {
            return Ok(&[]);
        };
        self.fill(buffer)?;
        self.remaining -= length as u64;
        Ok(buffer)
    }

    /// The entries read so far; all of them once [`Reader::next_entry`] has returned nothing.
    pub fn into_contents(self) -> Contents {
        self.contents
    }

    /// Decides about an entry; the root itself is none.
    fn entry(&mut self, header: Header, extension: &Extension) -> Result<Option<Entry>, ReadError> {
        let name = extension.name(header.name)?;
        extension.check_size(&name, header.size)?;
        if extension.is_sparse() {
            return Err(ReadError::Sparse(quote(&name)));
        }
        match header.kind {
            Kind::File => {
                let path = Path::from_bytes(below_root(&name))?;
                self.contents.add_file(&path, header.size)?;
                self.expect(header.size);
                Ok(Some(Entry::File {
                    path,
                    size: header.size,
                }))
            }
            Kind::Directory if header.size > 0 => Err(ReadError::DirectoryContent(quote(&name))),
            Kind::Directory => {
                let name = below_root(&name);
                if matches!(name, b"" | b".") {
                    return Ok(None);
                }
                let name = name
                    .strip_suffix(b"/")
                    .filter(|name| !name.is_empty())
                    .unwrap_or(name);
                let path = Path::from_bytes(name)?;
                self.contents.add_directory(&path)?;
                Ok(Some(Entry::Directory(path)))
            }
            Kind::Other(flag) => Err(unsupported(flag, &name)),
            Kind::LongName | Kind::LongLink | Kind::Local | Kind::Global => Ok(None),
        }
    }

    fn header(&mut self) -> Result<Option<Header>, ReadError> {
        let mut block: Block = [0; BLOCK];
        match self.unpacker.fill(&mut block)? {
            0 => return Ok(None),
            BLOCK => {}
            _ => return Err(ReadError::Truncated),
        }
        if let Some(header) = decode(&block)? {
            return Ok(Some(header));
        }
        // The end, for which Go wants two blocks of zeros where anything follows the first one.
        while self.unpacker.fill(&mut block)? > 0 {
            if block != [0; BLOCK] {
                return Err(ReadError::AfterEnd);
            }
        }
        Ok(None)
    }

    fn payload(&mut self, size: u64) -> Result<Vec<u8>, ReadError> {
        if size > MAX_EXTENSION {
            return Err(ReadError::ExtensionSize(size));
        }
        let mut payload = vec![0; usize::try_from(size).unwrap_or_default()];
        self.fill(&mut payload)?;
        self.expect(size);
        self.remaining = 0;
        self.skip()?;
        Ok(payload)
    }

    fn expect(&mut self, size: u64) {
        self.remaining = size;
        self.padding = padding(size);
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        let mut buffer = [0; 16 << 10];
        while !self.read(&mut buffer)?.is_empty() {}
        let length = std::mem::take(&mut self.padding);
        self.fill(buffer.get_mut(..length).unwrap_or_default())
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        if self.unpacker.fill(buffer)? < buffer.len() {
            return Err(ReadError::Truncated);
        }
        Ok(())
    }
}

/// Drops the `./` that packing a directory `.` puts before every name.
fn below_root(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"./") {
        name = rest;
    }
    name
}

fn unsupported(flag: u8, name: &[u8]) -> ReadError {
    let name = quote(name);
    match flag {
        b'1' | b'2' => ReadError::Link(name),
        b'3' | b'4' => ReadError::Device(name),
        b'6' => ReadError::Pipe(name),
        b'S' => ReadError::Sparse(name),
        _ => ReadError::Unknown {
            flag: char::from(flag),
            name,
        },
    }
}
