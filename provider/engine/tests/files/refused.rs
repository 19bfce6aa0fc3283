//! What is no KRT, or none that can be trusted.

use std::{fs, os::unix::fs::symlink, process::Command};

use kre_core::krt::archive::Limits;
use kre_engine::files::Krt;

use crate::folder::{Folder, chain};

#[track_caller]
fn refused(folder: &Folder, path: &str, reasons: &[&str]) {
    let error = chain(&folder.read(path).unwrap_err());
    for reason in reasons {
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_path_where_nothing_is_is_named() {
    refused(
        &Folder::new(),
        "nothing",
        &["failed to read `", "nothing`: No such file"],
    );
}

#[test]
fn links_are_refused_wherever_they_point() {
    for target in ["krt.yml", "/etc/passwd", "/etc", "nowhere"] {
        let folder = Folder::greeter();
        symlink(target, folder.path("greeter/src/link")).unwrap();
        refused(
            &folder,
            "greeter",
            &["greeter/src/link` is a link", "put a copy"],
        );
    }
}

#[test]
fn ignored_links_do_no_harm() {
    let folder = Folder::greeter().with("greeter/.krtignore", "link\n");
    symlink("/etc", folder.path("greeter/src/link")).unwrap();
    assert!(folder.read("greeter").is_ok());
}

#[test]
fn what_the_user_names_may_be_a_link() {
    let folder = Folder::greeter();
    symlink("greeter", folder.path("link")).unwrap();
    symlink("greeter/krt.yml", folder.path("link.yml")).unwrap();
    folder.read("link").unwrap();
    folder.read("link.yml").unwrap();
}

#[test]
fn special_files_are_refused_without_waiting_for_them() {
    let folder = Folder::greeter();
    let pipe = folder.path("greeter/src/pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    refused(
        &folder,
        "greeter",
        &["greeter/src/pipe` is neither file nor directory"],
    );
    fs::rename(pipe, folder.path("pipe")).unwrap();
    refused(&folder, "pipe", &["pipe` is neither file nor directory"]);
}

#[test]
fn names_that_archives_cannot_hold_are_refused() {
    let folder = Folder::greeter().with("greeter/src/a\\b", "");
    refused(
        &folder,
        "greeter",
        &["cannot be packed under its name", "has a backslash"],
    );
    let folder = Folder::greeter().with("greeter/src/a\nb", "");
    refused(
        &folder,
        "greeter",
        &["cannot be packed under its name", "control character"],
    );
}

#[test]
fn a_missing_manifest_is_explained() {
    let folder = Folder::new()
        .with("demo/kre.yaml", "version: v1")
        .with("demo/src/a", "");
    refused(
        &folder,
        "demo",
        &["demo` is no KRT: there is no manifest", "rename `kre.yaml`"],
    );
    fs::create_dir(folder.path("empty")).unwrap();
    refused(&folder, "empty", &["put a file `krt.yaml` at the root"]);
}

#[test]
fn what_only_claims_to_be_an_archive_is_refused() {
    let folder = Folder::new()
        .with("demo.krt", "PK\u{3}\u{4}")
        .with("empty.krt", "");
    refused(
        &folder,
        "demo.krt",
        &["failed to read archive", "but a zip archive"],
    );
    refused(&folder, "empty.krt", &["archive is empty"]);
}

#[test]
fn an_archive_with_a_link_is_refused() {
    let folder = Folder::greeter();
    symlink("krt.yml", folder.path("greeter/link")).unwrap();
    folder.tar(&["-czf", "link.krt", "-C", "greeter", "krt.yml", "link"]);
    refused(&folder, "link.krt", &["archive has a link", "`link`"]);
}

#[test]
fn sparse_archives_of_gnu_tar_are_refused() {
    let folder = Folder::greeter();
    let file = fs::File::create(folder.path("greeter/zeros")).unwrap();
    file.set_len(1 << 20).unwrap();
    for format in ["--format=gnu", "--format=pax"] {
        folder.tar(&[
            "-Sczf",
            "sparse.krt",
            format,
            "-C",
            "greeter",
            "krt.yml",
            "zeros",
        ]);
        refused(&folder, "sparse.krt", &["archive has a sparse file"]);
    }
}

#[test]
fn a_krtignore_that_makes_no_sense_is_refused() {
    let folder = Folder::greeter().with("greeter/.krtignore", "ok\n{a");
    refused(
        &folder,
        "greeter",
        &["failed to understand", "line 2 of `.krtignore`"],
    );
    let folder = Folder::greeter().with("greeter/.krtignore", &"a\n".repeat(40_000));
    refused(&folder, "greeter", &["more than 64 KiB"]);
}

/// Reads a greeter within limits that it exceeds.
#[track_caller]
fn exceeds(paths: &[&str], change: fn(&mut Limits), reason: &str) {
    let folder = Folder::greeter();
    folder
        .read("greeter")
        .unwrap()
        .pack(&folder.path("greeter.krt"))
        .unwrap();
    let mut limits = Limits::default();
    change(&mut limits);
    for path in paths {
        let error = Krt::read_within(&folder.path(path), limits.clone()).unwrap_err();
        assert!(chain(&error).contains(reason), "{}", chain(&error));
    }
}

#[test]
fn limits_hold_for_all_sources() {
    let both = &["greeter", "greeter.krt"];
    let all = &["greeter", "greeter.krt", "greeter/krt.yml"];
    exceeds(
        both,
        |limits| limits.entries = 8,
        "more than 8 files and directories",
    );
    exceeds(
        both,
        |limits| limits.file = 10_000,
        "file has more than 10000 bytes",
    );
    exceeds(
        both,
        |limits| limits.unpacked = 100_001,
        "contents have more than 100001 bytes",
    );
    exceeds(
        all,
        |limits| limits.manifest = 11,
        "manifest has more than 11 bytes",
    );
    exceeds(
        &["greeter.krt"],
        |limits| limits.packed = 500,
        "archive has more than 500 bytes",
    );
}
