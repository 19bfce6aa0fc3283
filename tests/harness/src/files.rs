//! The texts below a folder.

use std::{collections::BTreeMap, fs, io, path::Path};

/// The most folders that may stand inside each other.
const MAX_DEPTH: usize = 16;

/// Reads the files with one of the extensions, by path with `/` below the folder.
///
/// Hidden files and folders, such as those that `terraform init` leaves, and links are no part of
/// it. A folder that does not exist has no files.
pub(crate) fn read(folder: &Path, extensions: &[&str]) -> io::Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    if folder.try_exists()? {
        collect(folder, "", extensions, &mut texts)?;
    }
    Ok(texts)
}

fn collect(
    folder: &Path,
    prefix: &str,
    extensions: &[&str],
    texts: &mut BTreeMap<String, String>,
) -> io::Result<()> {
    if prefix.matches('/').count() > MAX_DEPTH {
        return Err(io::Error::other(format!("nested too deep: `{prefix}`")));
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        let wanted = Path::new(&name)
            .extension()
            .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted));
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), extensions, texts)?;
        } else if kind.is_file() && wanted {
            texts.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
