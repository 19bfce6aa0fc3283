//! Archives made byte by byte, right and wrong.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use crate::krt::archive::{
    Contents, Entry, Limits, Path, ReadError, Reader,
    header::{BLOCK, Kind, encode},
};

/// An uncompressed archive.
#[derive(Debug, Clone, Default)]
pub(super) struct Tar(pub(super) Vec<u8>);

impl Tar {
    /// An archive that would be accepted, but for what is appended to it.
    pub(super) fn krt() -> Self {
        Self::default().file("krt.yml", b"version: v1\n")
    }

    pub(super) fn file(self, name: &str, content: &[u8]) -> Self {
        self.header(name, b'0', content.len() as u64, &[])
            .content(content)
    }

    pub(super) fn directory(self, name: &str) -> Self {
        self.header(name, b'5', 0, &[])
    }

    /// An entry that is made of a header alone.
    pub(super) fn entry(self, name: &str, flag: u8) -> Self {
        self.header(name, flag, 0, &[])
    }

    pub(super) fn pax(self, flag: u8, records: &[(&str, &str)]) -> Self {
        let payload: String = records
            .iter()
            .map(|(key, value)| record(key, value))
            .collect();
        self.header("pax", flag, payload.len() as u64, &[])
            .content(payload.as_bytes())
    }

    pub(super) fn long_name(self, name: &str) -> Self {
        let payload = format!("{name}\0");
        self.header("././@LongLink", b'L', payload.len() as u64, &[])
            .content(payload.as_bytes())
    }

    /// Appends a header with a right checksum, in which `patches` replace bytes.
    pub(super) fn header(
        mut self,
        name: &str,
        flag: u8,
        size: u64,
        patches: &[(usize, &[u8])],
    ) -> Self {
        let mut block = encode(name, size, Kind::File);
        block[156] = flag;
        for (offset, bytes) in patches {
            block[*offset..offset + bytes.len()].copy_from_slice(bytes);
        }
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().copied().map(u32::from).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        self.0.extend(block);
        self
    }

    /// Appends content with its padding.
    pub(super) fn content(mut self, content: &[u8]) -> Self {
        self.0.extend(content);
        self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
        self
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    pub(super) fn end(mut self) -> Self {
        self.0.extend([0; 2 * BLOCK]);
        self
    }

    /// Ends the archive and compresses it.
    pub(super) fn gzip(self) -> Vec<u8> {
        gzip(&self.end().0)
    }
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let length = (1..9999).find(|length: &usize| *length == rest.len() + length.to_string().len());
    format!("{}{rest}", length.unwrap())
}

/// Files in the order of an archive.
pub(super) type Read = Vec<(Path, Vec<u8>)>;

/// What an archive holds: its files in its order, and the list of all entries.
pub(super) fn read(archive: &[u8], limits: Limits) -> Result<(Read, Contents), ReadError> {
    let mut reader = Reader::new(archive, archive.len() as u64, limits)?;
    let mut files = Vec::new();
    while let Some(entry) = reader.next_entry()? {
        let Entry::File { path, size } = entry else {
            continue;
        };
        let mut content = Vec::new();
        // An odd size, so that reads do not end where blocks do.
        let mut buffer = [0; 700];
        loop {
            let bytes = reader.read(&mut buffer)?;
            if bytes.is_empty() {
                break;
            }
            content.extend_from_slice(bytes);
        }
        assert_eq!(content.len() as u64, size);
        files.push((path, content));
    }
    Ok((files, reader.into_contents()))
}
