//! The canonical stream and what is derived from it.

use std::{collections::BTreeMap, io::Write as _};

use proptest::{collection::btree_map, prelude::*};
use sha2::{Digest as _, Sha256};

use super::build::{Tar, read};
use crate::krt::archive::{
    Artefact, Contents, Digester, Entry, Limits, Path, Piece, Reader, TarWriter, WriteError,
    compress,
};

type Files = BTreeMap<Path, Vec<u8>>;

fn files(files: &[(&str, &[u8])]) -> Files {
    files
        .iter()
        .map(|(path, content)| (path.parse().unwrap(), content.to_vec()))
        .collect()
}

fn stream(files: &Files) -> Vec<u8> {
    let mut writer = TarWriter::new(Vec::new());
    for (path, content) in files {
        writer
            .put(Piece::File {
                path,
                size: content.len() as u64,
            })
            .unwrap();
        for chunk in content.chunks(7) {
            writer.put(Piece::Bytes(chunk)).unwrap();
        }
    }
    writer.finish().unwrap()
}

fn krt(files: &Files) -> Vec<u8> {
    let mut writer = compress(Vec::new());
    writer.write_all(&stream(files)).unwrap();
    writer.finish().unwrap()
}

fn artefact(files: &Files) -> Artefact {
    let mut contents = Contents::new(Limits::default());
    let mut digester = Digester::new(1 << 20);
    for (path, content) in files {
        contents.add_file(path, content.len() as u64).unwrap();
        digester
            .put(Piece::File {
                path,
                size: content.len() as u64,
            })
            .unwrap();
        digester.put(Piece::Bytes(content)).unwrap();
    }
    digester.finish(&contents).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn greeter() -> Files {
    files(&[
        ("docs/README.md", b"# Greeter\n"),
        ("krt.yml", b"version: v1\n"),
        ("public_input.proto", b"syntax = \"proto3\";\n"),
        ("src/greet-all/main.py", b""),
        ("src/greet/main.py", b"def init(ctx): pass\n"),
        ("src/\u{e9}t\u{e9}/main.py", b"x"),
    ])
}

#[test]
fn directories_come_before_their_files_and_names_are_sorted() {
    let archive = krt(&greeter());
    let size = archive.len() as u64;
    let mut reader = Reader::new(archive.as_slice(), size, Limits::default()).unwrap();
    let mut names = Vec::new();
    while let Some(entry) = reader.next_entry().unwrap() {
        names.push(match entry {
            Entry::Directory(path) => format!("{path}/"),
            Entry::File { path, .. } => path.to_string(),
        });
    }
    let expected = [
        "docs/",
        "docs/README.md",
        "krt.yml",
        "public_input.proto",
        "src/",
        "src/greet-all/",
        "src/greet-all/main.py",
        "src/greet/",
        "src/greet/main.py",
        "src/été/",
        "src/été/main.py",
    ];
    assert_eq!(names, expected);
    assert!(names.is_sorted());
}

#[test]
fn headers_are_ascii_where_a_pax_header_has_the_name() {
    let stream = stream(&greeter());
    let headers = stream
        .chunks(512)
        .filter(|block| block[257..].starts_with(b"ustar"));
    assert!(headers.flatten().all(u8::is_ascii));
}

#[test]
fn the_digests_are_those_of_all_releases() {
    let artefact = artefact(&greeter());
    assert_eq!(
        artefact.digest.to_string(),
        "7d8b92ff425c39a84599e2239bdd987a35a65771a2d76d78510fba75eb238bdc"
    );
    assert_eq!(
        artefact.mounted.to_string(),
        "391d5afe5d8b262ed302727d401a3fe7060cfbd44108e53087e27d9623fc084e"
    );
    let id = artefact.version_id(&"demo".parse().unwrap(), "v1");
    assert_eq!(id.as_str(), "820b1d4891bf5613065f546a");
}

#[test]
fn the_digest_is_that_of_the_stream() {
    let expected = hex(&Sha256::digest(stream(&greeter())));
    assert_eq!(artefact(&greeter()).digest.to_string(), expected);
}

#[test]
fn the_version_id_is_derived_as_documented() {
    let artefact = artefact(&greeter());
    let mut mounted = greeter();
    mounted.retain(|path, _| artefact.mounts(path));
    let mut preimage = b"\0\0\0\0\0\0\0\x04demo\0\0\0\0\0\0\0\x02v1".to_vec();
    preimage.extend(Sha256::digest(stream(&mounted)));
    let id = artefact.version_id(&"demo".parse().unwrap(), "v1");
    assert_eq!(id.as_str(), hex(&Sha256::digest(preimage)[..12]));
}

#[test]
fn the_version_id_follows_files_runtime_and_name_alone() {
    let id = |files: &Files, runtime: &str, version: &str| {
        artefact(files).version_id(&runtime.parse().unwrap(), version)
    };
    let before = id(&greeter(), "demo", "v1");
    let changed = |path: &str| {
        let mut files = greeter();
        files.insert(path.parse().unwrap(), b"changed".to_vec());
        id(&files, "demo", "v1")
    };
    for path in [
        "krt.yml",
        "docs/README.md",
        "docs/new",
        "metrics/dashboards/new.json",
    ] {
        assert_eq!(changed(path), before, "{path}");
    }
    for path in ["public_input.proto", "src/greet/main.py", "new"] {
        assert_ne!(changed(path), before, "{path}");
    }
    assert_ne!(id(&greeter(), "demo-1", "v1"), before);
    assert_ne!(id(&greeter(), "demo", "v2"), before);
    assert_ne!(id(&greeter(), "demov", "1"), before);
}

#[test]
fn a_krt_file_has_nothing_of_the_machine_in_its_header() {
    assert_eq!(
        &krt(&greeter())[..10],
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    );
}

#[test]
fn files_out_of_order_or_of_another_size_are_errors() {
    let put = |pieces: &[(&str, u64, &[u8])]| {
        let mut writer = TarWriter::new(Vec::new());
        for (path, size, content) in pieces {
            writer.put(Piece::File {
                path: &path.parse().unwrap(),
                size: *size,
            })?;
            writer.put(Piece::Bytes(content))?;
        }
        writer.finish()
    };
    assert!(matches!(
        put(&[("b", 0, b""), ("a", 0, b"")]),
        Err(WriteError::OutOfOrder(_))
    ));
    assert!(matches!(
        put(&[("a", 0, b""), ("a", 0, b"")]),
        Err(WriteError::OutOfOrder(_))
    ));
    assert!(matches!(put(&[("a", 2, b"1")]), Err(WriteError::Size(_))));
    assert!(matches!(
        put(&[("a", 2, b"1"), ("b", 0, b"")]),
        Err(WriteError::Size(_))
    ));
    assert!(matches!(put(&[("a", 2, b"123")]), Err(WriteError::Size(_))));
}

/// Paths of which none is a directory of another, short and long, plain and not.
fn some_files() -> impl Strategy<Value = Files> {
    let path = proptest::string::string_regex("[a-cé.-]{1,3}(/[a-c -]{1,60}){0,4}").unwrap();
    let files = btree_map(path, proptest::collection::vec(any::<u8>(), 0..1200), 0..12);
    files.prop_map(|files| {
        let mut contents = Contents::new(Limits::default());
        let parsed = files
            .into_iter()
            .filter_map(|(path, content)| Some((path.parse().ok()?, content)));
        let fits = |(path, _): &(Path, Vec<u8>)| contents.add_file(path, 0).is_ok();
        let mut files: Files = parsed.filter(fits).collect();
        files.retain(|path, _| !path.as_str().contains("krt"));
        files.insert("krt.yml".parse().unwrap(), b"version: v1".to_vec());
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_packed_is_read_and_packs_the_same(files in some_files()) {
        let archive = krt(&files);
        let (read, contents) = read(&archive, Limits::default()).unwrap();
        let read: Files = read.into_iter().collect();
        prop_assert_eq!(&read, &files);
        prop_assert_eq!(contents.warnings(), vec![]);
        prop_assert_eq!(krt(&read), archive);
    }

    #[test]
    fn the_order_and_spelling_of_an_archive_do_not_matter(
        (files, shuffled) in some_files().prop_flat_map(|files| {
            let shuffled = Vec::from_iter(files.clone());
            (Just(files), Just(shuffled).prop_shuffle())
        })
    ) {
        let tar = shuffled.iter().fold(Tar::default(), |tar, (path, content)| {
            tar.pax(b'x', &[("path", &format!("./{path}")), ("mtime", "7")]).file("x", content)
        });
        let (read, _) = read(&tar.gzip(), Limits::default()).unwrap();
        let read: Files = read.into_iter().collect();
        prop_assert_eq!(artefact(&read).digest, artefact(&files).digest);
    }

    #[test]
    fn different_files_have_different_streams(one in some_files(), other in some_files()) {
        prop_assert_eq!(one == other, stream(&one) == stream(&other));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read(&super::build::gzip(&bytes), Limits::default());
        let _ = read(&bytes, Limits::default());
    }

    #[test]
    fn no_changed_byte_panics(files in some_files(), at: prop::sample::Index, value: u8) {
        let mut tar = stream(&files);
        *at.get_mut(&mut tar) = value;
        let _ = read(&super::build::gzip(&tar), Limits::default());
        let mut archive = krt(&files);
        *at.get_mut(&mut archive) = value;
        let _ = read(&archive, Limits::default());
    }
}
