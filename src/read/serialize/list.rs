//! Lists inside a row: sets of texts, and places of two numbers.

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct};

use crate::error::{Error, Result};
use crate::read::fields::{Fields, Name};
use crate::value::{GeoPoint, Value};

use super::row::RowError;

/// A list that is a field: texts are a set, a tuple of two numbers is a place.
pub(crate) struct List<'f, 'n> {
    fields: &'f mut Fields,
    prefix: usize,
    name: Name<'n>,
    /// Whether the number of entries is fixed to two.
    pair: bool,
    texts: Vec<String>,
    numbers: Vec<f64>,
}

impl<'f, 'n> List<'f, 'n> {
    pub(super) fn new(fields: &'f mut Fields, prefix: usize, name: Name<'n>, pair: bool) -> Self {
        List { fields, prefix, name, pair, texts: Vec::new(), numbers: Vec::new() }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        let (mut text, mut number) = (String::new(), None);
        let pushed = value.serialize(Text { text: &mut text, number: &mut number, what: "an entry of a set" });
        pushed.map_err(|error| {
            let message = error.into_error().to_string();
            let name = self.fields.full_name(self.prefix, self.name);
            RowError::from(Error::definition(format!("attribute `{name}`: {message}")))
        })?;
        match number {
            Some(number) => self.numbers.push(number),
            None => self.texts.push(text),
        }
        Ok(())
    }

    fn finish(self) -> Result<(), RowError> {
        let List { fields, prefix, name, pair, texts, numbers } = self;
        match (pair, numbers.as_slice()) {
            (_, []) => Ok(fields.set(prefix, name, Value::Set(texts.as_slice().into()))?),
            (true, [latitude, longitude]) => {
                let point = GeoPoint::new(*latitude, *longitude).map_err(|error| {
                    Error::definition(format!("attribute `{}`: {error}", fields.full_name(prefix, name)))
                })?;
                Ok(fields.set(prefix, name, Value::Point(point))?)
            }
            _ => {
                let name = fields.full_name(prefix, name);
                Err(Error::wrong_kind(name, "a list of numbers", "one value or a set of texts").into())
            }
        }
    }
}

impl SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = RowError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        self.push(value)
    }

    fn end(self) -> Result<(), RowError> {
        self.finish()
    }
}

impl SerializeTuple for List<'_, '_> {
    type Ok = ();
    type Error = RowError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        self.push(value)
    }

    fn end(self) -> Result<(), RowError> {
        self.finish()
    }
}

impl SerializeTupleStruct for List<'_, '_> {
    type Ok = ();
    type Error = RowError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        self.push(value)
    }

    fn end(self) -> Result<(), RowError> {
        self.finish()
    }
}

/// What must be one text: a key of a map, an entry of a set. A number is a text as it is written, and is kept as a
/// number too.
pub(super) struct Text<'a> {
    pub(super) text: &'a mut String,
    pub(super) number: &'a mut Option<f64>,
    pub(super) what: &'static str,
}

impl Text<'_> {
    fn refused(&self, found: &str) -> RowError {
        RowError::from(Error::definition(format!("{} is {found}, expected a text", self.what)))
    }
}

macro_rules! numbers {
    ($($method:ident $scalar:ty),*) => {$(
        fn $method(self, value: $scalar) -> Result<(), RowError> {
            *self.text = value.to_string();
            *self.number = Some(value as f64);
            Ok(())
        }
    )*};
}

impl ser::Serializer for Text<'_> {
    type Ok = ();
    type Error = RowError;
    type SerializeSeq = Impossible<(), RowError>;
    type SerializeTuple = Impossible<(), RowError>;
    type SerializeTupleStruct = Impossible<(), RowError>;
    type SerializeTupleVariant = Impossible<(), RowError>;
    type SerializeMap = Impossible<(), RowError>;
    type SerializeStruct = Impossible<(), RowError>;
    type SerializeStructVariant = Impossible<(), RowError>;

    numbers!(
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128,
        serialize_f32 f32, serialize_f64 f64
    );

    fn serialize_bool(self, value: bool) -> Result<(), RowError> {
        self.serialize_str(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result<(), RowError> {
        self.text.push(value);
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), RowError> {
        self.text.push_str(text);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), RowError> {
        Err(self.refused("bytes"))
    }

    fn serialize_none(self) -> Result<(), RowError> {
        Err(self.refused("missing"))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), RowError> {
        Err(self.refused("null"))
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), RowError> {
        self.serialize_str(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), RowError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<(), RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a list"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a list"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a list"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a map"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a struct"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }
}
