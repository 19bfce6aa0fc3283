//! Which file of a KRT is the manifest.

use super::path::Path;

/// The manifest of a KRT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Where it stands.
    pub path: Path,
    /// What it says.
    pub content: Vec<u8>,
}

/// Why a KRT has no manifest that everybody agrees on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// No file has its name.
    #[error("there is no manifest: put a file `krt.yaml` at the root")]
    Missing,
    /// No file has its name, but one seems to be meant.
    #[error("there is no manifest: a file `krt.yaml` is missing; rename `{0}` if it is meant")]
    Misnamed(Path),
    /// Which of several is taken depends on their order in the archive.
    #[error(
        "two files could be the manifest, and the original engine takes the one that comes first; rename one of them: `{first}` and `{second}`"
    )]
    Ambiguous {
        /// The first one in the order of paths.
        first: Path,
        /// Another one.
        second: Path,
    },
}

/// Whether the original takes a file of this name for the manifest: `(^|/)krt.ya?ml$`, in which
/// the first dot stands for any character.
pub fn is_manifest(path: &str) -> bool {
    let before = || {
        let stem = path
            .strip_suffix("yaml")
            .or_else(|| path.strip_suffix("yml"))?;
        let mut stem = stem.chars();
        stem.next_back()?;
        stem.as_str().strip_suffix("krt")
    };
    before().is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether somebody seems to have meant a file of this name, at the root, as the manifest, and
/// missed: `kre.yaml`, `KRT.yml`.
pub fn is_misnamed(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_near = ["krt.", "kre.", "kai."]
        .iter()
        .any(|near| lower.starts_with(near));
    is_near && is_yaml(name) && !is_manifest(name)
}

/// The file that a user seems to have meant as the manifest, where none is called so.
///
/// That is a file at the root by a name that is nearly right, or else the only YAML file there.
pub(super) fn misnamed<'a>(paths: impl Iterator<Item = &'a Path>) -> Option<&'a Path> {
    let is_candidate = |path: &&Path| !path.as_str().contains('/') && is_yaml(path.as_str());
    let yaml: Vec<_> = paths.filter(is_candidate).collect();
    let near = yaml.iter().find(|path| is_misnamed(path.as_str()));
    match (near, yaml.as_slice()) {
        (Some(near), _) => Some(near),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn is_yaml(name: &str) -> bool {
    let name = name.to_lowercase();
    matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_originals_pattern_is_matched_with_its_unescaped_dot() {
        for path in [
            "krt.yml",
            "krt.yaml",
            "a/krt.yml",
            "a/b/krt.yaml",
            "krt-yml",
            "krtéyaml",
            "krt/yml",
        ] {
            assert!(is_manifest(path), "{path}");
        }
        for path in [
            "kre.yaml",
            "xkrt.yml",
            "krt.yml.bak",
            "krtyml",
            "krt..yml",
            "krt.yamll",
            "KRT.yml",
            "yml",
            "",
        ] {
            assert!(!is_manifest(path), "{path}");
        }
    }

    #[track_caller]
    fn check(paths: &[&str], expected: Option<&str>) {
        let paths: Vec<Path> = paths.iter().map(|path| path.parse().unwrap()).collect();
        assert_eq!(misnamed(paths.iter()).map(Path::as_str), expected);
    }

    #[test]
    fn a_name_that_is_nearly_right_is_recognised() {
        check(
            &["docker-compose.yml", "kre.yaml", "src/main.py"],
            Some("kre.yaml"),
        );
        check(&["KRT.YML", "other.yml"], Some("KRT.YML"));
        check(&["greeter.yaml", "src/config.yaml"], Some("greeter.yaml"));
        check(&["a.yaml", "b.yaml"], None);
        check(&["src/kre.yaml"], None);
    }
}
