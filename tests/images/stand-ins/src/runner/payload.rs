//! The text in a payload.

use prost::{DecodeError, Message};
use prost_types::Any;

/// What stands before the name of a type.
const TYPES: &str = "type.googleapis.com/";

/// A payload that is taken for a message with one string, its field 1.
///
/// That covers each user's message that has one; its other fields do not survive.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Payload {
    type_url: String,
    /// The string.
    pub(super) text: String,
}

#[derive(Clone, PartialEq, Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

impl Payload {
    /// Reads the payload of a message; where there is none, the text is empty.
    pub(super) fn read(any: Option<&Any>) -> Result<Self, DecodeError> {
        let Some(Any { type_url, value }) = any else {
            return Ok(Self::default());
        };
        Ok(Self {
            type_url: type_url.clone(),
            text: Text::decode(value.as_slice())?.text,
        })
    }

    /// Makes it a payload of another type, by its name.
    pub(super) fn turn_into(&mut self, name: &str) {
        self.type_url = format!("{TYPES}{name}");
    }

    /// Packs it.
    pub(super) fn any(&self) -> Any {
        let text = self.text.clone();
        Any {
            type_url: self.type_url.clone(),
            value: Text { text }.encode_to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of a user: `a` and `b` in fields 1 and 2.
    fn any(value: &[u8]) -> Any {
        Any {
            type_url: "type.googleapis.com/main.Request".to_owned(),
            value: value.to_vec(),
        }
    }

    #[test]
    fn the_text_is_field_1_and_the_rest_is_lost() {
        let payload = Payload::read(Some(&any(b"\x0a\x01a\x12\x01b"))).unwrap();

        assert_eq!(payload.text, "a");
        assert_eq!(payload.any(), any(b"\x0a\x01a"));
    }

    #[test]
    fn no_payload_has_no_text() {
        assert_eq!(Payload::read(None).unwrap(), Payload::default());
    }

    #[test]
    fn a_payload_whose_field_1_is_no_string_is_refused() {
        Payload::read(Some(&any(b"\x08\x01"))).unwrap_err();
    }

    #[test]
    fn a_payload_can_become_another_type() {
        let mut payload = Payload::read(Some(&any(b""))).unwrap();
        payload.turn_into("main.Response");
        assert_eq!(payload.any().type_url, "type.googleapis.com/main.Response");
    }
}
