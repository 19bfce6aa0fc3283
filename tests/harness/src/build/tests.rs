use std::process::Command;

use super::*;

/// Writes a module of one empty program.
fn tiny(folder: &Path) -> GoModule {
    let source = folder.join("source");
    fs::create_dir(&source).unwrap();
    fs::write(source.join("go.mod"), "module example.invalid/tiny\n").unwrap();
    fs::write(source.join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
    GoModule {
        title: "a tiny program",
        name: "tiny",
        directory: source.to_string_lossy().into_owned().leak(),
        package: "example.invalid/tiny",
        ..PEERS[0]
    }
}

fn fingerprint(module: &GoModule) -> String {
    let toolchain = Toolchain::find(module).unwrap();
    module.fingerprint(&toolchain).unwrap()
}

#[test]
fn a_failing_build_says_what_go_said() {
    let cache = tempfile::tempdir().unwrap();
    let module = GoModule {
        package: "example.invalid/nothing",
        ..PEERS[0]
    };

    let error = module.binary_in(cache.path()).unwrap_err().to_string();

    assert!(
        error.starts_with("failed to build kubectl provider in `"),
        "{error}"
    );
    assert!(error.contains("example.invalid/nothing"), "{error}");
}

#[test]
fn a_module_that_is_not_there_is_named() {
    let cache = tempfile::tempdir().unwrap();
    let module = GoModule {
        directory: "peers/nobody",
        ..PEERS[0]
    };

    let error = module.binary_in(cache.path()).unwrap_err().to_string();

    assert!(error.ends_with("peers/nobody/go.mod`"), "{error}");
}

#[test]
fn two_who_want_a_program_at_once_get_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let module = tiny(folder.path());
    let cache = folder.path().join("cache");

    let [first, second] = std::thread::scope(|scope| {
        let build = || scope.spawn(|| module.binary_in(&cache).unwrap());
        [build(), build()].map(|build| build.join().unwrap())
    });

    assert_eq!(first, second);
    assert!(Command::new(&first).status().unwrap().success());
    let cost = fs::read_to_string(first.with_file_name(COST)).unwrap();
    let numbers = cost.split_whitespace().map(str::parse::<u64>);
    assert_eq!(numbers.flatten().count(), 2, "{cost}");
}

#[test]
fn changed_sources_make_another_program() {
    let folder = tempfile::tempdir().unwrap();
    let module = tiny(folder.path());
    let before = fingerprint(&module);

    fs::write(folder.path().join("source/more.go"), "package main\n").unwrap();

    assert_ne!(fingerprint(&module), before);
}

#[test]
fn changed_sources_that_are_shared_make_another_program() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    let module = GoModule {
        shares: vec![&*shared.to_string_lossy().into_owned().leak()].leak(),
        ..tiny(folder.path())
    };
    let before = fingerprint(&module);

    fs::write(shared.join("shared.go"), "package shared\n").unwrap();

    assert_ne!(fingerprint(&module), before);
}

#[test]
fn a_binary_in_the_cache_is_used_as_it_is() {
    let cache = tempfile::tempdir().unwrap();
    let module = PEERS[0];
    let name = format!("{}-{}", module.name, fingerprint(&module));
    let binary = cache.path().join(name).join(module.name);
    fs::create_dir_all(binary.parent().unwrap()).unwrap();
    fs::write(&binary, "not a program").unwrap();

    assert_eq!(module.binary_in(cache.path()).unwrap(), binary);
}
