//! Unpacking as the original does: no more careful, and no more helpful.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};

use super::error::DownloadError;

/// What compressed data begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Unpacks a compressed archive into a folder.
///
/// Folders are made with those above them, files are not: an archive without entries for its
/// folders fails. Nothing can be executed afterwards.
pub(super) fn extract(archive: &[u8], base: &Path) -> Result<(), DownloadError> {
    if !archive.starts_with(&MAGIC) {
        return Err(DownloadError::Compression);
    }
    let damaged = |error: io::Error| DownloadError::Archive(error.to_string());
    let mut archive = Archive::new(GzDecoder::new(archive));
    for entry in archive.entries().map_err(damaged)? {
        unpack(entry.map_err(damaged)?, base)?;
    }
    Ok(())
}

fn unpack(mut entry: Entry<'_, impl Read>, base: &Path) -> Result<(), DownloadError> {
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let path = base.join(name.trim_matches('/'));
    let shown = path.display().to_string();
    match entry.header().entry_type() {
        EntryType::Directory => fs::create_dir_all(&path).map_err(|error| DownloadError::Folder {
            path: shown,
            why: words(&error),
        }),
        EntryType::Regular => {
            let mut file = File::create(&path).map_err(|error| DownloadError::File {
                path: shown,
                why: words(&error),
            })?;
            let copied = io::copy(&mut entry, &mut file);
            copied
                .map(drop)
                .map_err(|error| DownloadError::Archive(error.to_string()))
        }
        other => Err(DownloadError::Kind {
            kind: other.as_byte(),
            name,
        }),
    }
}

/// What the system said, without its number and in lower case, as Go has it.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::fs::PermissionsExt};

    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, Header};

    use super::*;

    /// Packs entries, with names that end with a slash as folders.
    fn packed(entries: &[(&str, EntryType)]) -> Vec<u8> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, kind) in entries {
            let mut header = Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o755);
            let content: &[u8] = match kind {
                EntryType::Regular => b"content",
                _ => b"",
            };
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, name, content).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    fn refusal(archive: &[u8]) -> String {
        let base = tempfile::tempdir().unwrap();
        let error = extract(archive, base.path()).unwrap_err().to_string();
        error.replace(&base.path().display().to_string(), "/krt-files")
    }

    #[test]
    fn files_lose_their_executable_bits() {
        let base = tempfile::tempdir().unwrap();
        let archive = packed(&[
            ("bin/deep/", EntryType::Directory),
            ("bin/deep/app", EntryType::Regular),
        ]);

        extract(&archive, base.path()).unwrap();

        let file = base.path().join("bin/deep/app");
        assert_eq!(fs::read(&file).unwrap(), b"content");
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0);
    }

    #[test]
    fn an_archive_without_its_folders_fails() {
        let archive = packed(&[("src/node.py", EntryType::Regular)]);

        let expected = "creating file: open /krt-files/src/node.py: no such file or directory";
        assert_eq!(refusal(&archive), expected);
    }

    #[test]
    fn links_and_global_headers_are_refused() {
        let link = packed(&[("a", EntryType::Fifo)]);
        assert_eq!(refusal(&link), "uknown type [54] in [a]");
        let global = packed(&[("pax_global_header", EntryType::XGlobalHeader)]);
        assert_eq!(refusal(&global), "uknown type [103] in [pax_global_header]");
    }

    #[test]
    fn what_is_not_compressed_is_refused() {
        assert_eq!(refusal(b"plain"), "gzip: invalid header");
    }

    #[test]
    fn a_cut_archive_is_refused() {
        let mut noise = GzEncoder::new(Vec::new(), Compression::none());
        noise.write_all(&[b'x'; 700]).unwrap();
        let refusal = refusal(&noise.finish().unwrap());
        assert!(refusal.starts_with("reading archive: "), "{refusal}");
    }
}
