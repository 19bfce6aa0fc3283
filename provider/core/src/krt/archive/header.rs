//! The 512-byte blocks between the contents of a tar archive.

use super::quote::quote;

/// Size of a block, in bytes.
pub(super) const BLOCK: usize = 512;

/// A header, or a part of some content.
pub(super) type Block = [u8; BLOCK];

/// What a header says about the bytes that follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The name with its prefix, as it stands there.
    pub(super) name: Vec<u8>,
    /// How many bytes follow, without padding.
    pub(super) size: u64,
    pub(super) kind: Kind,
}

/// What follows a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    /// GNU: the name of the next entry.
    LongName,
    /// GNU: the link target of the next entry.
    LongLink,
    /// Pax: properties of the next entry.
    Local,
    /// Pax: properties of all later entries.
    Global,
    /// Anything else, by its type flag.
    Other(u8),
}

/// Why a block is no header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Its sum is wrong, so it is damaged, or no header at all.
    #[error("header has a wrong checksum")]
    Checksum,
    /// A number in it is none, or negative, or beyond 64 bits.
    #[error("header of `{0}` has a size that is no number")]
    Size(String),
}

/// Reads a header; a block of zeros, which ends an archive, is `None`.
///
/// Names and numbers mean what they mean to Go's `archive/tar`, which the original reads with.
pub(super) fn decode(block: &Block) -> Result<Option<Header>, HeaderError> {
    if block.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let declared = number(field(block, 148, 8)).ok_or(HeaderError::Checksum)?;
    if !sums(block).contains(&declared) {
        return Err(HeaderError::Checksum);
    }
    let name = name(block);
    let Some(size) = number(field(block, 124, 12)).and_then(|size| u64::try_from(size).ok()) else {
        return Err(HeaderError::Size(quote(&name)));
    };
    let kind = match field(block, 156, 1) {
        // Before directories had a type, a slash at the end made one.
        b"\0" if name.ends_with(b"/") => Kind::Directory,
        b"0" | b"\0" => Kind::File,
        b"5" => Kind::Directory,
        b"L" => Kind::LongName,
        b"K" => Kind::LongLink,
        b"x" => Kind::Local,
        b"g" => Kind::Global,
        other => Kind::Other(other.first().copied().unwrap_or_default()),
    };
    Ok(Some(Header { name, size, kind }))
}

/// Writes the header of an entry whose name fits, for which see [`fits`].
///
/// All that differs between machines is fixed: modes 0755 for directories and 0644 for all else
/// (the original loses modes while unpacking), owner 0 without a name, time 0.
pub(super) fn encode(name: &str, size: u64, kind: Kind) -> Block {
    let (prefix, name) = split(name).unwrap_or_default();
    let (flag, mode) = match kind {
        Kind::Directory => (b"5", "0000755"),
        Kind::Local => (b"x", "0000644"),
        _ => (b"0", "0000644"),
    };
    let mut block = [0; BLOCK];
    let mut put = |offset: usize, bytes: &[u8]| {
        for (to, from) in block.iter_mut().skip(offset).zip(bytes) {
            *to = *from;
        }
    };
    put(0, name.as_bytes());
    put(100, mode.as_bytes());
    put(108, b"0000000");
    put(116, b"0000000");
    put(124, format!("{size:011o}").as_bytes());
    put(136, b"00000000000");
    put(148, b"        ");
    put(156, flag);
    put(257, b"ustar\x0000");
    put(329, b"0000000");
    put(337, b"0000000");
    put(345, prefix.as_bytes());
    let sum: u32 = block.iter().copied().map(u32::from).sum();
    for (to, from) in block
        .iter_mut()
        .skip(148)
        .zip(format!("{sum:06o}\0 ").bytes())
    {
        *to = from;
    }
    block
}

/// Whether a header has room for the name: ASCII, as its standard demands, and short enough.
pub(super) fn fits(name: &str) -> bool {
    name.is_ascii() && split(name).is_some()
}

/// Splits a name into the prefix and name of a header, at the last slash where both fit.
fn split(name: &str) -> Option<(&str, &str)> {
    if name.len() <= 100 {
        return Some(("", name));
    }
    name.rmatch_indices('/')
        .filter_map(|(at, _)| Some((name.get(..at)?, name.get(at + 1..)?)))
        .find(|(prefix, rest)| prefix.len() <= 155 && (1..=100).contains(&rest.len()))
}

fn field(block: &Block, offset: usize, length: usize) -> &[u8] {
    block.get(offset..offset + length).unwrap_or_default()
}

/// The name with its prefix, whose place depends on the format.
fn name(block: &Block) -> Vec<u8> {
    let prefix = match (field(block, 257, 6), field(block, 508, 4)) {
        (b"ustar\0", b"tar\0") => field(block, 345, 131),
        (b"ustar\0", _) => field(block, 345, 155),
        _ => &[],
    };
    let (prefix, name) = (text(prefix), text(field(block, 0, 100)));
    if prefix.is_empty() {
        return name.to_vec();
    }
    [prefix, name].join(&b'/')
}

/// What stands before the first NUL.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// An octal number between spaces and NULs, or GNU's binary form.
fn number(field: &[u8]) -> Option<i64> {
    if let Some((&first @ 0x80.., rest)) = field.split_first() {
        // Negative numbers have the next bit set too, and mean nothing here.
        let start = Some(i64::from(first & 0x7f)).filter(|_| first & 0x40 == 0)?;
        return rest.iter().try_fold(start, |sum, &byte| {
            sum.checked_mul(256)?.checked_add(i64::from(byte))
        });
    }
    let is_padding = |byte: &u8| matches!(byte, b' ' | 0);
    let padding = field.iter().take_while(|byte| is_padding(byte)).count();
    let digits = text(field.get(padding..).unwrap_or_default()).trim_ascii_end();
    if digits.is_empty() {
        return Some(0);
    }
    digits.iter().try_fold(0_i64, |sum, byte| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(i64::from(byte - b'0')),
        _ => None,
    })
}

/// The sums that a header may carry: some writers took bytes as signed.
fn sums(block: &Block) -> [i64; 2] {
    let bytes = || {
        let summed = |(at, &byte): (usize, &u8)| if (148..156).contains(&at) { b' ' } else { byte };
        block.iter().enumerate().map(summed)
    };
    let signed = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    [bytes().map(i64::from).sum(), signed]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn roundtrip(name: &str, size: u64, kind: Kind) {
        let header = decode(&encode(name, size, kind)).unwrap().unwrap();
        assert_eq!(
            header,
            Header {
                name: name.into(),
                size,
                kind
            }
        );
    }

    #[test]
    fn what_is_written_is_read() {
        roundtrip("krt.yml", 0, Kind::File);
        roundtrip("src/", 0, Kind::Directory);
        roundtrip("pax", 27, Kind::Local);
        roundtrip("bin/model", 1 << 30, Kind::File);
    }

    #[test]
    fn long_names_are_split_at_a_slash() {
        let name = format!("{}/{}", "d".repeat(155), "n".repeat(100));
        assert!(fits(&name));
        roundtrip(&name, 1, Kind::File);
        assert!(!fits(&format!("{name}n")));
        assert!(!fits(&"n".repeat(101)));
        assert!(!fits("é"));
    }

    #[test]
    fn a_block_of_zeros_is_no_header() {
        assert_eq!(decode(&[0; BLOCK]), Ok(None));
    }

    #[test]
    fn damage_is_noticed() {
        let mut block = encode("krt.yml", 3, Kind::File);
        block[0] = b'K';
        assert_eq!(decode(&block), Err(HeaderError::Checksum));
    }

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"00000000017\0"), Some(15));
        assert_eq!(number(b"      17 \0\0\0"), Some(15));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"\0 17\0\0\0"), Some(15));
        assert_eq!(number(b"17 17\0"), None);
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]), Some(257));
        assert_eq!(number(&[0xff; 12]), None);
        assert_eq!(
            number(&[
                0x80, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
            ]),
            None
        );
        assert_eq!(number(b"00000000019\0"), None);
        assert_eq!(number(b"-0000000001\0"), None);
    }
}
