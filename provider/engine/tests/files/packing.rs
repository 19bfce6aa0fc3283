//! Writing a `.krt` file: the whole, or nothing.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
};

use kre_core::krt::archive::Limits;
use kre_engine::files::{Krt, Selection};

use crate::folder::{Folder, chain, files};

#[test]
fn packing_twice_gives_the_same_bytes() {
    let folder = Folder::greeter();
    for output in ["one.krt", "two.krt"] {
        folder
            .read("greeter")
            .unwrap()
            .pack(&folder.path(output))
            .unwrap();
    }
    let [one, two] = ["one.krt", "two.krt"].map(|name| fs::read(folder.path(name)).unwrap());
    assert!(one == two);
}

#[test]
fn what_changed_since_it_was_read_is_not_packed() {
    let folder = Folder::greeter().with("out/greeter.krt", "old");
    let krt = folder.read("greeter").unwrap();
    let folder = folder.with("greeter/src/greet/main.py", "def init(ctx): fail\n");
    let error = chain(&krt.pack(&folder.path("out/greeter.krt")).unwrap_err());
    assert!(
        error.contains("changed while it was read; try again"),
        "{error}"
    );
    OpenOptions::new()
        .append(true)
        .open(folder.path("greeter/krt.yml"))
        .and_then(|mut file| file.write_all(b"x"))
        .unwrap();
    let error = chain(&krt.pack(&folder.path("out/greeter.krt")).unwrap_err());
    assert!(
        error.contains("greeter/krt.yml` changed while it was read"),
        "{error}"
    );
    let left = files(&folder.path("out"));
    assert_eq!(left.len(), 1);
    assert_eq!(left.values().next().unwrap(), b"old");
}

#[test]
fn an_archive_that_would_not_be_read_is_not_packed() {
    let folder = Folder::greeter().with("out/x", "");
    let limits = Limits {
        packed: 500,
        ..Limits::default()
    };
    let krt = Krt::read_within(&folder.path("greeter"), limits).unwrap();
    let error = chain(&krt.pack(&folder.path("out/greeter.krt")).unwrap_err());
    assert!(error.contains("archive has more than 500 bytes"), "{error}");
    assert_eq!(files(&folder.path("out")).len(), 1);
}

#[test]
fn the_output_must_not_become_part_of_the_next_one() {
    let folder = Folder::greeter();
    let krt = folder.read("greeter").unwrap();
    let error = krt
        .pack(&folder.path("greeter/src/greeter.krt"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("lies in the directory that is packed"),
        "{error}"
    );
    let folder = folder.with("greeter/.krtignore", "*.krt");
    let krt = folder.read("greeter").unwrap();
    krt.pack(&folder.path("greeter/greeter.krt")).unwrap();
    krt.pack(&folder.path("greeter/greeter.krt")).unwrap();
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = Folder::greeter();
    let krt = folder.read("greeter").unwrap();
    let error = chain(&krt.pack(&folder.path("nowhere/greeter.krt")).unwrap_err());
    assert!(
        error.contains("nowhere/greeter.krt`: No such file"),
        "{error}"
    );
    let error = krt.write_tar(Selection::Complete, Full).unwrap_err();
    assert!(
        chain(&error).contains("failed to write the archive"),
        "{}",
        chain(&error)
    );
}

#[test]
fn a_manifest_alone_is_not_packed() {
    let folder = Folder::greeter();
    let krt = folder.read("greeter/krt.yml").unwrap();
    let error = krt
        .pack(&folder.path("greeter.krt"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("pack the directory that holds it"),
        "{error}"
    );
}

/// A disk that is full.
#[derive(Debug)]
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
