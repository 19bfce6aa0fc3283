//! What archives say about the next entry where a header has no room for it.

use super::quote::quote;

/// Extensions read since the last entry.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extension {
    /// GNU's long name, without what follows its NUL.
    long_name: Option<Vec<u8>>,
    pax: Option<Pax>,
    /// Whether GNU's long link target came, which only a link makes use of.
    has_link: bool,
}

/// The pax properties that a KRT can heed; times, owners, attributes and comments are left out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pax {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Why what stands between two entries cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionError {
    /// Its records do not follow their format.
    #[error("a pax header is malformed; pack again with `krt pack`: `{0}`")]
    Malformed(String),
    /// Programs differ in which of two they believe.
    #[error("an entry has two values for its {0}; pack again with `krt pack`")]
    Twice(&'static str),
    /// A header and its extension disagree, so that programs would see different entries.
    #[error(
        "a pax header changes the size of an entry from {header} to {pax} bytes; pack again with `krt pack`: `{name}`"
    )]
    Resized {
        /// The entry.
        name: String,
        /// The size in its header.
        header: u64,
        /// The size in its extension.
        pax: u64,
    },
    /// Nothing follows that it could belong to.
    #[error("an extended header has no entry; pack again with `krt pack`")]
    Dangling,
}

impl Extension {
    /// Adds GNU's long name.
    pub(super) fn long_name(&mut self, payload: &[u8]) -> Result<(), ExtensionError> {
        let name = payload.split(|&byte| byte == 0).next().unwrap_or_default();
        set(&mut self.long_name, name.to_vec(), "name")
    }

    /// Notes GNU's long link target.
    pub(super) fn long_link(&mut self) {
        self.has_link = true;
    }

    /// Adds a pax header.
    pub(super) fn pax(&mut self, payload: &[u8]) -> Result<(), ExtensionError> {
        set(&mut self.pax, Pax::parse(payload)?, "pax header")
    }

    /// The name of the entry whose header says `name`.
    pub(super) fn name(&self, name: Vec<u8>) -> Result<Vec<u8>, ExtensionError> {
        let path = self.pax.as_ref().and_then(|pax| pax.path.as_ref());
        match (&self.long_name, path) {
            (Some(long), Some(path)) if long != path => Err(ExtensionError::Twice("name")),
            (Some(long), _) => Ok(long.clone()),
            (None, Some(path)) => Ok(path.clone()),
            (None, None) => Ok(name),
        }
    }

    /// Checks that the entry has the size that its header says.
    pub(super) fn check_size(&self, name: &[u8], header: u64) -> Result<(), ExtensionError> {
        match self.pax.as_ref().and_then(|pax| pax.size) {
            Some(pax) if pax != header => {
                let name = quote(name);
                Err(ExtensionError::Resized { name, header, pax })
            }
            _ => Ok(()),
        }
    }

    /// Whether the entry leaves out stretches of zeros.
    pub(super) fn is_sparse(&self) -> bool {
        self.pax.as_ref().is_some_and(|pax| pax.is_sparse)
    }

    /// Checks, at the end of an archive, that nothing waits for an entry.
    pub(super) fn check_end(&self) -> Result<(), ExtensionError> {
        if *self == Self::default() {
            return Ok(());
        }
        Err(ExtensionError::Dangling)
    }
}

impl Pax {
    fn parse(mut payload: &[u8]) -> Result<Self, ExtensionError> {
        let mut pax = Self::default();
        while !payload.is_empty() {
            let malformed = || ExtensionError::Malformed(quote(payload));
            let ((key, value), rest) = record(payload).ok_or_else(malformed)?;
            // An empty value keeps what the header says.
            if !value.is_empty() {
                pax.heed(key, value)?;
            }
            payload = rest;
        }
        Ok(pax)
    }

    fn heed(&mut self, key: &[u8], value: &[u8]) -> Result<(), ExtensionError> {
        match key {
            b"path" => set(&mut self.path, value.to_vec(), "name"),
            b"size" => {
                let malformed = || ExtensionError::Malformed(quote(value));
                set(&mut self.size, number(value).ok_or_else(malformed)?, "size")
            }
            _ => {
                self.is_sparse |= key.starts_with(b"GNU.sparse.");
                Ok(())
            }
        }
    }
}

/// Writes the pax payload that gives the next entry the name `path`.
pub(super) fn pax_path(path: &str) -> String {
    // The length counts its own digits.
    let rest = format!(" path={path}\n");
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}")
}

type Record<'a> = (&'a [u8], &'a [u8]);

/// Splits the first record, `<length> <key>=<value>\n`, from the rest.
fn record(payload: &[u8]) -> Option<(Record<'_>, &[u8])> {
    let space = payload.iter().take(20).position(|&byte| byte == b' ')?;
    let length = usize::try_from(number(payload.get(..space)?)?).ok()?;
    let (record, rest) = payload.split_at_checked(length)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
    (!key.is_empty()).then_some(((key, value), rest))
}

fn number(digits: &[u8]) -> Option<u64> {
    let is_number = digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| str::from_utf8(digits).ok()?.parse().ok())?
}

fn set<T>(slot: &mut Option<T>, value: T, what: &'static str) -> Result<(), ExtensionError> {
    match slot.replace(value) {
        Some(_) => Err(ExtensionError::Twice(what)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn pax(payload: &[u8]) -> Result<Extension, ExtensionError> {
        let mut extension = Extension::default();
        extension.pax(payload)?;
        Ok(extension)
    }

    #[test]
    fn a_written_path_is_read() {
        for length in 1..1200 {
            let path = "n".repeat(length);
            let extension = pax(pax_path(&path).as_bytes()).unwrap();
            assert_eq!(extension.name(b"x".to_vec()).unwrap(), path.as_bytes());
        }
    }

    #[test]
    fn records_that_say_nothing_about_content_are_passed_over() {
        let extension = pax(b"20 mtime=1.500000000\n12 comment=a\n8 path=\n").unwrap_err();
        assert!(matches!(extension, ExtensionError::Malformed(_)));
        let extension = pax(b"21 mtime=1.500000000\n13 comment=a\n8 path=\n").unwrap();
        assert_eq!(extension.name(b"x".to_vec()).unwrap(), b"x");
        assert!(!extension.is_sparse());
    }

    #[test]
    fn malformed_records_are_refused() {
        for payload in [
            "x",
            "5 a=b",
            "6 a=b",
            "7 a=b\n",
            "5 a=b\n",
            "+6 a=b\n",
            "6 =ab\n",
            "0 a=b\n",
            "99999999999999999999 a=b\n",
            "12 size=0x10\n",
            "11 size=-1\n",
        ] {
            let error = pax(payload.as_bytes()).unwrap_err();
            assert!(
                matches!(error, ExtensionError::Malformed(_)),
                "{payload}: {error}"
            );
        }
    }

    #[test]
    fn two_names_are_refused_unless_they_are_equal() {
        assert_eq!(
            pax(b"10 path=a\n10 path=b\n"),
            Err(ExtensionError::Twice("name"))
        );
        let mut extension = pax(b"10 path=a\n").unwrap();
        extension.long_name(b"a\0").unwrap();
        assert_eq!(extension.name(b"x".to_vec()).unwrap(), b"a");
        assert_eq!(
            extension.long_name(b"a\0"),
            Err(ExtensionError::Twice("name"))
        );
        assert_eq!(
            extension.pax(b"10 path=a\n"),
            Err(ExtensionError::Twice("pax header"))
        );
        let mut extension = pax(b"10 path=a\n").unwrap();
        extension.long_name(b"b\0").unwrap();
        assert_eq!(
            extension.name(b"x".to_vec()),
            Err(ExtensionError::Twice("name"))
        );
    }

    #[test]
    fn a_size_must_be_that_of_the_header() {
        let extension = pax(b"10 size=7\n").unwrap();
        assert_eq!(extension.check_size(b"a", 7), Ok(()));
        assert!(matches!(
            extension.check_size(b"a", 8),
            Err(ExtensionError::Resized {
                header: 8,
                pax: 7,
                ..
            })
        ));
    }
}
