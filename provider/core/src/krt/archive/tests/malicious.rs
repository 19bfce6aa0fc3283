//! Archives that must be refused, and by which reason.

use std::{
    fmt::Write as _,
    io::{BufReader, Read},
};

use flate2::{Compression, bufread::GzEncoder};

use super::build::{Tar, gzip, read};
use crate::krt::archive::{Entry, Limits, Reader, header::BLOCK};

/// The message of an error with those of its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, ": {error}").unwrap();
        cause = error.source();
    }
    text
}

#[track_caller]
fn refused_with(archive: &[u8], limits: Limits, reason: &str) {
    match read(archive, limits) {
        Ok((files, _)) => panic!("was accepted: {files:?}"),
        Err(error) => assert!(chain(&error).contains(reason), "{}", chain(&error)),
    }
}

#[track_caller]
fn refused(tar: Tar, reason: &str) {
    refused_with(&tar.gzip(), Limits::default(), reason);
}

#[test]
fn names_that_lead_out_are_refused() {
    refused(Tar::krt().file("../evil", b"x"), "leads upwards");
    refused(Tar::krt().file("a/../../evil", b"x"), "leads upwards");
    refused(Tar::krt().file("./../evil", b"x"), "leads upwards");
    refused(Tar::krt().directory("../"), "leads upwards");
    refused(Tar::krt().directory(".."), "leads upwards");
    refused(Tar::krt().file("/etc/passwd", b"x"), "is absolute");
    refused(Tar::krt().directory("/"), "is absolute");
    refused(Tar::krt().file("C:evil", b"x"), "is absolute");
    refused(Tar::krt().file("..\\evil", b"x"), "has a backslash");
    refused(Tar::krt().file("a\nb", b"x"), "has a control character");
    refused(Tar::krt().file("a//b", b"x"), "has an empty component");
    refused(Tar::krt().file("a/", b"x"), "has an empty component");
    refused(Tar::krt().file("a/./b", b"x"), "has a component `.`");
    refused(Tar::krt().file("", b"x"), "a path is empty");
    refused(
        Tar::krt().header("a", b'0', 0, &[(0, b"\xff")]),
        "is not UTF-8",
    );
}

#[test]
fn a_prefix_is_part_of_the_name() {
    refused(
        Tar::krt().header("evil", b'0', 0, &[(345, b"..")]),
        "leads upwards",
    );
    refused(
        Tar::krt().header("evil", b'0', 0, &[(345, b"/etc")]),
        "is absolute",
    );
}

#[test]
fn long_names_lead_nowhere_either() {
    refused(
        Tar::krt().long_name("../evil").file("good", b"x"),
        "leads upwards",
    );
    refused(
        Tar::krt()
            .pax(b'x', &[("path", "../evil")])
            .file("good", b"x"),
        "leads upwards",
    );
    refused(
        Tar::krt()
            .pax(b'x', &[("path", "/evil")])
            .file("good", b"x"),
        "is absolute",
    );
    refused(
        Tar::krt().pax(b'x', &[("path", "a\0b")]).file("good", b"x"),
        "control character",
    );
    let long = format!("{}x", "d/".repeat(300));
    refused(
        Tar::krt().long_name(&long).file("good", b"x"),
        "more than 512 bytes",
    );
}

#[test]
fn links_devices_and_pipes_are_refused() {
    refused(
        Tar::krt().header("a", b'2', 0, &[(157, b"/etc")]),
        "has a link; put a copy",
    );
    refused(
        Tar::krt().header("a", b'1', 0, &[(157, b"krt.yml")]),
        "has a link; put a copy",
    );
    refused(Tar::krt().entry("a", b'3'), "has a device");
    refused(Tar::krt().entry("a", b'4'), "has a device");
    refused(Tar::krt().entry("a", b'6'), "has a named pipe");
    refused(Tar::krt().entry("a", b'7'), "unknown type '7'");
    refused(Tar::krt().entry("a", b'V'), "unknown type 'V'");
    refused(Tar::krt().entry("a", 0x1b), "unknown type '\\u{1b}'");
}

#[test]
fn sparse_files_are_refused_in_all_their_forms() {
    let sparse = |records| Tar::krt().pax(b'x', records).file("a", b"x");
    refused(Tar::krt().entry("a", b'S'), "has a sparse file");
    refused(
        sparse(&[("GNU.sparse.size", "1000000000000")]),
        "has a sparse file",
    );
    refused(sparse(&[("GNU.sparse.map", "0,1")]), "has a sparse file");
    let version_1 = [
        ("GNU.sparse.major", "1"),
        ("GNU.sparse.minor", "0"),
        ("GNU.sparse.name", "b"),
    ];
    refused(sparse(&version_1), "has a sparse file");
}

#[test]
fn extensions_on_which_programs_differ_are_refused() {
    let file = |tar: Tar| tar.file("a", b"x");
    refused(
        Tar::krt().pax(b'g', &[("comment", "0123abc")]),
        "has a global pax header",
    );
    refused(
        Tar::krt().pax(b'g', &[("path", "b")]),
        "has a global pax header",
    );
    let resized = file(Tar::krt().pax(b'x', &[("size", "1024")]));
    refused(resized, "changes the size of an entry from 1 to 1024 bytes");
    let twice = [("path", "b"), ("path", "c")];
    refused(
        file(Tar::krt().pax(b'x', &twice)),
        "two values for its name",
    );
    let headers = Tar::krt()
        .pax(b'x', &[("path", "b")])
        .pax(b'x', &[("path", "c")]);
    refused(file(headers), "two values for its pax header");
    let mixed = Tar::krt().pax(b'x', &[("path", "b")]).long_name("c");
    refused(file(mixed), "two values for its name");
    refused(Tar::krt().pax(b'x', &[("path", "b")]), "has no entry");
    refused(Tar::krt().long_name("b"), "has no entry");
    refused(
        Tar::krt().header("pax", b'x', 4, &[]).content(b"oops"),
        "is malformed",
    );
    refused(
        Tar::krt().header("pax", b'x', 2 << 20, &[]),
        "extended header of 2097152 bytes",
    );
    refused(
        Tar::krt().header("L", b'L', u64::MAX >> 31, &[]),
        "extended header of",
    );
    refused(
        Tar::krt().header("a", b'5', 512, &[]).content(b"x"),
        "directory with content",
    );
}

#[test]
fn entries_that_contradict_each_other_are_refused() {
    refused(Tar::krt().file("krt.yml", b"other"), "has a file twice");
    refused(
        Tar::krt().file("a", b"1").file("./a", b"2"),
        "has a file twice",
    );
    refused(
        Tar::krt().file("a", b"1").file("a/b", b"2"),
        "both as file and as directory",
    );
    refused(
        Tar::krt().file("a", b"1").directory("a/"),
        "both as file and as directory",
    );
    refused(
        Tar::krt().file("a/b", b"1").file("a", b"2"),
        "both as file and as directory",
    );
}

#[test]
fn declared_sizes_are_not_believed() {
    refused(
        Tar::krt().header("a", b'0', 2 << 30, &[]),
        "file has more than 1 GiB",
    );
    let binary = [
        0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    ];
    refused(
        Tar::krt().header("a", b'0', 0, &[(124, &binary)]),
        "file has more than 1 GiB",
    );
    let beyond = [
        0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    ];
    refused(
        Tar::krt().header("a", b'0', 0, &[(124, &beyond)]),
        "size that is no number",
    );
    refused(
        Tar::krt().header("a", b'0', 0, &[(124, &[0xff; 12])]),
        "size that is no number",
    );
    refused(
        Tar::krt().header("a", b'0', 0, &[(124, b"0000000009\0")]),
        "size that is no number",
    );
    refused_with(
        &gzip(&Tar::krt().header("a", b'0', 1 << 29, &[]).bytes(b"x").0),
        Limits::default(),
        "ends too early",
    );
    let half = |name: &str| {
        Tar::default()
            .header(name, b'0', 600, &[])
            .content(&[1; 600])
    };
    let limits = Limits {
        unpacked: 1000,
        ..Limits::default()
    };
    let tar = Tar::krt().bytes(&half("a").0).bytes(&half("b").0);
    refused_with(&tar.gzip(), limits, "contents have more than 1000 bytes");
}

#[test]
fn damage_is_refused() {
    let whole = Tar::krt().file("src/main.py", &[7; 3000]).gzip();
    for length in 0..whole.len() {
        assert!(
            read(&whole[..length], Limits::default()).is_err(),
            "{length} bytes are enough"
        );
    }
    let mut wrong = whole.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    refused_with(&wrong, Limits::default(), "is damaged");
    let cut = Tar::krt().header("a", b'0', 3000, &[]).bytes(&[7; 1000]);
    refused_with(&gzip(&cut.0), Limits::default(), "ends too early");
    refused_with(&gzip(&[7; BLOCK]), Limits::default(), "wrong checksum");
    refused_with(&gzip(&[7; 100]), Limits::default(), "ends too early");
}

#[test]
fn nothing_follows_the_end() {
    let twice = Tar::krt()
        .end()
        .bytes(&Tar::default().file("evil", b"x").end().0);
    refused_with(&gzip(&twice.0), Limits::default(), "goes on after its end");
    let hidden = Tar::krt().bytes(&[0; BLOCK]).file("evil", b"x");
    refused_with(&hidden.gzip(), Limits::default(), "goes on after its end");
    let members = [Tar::krt().gzip(), Tar::default().file("evil", b"x").gzip()].concat();
    refused_with(&members, Limits::default(), "goes on after its end");
    let garbage = [
        Tar::krt().gzip(),
        b"#!/bin/sh\necho self-extracting".to_vec(),
    ]
    .concat();
    refused_with(&garbage, Limits::default(), "something follows it");
    let zeros = [Tar::krt().gzip(), vec![0; 512]].concat();
    refused_with(&zeros, Limits::default(), "something follows it");
}

#[test]
fn other_formats_are_recognised() {
    let refused = |bytes: &[u8], reason: &str| refused_with(bytes, Limits::default(), reason);
    refused(b"", "is empty");
    refused(b"PK\x03\x04", "but a zip archive");
    refused(b"BZh9", "compressed with bzip2");
    refused(b"\xfd7zXZ\0", "compressed with xz");
    refused(b"\x28\xb5\x2f\xfd", "compressed with zstd");
    refused(&Tar::krt().end().0, "an uncompressed tar archive");
    refused(b"version: v1", "of an unknown format");
}

#[test]
fn too_many_entries_are_refused() {
    let limits = Limits {
        entries: 100,
        ..Limits::default()
    };
    let files =
        |count: usize| (0..count).fold(Tar::default(), |tar, at| tar.file(&format!("f{at}"), b""));
    assert!(read(&files(100).gzip(), limits.clone()).is_ok());
    refused_with(
        &files(101).gzip(),
        limits.clone(),
        "more than 100 files and directories",
    );
    let deep = (0..4).fold(Tar::default(), |tar, at| {
        tar.file(&format!("{at}{}", "/d".repeat(30)), b"")
    });
    refused_with(&deep.gzip(), limits, "more than 100 files and directories");
}

#[test]
fn a_file_that_is_too_large_as_a_whole_is_refused() {
    let mut noise: u32 = 1;
    let content: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    })
    .take(100_000)
    .collect();
    let archive = Tar::krt().file("a", &content).gzip();
    let limits = |packed| Limits {
        packed,
        ..Limits::default()
    };
    assert!(read(&archive, limits(archive.len() as u64)).is_ok());
    refused_with(
        &archive,
        limits(archive.len() as u64 - 1),
        "archive has more than",
    );
}

/// The size that a bomb claims to have: about a tenth of what it has.
const CLAIMED: u64 = 100_000;

/// A stream of `header`, then a gigabyte of zeros, compressed while it is read.
fn bomb(header: Vec<u8>) -> impl std::io::BufRead {
    let zeros = std::io::repeat(0).take(1 << 30);
    let tar = BufReader::with_capacity(1 << 16, std::io::Cursor::new(header).chain(zeros));
    BufReader::new(GzEncoder::new(tar, Compression::default()))
}

#[test]
fn a_bomb_is_given_up_long_before_it_ends() {
    let header = Tar::default().header("zeros", b'0', 1 << 30, &[]).0;
    let mut reader = Reader::new(bomb(header), CLAIMED, Limits::default()).unwrap();
    assert!(matches!(reader.next_entry(), Ok(Some(Entry::File { .. }))));
    let error = reader.next_entry().unwrap_err();
    assert!(
        error.to_string().contains("more than 250 times as large"),
        "{error}"
    );
}

#[test]
fn a_bomb_behind_the_end_is_given_up_too() {
    let mut reader = Reader::new(bomb(Tar::krt().0), CLAIMED, Limits::default()).unwrap();
    assert!(matches!(reader.next_entry(), Ok(Some(Entry::File { .. }))));
    let error = reader.next_entry().unwrap_err();
    assert!(
        error.to_string().contains("more than 250 times as large"),
        "{error}"
    );
}
