//! Texts within addresses.

use std::fmt::Write as _;

/// Escapes every byte of a text that could end a part of an address, but for letters, digits,
/// `-._~` and what is `plain` besides.
pub fn escaped(text: &str, plain: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
