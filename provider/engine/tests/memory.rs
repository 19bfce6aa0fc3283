//! Memory is bounded, whatever is packed; the only test of this process, whose peak it measures.

#![cfg(test)]
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
};

use flate2::{Compression, write::GzEncoder};
use kre_engine::files::Krt;
use tempfile::TempDir;

const MIB: u64 = 1 << 20;

/// Writes bytes that do not compress.
fn noise(path: &Path, size: u64) {
    let mut file = File::create(path).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut buffer = vec![0; 64 << 10];
    for _ in 0..size / buffer.len() as u64 {
        for chunk in buffer.chunks_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            chunk.copy_from_slice(&state.to_le_bytes());
        }
        file.write_all(&buffer).unwrap();
    }
}

/// The most memory that this process has had so far, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// A folder whose directory `demo` is a KRT with `zeros` and `random` MiB of content.
fn folder(zeros: u64, random: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("demo")).unwrap();
    fs::write(path("demo/krt.yml"), "version: v1\n").unwrap();
    File::create(path("demo/zeros"))
        .unwrap()
        .set_len(zeros * MIB)
        .unwrap();
    noise(&path("demo/a-model"), random * MIB);
    folder
}

/// Reads and packs a KRT, and reads what was packed.
fn pack(folder: &Path) {
    let directory = Krt::read(&folder.join("demo")).unwrap();
    directory.pack(&folder.join("sorted.krt")).unwrap();
    let packed = Krt::read(&folder.join("sorted.krt")).unwrap();
    assert_eq!(packed.artefact().digest, directory.artefact().digest);
    assert!(peak() <= 64, "{} MiB", peak());
}

/// Reads an archive whose files are in another order than that of their paths.
fn sort(folder: &Path) {
    let mut tar = Command::new("tar");
    tar.current_dir(folder)
        .args(["-czf", "unsorted.krt", "-C", "demo"]);
    assert!(
        tar.args(["krt.yml", "zeros", "a-model"])
            .status()
            .unwrap()
            .success()
    );
    let unsorted = Krt::read(&folder.join("unsorted.krt")).unwrap();
    let directory = Krt::read(&folder.join("demo")).unwrap();
    assert_eq!(unsorted.artefact().digest, directory.artefact().digest);
    assert!(peak() <= 64, "{} MiB", peak());
}

/// Reads an archive with the most and longest names that there can be, in an unlucky order.
fn name(folder: &Path) {
    let output = folder.join("names.krt");
    let encoder = GzEncoder::new(File::create(&output).unwrap(), Compression::fast());
    let mut archive = tar::Builder::new(encoder);
    for number in (0..19_900).rev() {
        let mut header = tar::Header::new_ustar();
        let long = format!("{}/{}/{number:05}", "d".repeat(251), "n".repeat(253));
        archive
            .append_data(&mut header, long, [].as_slice())
            .unwrap();
    }
    let mut header = tar::Header::new_ustar();
    header.set_size(4);
    archive
        .append_data(&mut header, "krt.yml", b"a: b".as_slice())
        .unwrap();
    archive.into_inner().unwrap().finish().unwrap();
    let krt = Krt::read(&output).unwrap();
    assert_eq!(krt.artefact().files.len(), 19_901);
    assert!(peak() <= 64, "{} MiB", peak());
}

#[test]
fn five_hundred_mebibytes_need_less_than_sixty_four() {
    pack(folder(480, 20).path());
    sort(folder(90, 10).path());
    name(folder(0, 0).path());
}

#[test]
#[ignore = "a minute: the largest archive there can be, of bytes that do not compress"]
fn so_does_the_largest_archive() {
    let folder = folder(1, 499);
    pack(folder.path());
    sort(folder.path());
}
