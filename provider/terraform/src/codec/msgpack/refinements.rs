//! Unknown values in msgpack, with what is promised of them.
//!
//! They are extensions: of one byte if nothing is promised, else a map from small integers.

use rmp::{
    Marker,
    decode::read_ext_meta,
    encode::{ByteBuf, RmpWrite, write_ext_meta},
};

use super::{
    decode::{Decoder, is_extension, is_text},
    encode::{Encoder, length},
};
use crate::{
    codec::{CodecError, Problem},
    number::Number,
    types::Type,
    value::{Refinements, Value, normal_form},
};

/// An unknown value without promises, byte for byte as hosts write it.
const PLAIN: [u8; 3] = [0xd4, 0, 0];

/// The code of an extension that holds promises.
const CODE: i8 = 12;

/// The most bytes of promises that are read; hosts refuse more as well.
const MAX_PAYLOAD: usize = 1_024;

/// The most bytes of a string prefix that are written.
const MAX_PREFIX: usize = 256;

const NULL: i64 = 1;
const PREFIX: i64 = 2;
const LEAST: i64 = 3;
const GREATEST: i64 = 4;
const MIN_LENGTH: i64 = 5;
const MAX_LENGTH: i64 = 6;

impl Encoder {
    pub(super) fn unknown(
        &mut self,
        refinements: &Refinements,
        ty: &Type,
    ) -> Result<(), CodecError> {
        let mut promises = Self {
            bytes: ByteBuf::new(),
        };
        let count = promises.promises(refinements, ty)?;
        let mut payload = Self {
            bytes: ByteBuf::new(),
        };
        payload.map_length(count)?;
        payload.raw(promises.bytes.as_slice());
        let payload = payload.bytes.as_slice();
        // Promises beyond the limit, such as bounds of a thousand digits, would not be read.
        if count == 0 || payload.len() > MAX_PAYLOAD {
            self.raw(&PLAIN);
            return Ok(());
        }
        let Ok(_) = write_ext_meta(&mut self.bytes, length(payload.len())?, CODE);
        self.raw(payload);
        Ok(())
    }

    /// Writes the promises that suit the type, and returns how many they are.
    fn promises(&mut self, refinements: &Refinements, ty: &Type) -> Result<usize, CodecError> {
        let Refinements {
            null,
            prefix,
            least,
            greatest,
            min_length,
            max_length,
        } = refinements;
        let mut count = 0;
        if let Some(null) = null.filter(|_| *ty != Type::Dynamic) {
            count += 1;
            self.integer(NULL);
            self.bool(null);
        }
        match ty {
            Type::String => count += self.prefix(prefix.as_deref())?,
            Type::Number => {
                count += self.bound(LEAST, least.as_ref())?;
                count += self.bound(GREATEST, greatest.as_ref())?;
            }
            Type::List(_) | Type::Set(_) | Type::Map(_) => {
                count += self.size(MIN_LENGTH, *min_length);
                count += self.size(MAX_LENGTH, *max_length);
            }
            Type::Bool | Type::Dynamic | Type::Object(_) | Type::Tuple(_) => {}
        }
        Ok(count)
    }

    fn prefix(&mut self, prefix: Option<&str>) -> Result<usize, CodecError> {
        let Some(prefix) = prefix else {
            return Ok(0);
        };
        let prefix = normal_form(prefix);
        let end = prefix.floor_char_boundary(MAX_PREFIX);
        self.integer(PREFIX);
        self.text(prefix.get(..end).unwrap_or_default())?;
        Ok(1)
    }

    fn bound(&mut self, key: i64, bound: Option<&(Number, bool)>) -> Result<usize, CodecError> {
        let Some((number, inclusive)) = bound else {
            return Ok(0);
        };
        self.integer(key);
        self.array_length(2)?;
        self.number(number)?;
        self.bool(*inclusive);
        Ok(1)
    }

    /// Writes a number of elements; one that hosts cannot count promises nothing.
    fn size(&mut self, key: i64, size: Option<u64>) -> usize {
        let Some(size) = size.and_then(|size| i64::try_from(size).ok()) else {
            return 0;
        };
        self.integer(key);
        self.integer(size);
        1
    }

    fn raw(&mut self, bytes: &[u8]) {
        let Ok(()) = self.bytes.write_bytes(bytes);
    }
}

impl<'bytes> Decoder<'bytes> {
    pub(super) fn unknown(&mut self, ty: &Type) -> Result<Refinements, CodecError> {
        let (code, payload) = self.extension()?;
        if payload.len() <= 1 {
            return Ok(Refinements::default());
        }
        if code != CODE || payload.len() > MAX_PAYLOAD {
            return Err(Problem::Refinements.into());
        }
        Decoder { rest: payload }
            .promises(ty)
            .map_err(|_| Problem::Refinements.into())
    }

    /// Reads promises; bytes after them are left for versions of the format to come.
    fn promises(&mut self, ty: &Type) -> Result<Refinements, CodecError> {
        let mut refinements = Refinements::default();
        let count = self.map_length("a map")?;
        if *ty == Type::Dynamic {
            return Ok(refinements);
        }
        for _ in 0..count {
            self.promise(&mut refinements, ty)?;
        }
        Ok(refinements)
    }

    fn promise(&mut self, refinements: &mut Refinements, ty: &Type) -> Result<(), CodecError> {
        let is_collection = matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_));
        match i64::try_from(self.integer()?) {
            Ok(NULL) => refinements.null = Some(self.bool()?),
            Ok(PREFIX) if *ty == Type::String => {
                let prefix = normal_form(self.text("a string")?);
                refinements.prefix = Some(prefix.into_owned());
            }
            Ok(LEAST) if *ty == Type::Number => refinements.least = Some(self.read_bound()?),
            Ok(GREATEST) if *ty == Type::Number => refinements.greatest = Some(self.read_bound()?),
            Ok(MIN_LENGTH) if is_collection => refinements.min_length = Some(self.read_size()?),
            Ok(MAX_LENGTH) if is_collection => refinements.max_length = Some(self.read_size()?),
            Ok(PREFIX..=MAX_LENGTH) => return Err(Problem::Refinements.into()),
            _ => self.skip()?,
        }
        Ok(())
    }

    fn read_bound(&mut self) -> Result<(Number, bool), CodecError> {
        let pair = Type::Tuple(vec![Type::Number, Type::Bool]);
        match self.value(&pair, 0)? {
            Value::Tuple(pair) => match pair.as_slice() {
                [Value::Number(number), Value::Bool(inclusive)] => Ok((number.clone(), *inclusive)),
                _ => Err(Problem::Refinements.into()),
            },
            _ => Err(Problem::Refinements.into()),
        }
    }

    fn read_size(&mut self) -> Result<u64, CodecError> {
        u64::try_from(self.integer()?).map_err(|_| Problem::Refinements.into())
    }

    /// Leaves out one value of whatever kind, without recursion.
    fn skip(&mut self) -> Result<(), CodecError> {
        let mut pending = 1_usize;
        while pending > 0 {
            pending -= 1;
            match self.peek()? {
                Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                    pending += self.array_length("an array")?;
                }
                Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                    pending += 2 * self.map_length("a map")?;
                }
                Marker::Null | Marker::True | Marker::False => drop(self.take(1)?),
                Marker::F32 => drop(self.take(5)?),
                Marker::F64 => drop(self.take(9)?),
                text if is_text(text) => drop(self.text_bytes("a string")?),
                extension if is_extension(extension) => drop(self.extension()?),
                _ => drop(self.integer()?),
            }
        }
        Ok(())
    }

    /// Reads the code and the payload of an extension.
    fn extension(&mut self) -> Result<(i8, &'bytes [u8]), CodecError> {
        let meta = read_ext_meta(&mut self.rest).map_err(|_| Problem::Truncated)?;
        let payload = self.take(usize::try_from(meta.size).unwrap_or(usize::MAX))?;
        Ok((meta.typeid, payload))
    }
}
