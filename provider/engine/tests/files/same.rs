//! The same files are the same artefact, whatever they are read from.

use std::{fs, os::unix::fs::PermissionsExt as _, time::SystemTime};

use kre_engine::files::{Krt, Selection};

use crate::folder::Folder;

#[track_caller]
fn assert_same(one: &Krt, other: &Krt) {
    let runtime = "demo".parse().unwrap();
    let (one_is, other_is) = (one.artefact(), other.artefact());
    assert_eq!(one_is.manifest, other_is.manifest);
    assert_eq!(one_is.files, other_is.files);
    assert_eq!(one_is.digest, other_is.digest);
    assert_eq!(
        one_is.version_id(&runtime, "v1"),
        other_is.version_id(&runtime, "v1")
    );
    for selection in [Selection::Complete, Selection::Mounted] {
        let streams = [one, other].map(|krt| krt.write_krt(selection, Vec::new()).unwrap());
        assert!(streams[0] == streams[1], "{selection:?}");
    }
}

#[test]
fn the_digest_is_that_of_all_releases() {
    let krt = Folder::greeter()
        .read("greeter")
        .unwrap()
        .artefact()
        .clone();
    assert_eq!(
        krt.digest.to_string(),
        "682a9cb283e2c464ab8881d68817933040a2276bf3fc6aca03ac06fbbcb6f456"
    );
    assert_eq!(
        krt.version_id(&"demo".parse().unwrap(), "v1").as_str(),
        "abfcd1889e6ec3676335789f"
    );
}

#[test]
fn a_directory_and_what_was_packed_of_it_are_the_same() {
    let folder = Folder::greeter();
    let directory = folder.read("greeter").unwrap();
    directory.pack(&folder.path("greeter.krt")).unwrap();
    assert_same(&directory, &folder.read("greeter.krt").unwrap());
}

#[test]
fn times_and_modes_do_not_matter() {
    let folder = Folder::greeter();
    let before = folder.read("greeter").unwrap();
    let file = fs::File::options()
        .write(true)
        .open(folder.path("greeter/krt.yml"))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    let path = folder.path("greeter/src/greet/main.py");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    assert_same(&before, &folder.read("greeter").unwrap());
}

#[test]
fn archives_of_gnu_tar_are_the_same_in_every_format_and_order() {
    let folder = Folder::greeter();
    let directory = folder.read("greeter").unwrap();
    for (at, format) in ["--format=gnu", "--format=pax", "--format=posix"]
        .iter()
        .enumerate()
    {
        let output = format!("{at}.krt");
        let owner = ["--owner=1000", "--group=7", "--mode=u+w,go=", "--sort=none"];
        let what = [
            "-C",
            "greeter",
            "src",
            "krt.yml",
            "assets",
            "public_input.proto",
            "docs",
        ];
        folder.tar(&[&["-czf", &output, format], &owner[..], &what[..]].concat());
        assert_same(&directory, &folder.read(&output).unwrap());
    }
    folder.tar(&["-czf", "dot.krt", "-C", "greeter", "."]);
    assert_same(&directory, &folder.read("dot.krt").unwrap());
}

#[test]
fn large_archives_are_sorted_too() {
    let folder = Folder::greeter();
    let folder = folder
        .with("greeter/z", &"z".repeat(6 << 20))
        .with("greeter/a", &"a".repeat(6 << 20));
    folder.tar(&[
        "-czf",
        "z.krt",
        "-C",
        "greeter",
        "z",
        "src",
        "krt.yml",
        "public_input.proto",
        "docs",
        "assets",
        "a",
    ]);
    assert_same(
        &folder.read("greeter").unwrap(),
        &folder.read("z.krt").unwrap(),
    );
}

#[test]
fn an_archive_needs_no_ending_of_its_own() {
    let folder = Folder::greeter();
    let directory = folder.read("greeter").unwrap();
    directory.pack(&folder.path("greeter.tar.gz")).unwrap();
    assert_same(&directory, &folder.read("greeter.tar.gz").unwrap());
}

#[test]
fn a_manifest_alone_is_a_krt_of_one_file() {
    let folder = Folder::greeter().with("alone/krt.yml", "version: v1\n");
    let alone = folder.read("alone/krt.yml").unwrap();
    assert_same(&alone, &folder.read("alone").unwrap());
    assert_eq!(alone.artefact().warnings, []);
}

#[test]
fn a_manifest_alone_may_have_any_name() {
    let folder = Folder::new()
        .with("kre.yaml", "version: v1\n")
        .with("v1.yaml", "version: v1\n");
    let artefact = folder.read("kre.yaml").unwrap().artefact().clone();
    assert_eq!(artefact.manifest.path.as_str(), "krt.yaml");
    assert_eq!(artefact, folder.read("v1.yaml").unwrap().artefact().clone());
}

#[test]
fn what_krtignore_leaves_out_does_not_matter() {
    let folder = Folder::greeter();
    let before = folder.read("greeter").unwrap();
    let folder = folder
        .with("greeter/.krtignore", "__pycache__/\n*.krt\n")
        .with("greeter/src/greet/__pycache__/main.pyc", "x")
        .with("greeter/.git/HEAD", "ref")
        .with("greeter/old.krt", "x");
    let after = folder.read("greeter").unwrap();
    assert_same(&before, &after);
    assert_eq!(after.artefact().warnings, before.artefact().warnings);
}

#[test]
fn an_empty_directory_is_left_out_with_a_warning() {
    let folder = Folder::greeter();
    let before = folder.read("greeter").unwrap();
    fs::create_dir_all(folder.path("greeter/models/empty")).unwrap();
    let after = folder.read("greeter").unwrap();
    assert_same(&before, &after);
    let warnings: Vec<_> = after
        .artefact()
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        warnings[0].ends_with("if a node needs it: `models/empty`"),
        "{warnings:?}"
    );
}

#[test]
fn only_the_files_that_nodes_see_count_for_the_version_id() {
    let folder = Folder::greeter();
    let runtime = "demo".parse().unwrap();
    let id = |folder: &Folder| {
        folder
            .read("greeter")
            .unwrap()
            .artefact()
            .version_id(&runtime, "v1")
    };
    let before = id(&folder);
    let folder = folder
        .with("greeter/krt.yml", "version: v1 # new\n")
        .with("greeter/docs/x", "x");
    assert_eq!(id(&folder), before);
    assert_ne!(
        id(&folder.with("greeter/public_input.proto", "changed")),
        before
    );
}
