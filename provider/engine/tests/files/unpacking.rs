//! What others make of the archives that we write.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use kre_engine::files::Selection;

use crate::folder::{Folder, files};

fn mounted(mut files: BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<PathBuf, Vec<u8>> {
    files.retain(|path, _| path != Path::new("krt.yml") && !path.starts_with("docs"));
    files
}

#[test]
fn gnu_tar_unpacks_the_same_files() {
    let folder = Folder::greeter();
    folder
        .read("greeter")
        .unwrap()
        .pack(&folder.path("greeter.krt"))
        .unwrap();
    fs::create_dir(folder.path("out")).unwrap();
    folder.tar(&["-xzf", "greeter.krt", "-C", "out", "--warning=all"]);
    assert_eq!(files(&folder.path("out")), files(&folder.path("greeter")));
}

/// Unpacks as the original's downloader does: directories with all above them, files plainly,
/// anything else not at all.
fn download(archive: &[u8], root: &Path) -> io::Result<()> {
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries()? {
        let mut entry = entry?;
        let path = root.join(entry.path()?);
        match entry.header().entry_type().as_byte() {
            b'5' => fs::create_dir_all(path)?,
            b'0' => {
                io::copy(&mut entry, &mut fs::File::create(path)?)?;
            }
            other => return Err(io::Error::other(format!("unknown type {other}"))),
        }
    }
    Ok(())
}

#[test]
fn the_originals_downloader_unpacks_what_nodes_see() {
    let folder = Folder::greeter();
    let krt = folder.read("greeter").unwrap();
    let archive = krt.write_krt(Selection::Mounted, Vec::new()).unwrap();
    fs::create_dir(folder.path("out")).unwrap();
    download(&archive, &folder.path("out")).unwrap();
    assert_eq!(
        files(&folder.path("out")),
        mounted(files(&folder.path("greeter")))
    );
}

#[test]
fn each_directory_is_declared_once_before_its_files() {
    let folder = Folder::greeter();
    let krt = folder.read("greeter").unwrap();
    let archive = krt.write_tar(Selection::Complete, Vec::new()).unwrap();
    let mut known = vec![PathBuf::new()];
    for entry in tar::Archive::new(archive.as_slice()).entries().unwrap() {
        let entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        assert!(
            known.contains(&path.parent().unwrap().to_owned()),
            "{}",
            path.display()
        );
        assert!(!known.contains(&path), "{}", path.display());
        known.push(path);
        let header = entry.header();
        assert_eq!(
            (
                header.mtime().unwrap(),
                header.uid().unwrap(),
                header.gid().unwrap()
            ),
            (0, 0, 0)
        );
        let is_directory = header.entry_type().is_dir();
        assert_eq!(
            header.mode().unwrap(),
            if is_directory { 0o755 } else { 0o644 }
        );
    }
}
