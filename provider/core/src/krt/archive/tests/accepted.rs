//! Archives of other programs that are read like those of our own.

use super::build::{Tar, gzip, read};
use crate::krt::archive::{
    Artefact, ArtefactError, Contents, Digester, Limits, Path, Piece, Reader, Warning,
};

/// The paths of an archive's files, in its order.
#[track_caller]
fn paths(archive: &[u8]) -> Vec<String> {
    let (files, _) = read(archive, Limits::default()).unwrap();
    files
        .into_iter()
        .map(|(path, _)| path.to_string())
        .collect()
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

/// What an archive of these files is, each with its path as content.
fn artefact(files: &[&str]) -> Result<Artefact, ArtefactError> {
    let mut contents = Contents::new(Limits::default());
    let mut sorted: Vec<Path> = files.iter().map(|file| path(file)).collect();
    sorted.sort();
    let mut digester = Digester::new(20);
    for path in &sorted {
        for parent in path.parents() {
            contents.add_directory(&parent).unwrap();
        }
        let bytes = path.as_str().as_bytes();
        contents.add_file(path, bytes.len() as u64).unwrap();
        digester.put(Piece::File {
            path,
            size: bytes.len() as u64,
        })?;
        digester.put(Piece::Bytes(bytes))?;
    }
    digester.finish(&contents)
}

#[test]
fn content_arrives_as_it_was() {
    let content: Vec<u8> = (0..5000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let archive = Tar::krt()
        .directory("bin/")
        .file("bin/app", &content)
        .gzip();
    let (files, _) = read(&archive, Limits::default()).unwrap();
    assert_eq!(files[1], (path("bin/app"), content));
}

#[test]
fn content_that_nobody_reads_is_passed_over() {
    let archive = Tar::default()
        .file("a", &vec![1; 100_000])
        .file("b", b"x")
        .gzip();
    let size = archive.len() as u64;
    let mut reader = Reader::new(archive.as_slice(), size, Limits::default()).unwrap();
    let mut count = 0;
    while reader.next_entry().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 2);
}

#[test]
fn packing_a_directory_by_its_dot_gives_the_same_names() {
    let archive = Tar::default()
        .directory("./")
        .directory("./src/")
        .file("./src/a", b"")
        .gzip();
    assert_eq!(paths(&archive), ["src/a"]);
    let archive = Tar::default().directory(".").file("././a", b"").gzip();
    assert_eq!(paths(&archive), ["a"]);
}

#[test]
fn long_names_of_gnu_and_pax_are_heeded() {
    let long = format!("{}/{}", "d".repeat(120), "n".repeat(120));
    let short = "d".repeat(90);
    let archive = Tar::default().long_name(&long).file(&short, b"x").gzip();
    assert_eq!(paths(&archive), std::slice::from_ref(&long));
    let records = [
        ("path", long.as_str()),
        ("size", "1"),
        ("mtime", "1.5"),
        ("SCHILY.xattr.a", "b"),
    ];
    let archive = Tar::default().pax(b'x', &records).file(&short, b"x").gzip();
    assert_eq!(paths(&archive), [long]);
}

#[test]
fn old_headers_are_understood() {
    let v7: [(usize, &[u8]); 1] = [(257, &[0; 8])];
    let archive = Tar::default()
        .header("src/", b'\0', 0, &v7)
        .header("src/a", b'\0', 0, &v7)
        .header("gnu", b'0', 0, &[(257, b"ustar  \0"), (345, b"ignored")])
        .gzip();
    assert_eq!(paths(&archive), ["src/a", "gnu"]);
}

#[test]
fn an_end_without_or_with_many_blocks_of_zeros_is_accepted() {
    assert_eq!(paths(&gzip(&Tar::krt().0)), ["krt.yml"]);
    assert_eq!(paths(&gzip(&Tar::krt().bytes(&[0; 512]).0)), ["krt.yml"]);
    assert_eq!(
        paths(&gzip(&Tar::krt().end().bytes(&[0; 10_000]).0)),
        ["krt.yml"]
    );
}

#[test]
fn several_gzip_members_are_one_stream() {
    let tar = Tar::krt().file("a", &[1; 3000]).end().0;
    let members: Vec<u8> = tar.chunks(700).flat_map(gzip).collect();
    assert_eq!(paths(&members), ["krt.yml", "a"]);
}

#[test]
fn missing_directory_entries_are_made_up_for_with_a_warning() {
    let (_, contents) = read(&Tar::krt().file("src/a", b"").gzip(), Limits::default()).unwrap();
    assert_eq!(
        contents.warnings(),
        [Warning::UndeclaredDirectory(path("src/a"))]
    );
}

#[test]
fn the_manifest_is_returned_with_its_path() {
    let artefact = artefact(&["src/a", "krt.yml"]).unwrap();
    assert_eq!(artefact.manifest.path, path("krt.yml"));
    assert_eq!(artefact.manifest.content, b"krt.yml");
    assert_eq!(artefact.files, [(path("krt.yml"), 7), (path("src/a"), 5)]);
    assert_eq!(artefact.warnings, []);
}

#[test]
fn only_what_nodes_see_is_mounted() {
    let artefact = artefact(&[
        "krt.yml",
        "docs/README.md",
        "metrics/a.json",
        "src/docs/a",
        "docsx",
    ]);
    let artefact = artefact.unwrap();
    let paths = artefact.files.iter().map(|(path, _)| path);
    let mounted: Vec<_> = paths
        .filter(|path| artefact.mounts(path))
        .map(Path::as_str)
        .collect();
    assert_eq!(mounted, ["docsx", "src/docs/a"]);
}

#[track_caller]
fn refused(files: &[&str], reason: &str) {
    let error = artefact(files).unwrap_err();
    assert!(error.to_string().contains(reason), "{error}");
}

#[test]
fn a_missing_manifest_is_explained() {
    refused(
        &["src/a"],
        "there is no manifest: put a file `krt.yaml` at the root",
    );
    refused(&["kre.yaml", "src/a"], "rename `kre.yaml` if it is meant");
}

#[test]
fn the_manifest_must_not_depend_on_the_order_of_an_archive() {
    refused(
        &["krt.yaml", "krt.yml"],
        "rename one of them: `krt.yaml` and `krt.yml`",
    );
    refused(
        &["examples/krt.yml", "krt.yml"],
        "rename one of them: `examples/krt.yml` and `krt.yml`",
    );
    refused(
        &["a/krt.yml", "b/krt.yml"],
        "rename one of them: `a/krt.yml` and `b/krt.yml`",
    );
}

#[test]
fn what_is_odd_about_a_manifest_is_named() {
    let warnings = artefact(&["krt.yml", "test/krt.yml"]).unwrap().warnings;
    assert_eq!(warnings, [Warning::SecondManifest(path("test/krt.yml"))]);
    let warnings = artefact(&["demo/krt.yml"]).unwrap().warnings;
    assert_eq!(warnings, [Warning::NestedManifest(path("demo/krt.yml"))]);
}

#[test]
fn a_manifest_has_a_limit_of_its_own() {
    refused(
        &["a-long-directory-name/krt.yml"],
        "manifest has more than 20 bytes",
    );
}

#[test]
fn directories_that_nothing_shows_are_named() {
    let files = ["docs/README.md", "docs/a.png", "krt.yml", "src/docs/a.py"];
    let warnings = artefact(&files).unwrap().warnings;
    assert_eq!(warnings, [Warning::Unused("docs")]);
}
