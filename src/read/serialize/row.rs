//! The serializer of one row: each field goes to its column.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeStruct};

use crate::error::{Error, Result};
use crate::read::fields::{Fields, Name, ROOT};
use crate::value::{AsValue, Value};

use super::list::{List, Text};

/// An error on its way through serde.
#[derive(Debug)]
pub(crate) struct RowError(Error);

impl RowError {
    pub(crate) fn into_error(self) -> Error {
        self.0
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for RowError {}

impl ser::Error for RowError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        RowError(Error::format(message.to_string()))
    }
}

impl From<Error> for RowError {
    fn from(error: Error) -> Self {
        RowError(error)
    }
}

/// What is being serialized: the row itself, or the field of that name.
pub(crate) struct Row<'f, 'n> {
    fields: &'f mut Fields,
    prefix: usize,
    /// `None`: the row itself.
    name: Option<Name<'n>>,
}

impl<'f> Row<'f, '_> {
    pub(crate) fn root(fields: &'f mut Fields) -> Self {
        Row { fields, prefix: ROOT, name: None }
    }
}

impl<'f, 'n> Row<'f, 'n> {
    #[inline]
    fn set(self, value: Value<'_>) -> Result<(), RowError> {
        match self.name {
            Some(name) => Ok(self.fields.set(self.prefix, name, value)?),
            None => Err(self.refused(&value.in_words())),
        }
    }

    /// The fields inside a struct or map.
    fn inside(self) -> Inside<'f> {
        let prefix = self.name.map_or(ROOT, |name| self.fields.nest(self.prefix, name));
        Inside { fields: self.fields, prefix, key: String::new() }
    }

    fn list(self, pair: bool) -> Result<List<'f, 'n>, RowError> {
        match self.name {
            Some(name) => Ok(List::new(self.fields, self.prefix, name, pair)),
            None => Err(self.refused("a list")),
        }
    }

    #[cold]
    fn refused(&self, found: &str) -> RowError {
        RowError(match &self.name {
            None => Error::format(format!("a row is {found}, expected a struct or a map")),
            Some(name) => {
                Error::wrong_kind(self.fields.full_name(self.prefix, *name), found, "one value or a set of texts")
            }
        })
    }
}

macro_rules! scalars {
    ($($method:ident $scalar:ty),*) => {$(
        #[inline]
        fn $method(self, value: $scalar) -> Result<(), RowError> {
            self.set(value.as_value())
        }
    )*};
}

impl<'f, 'n> ser::Serializer for Row<'f, 'n> {
    type Ok = ();
    type Error = RowError;
    type SerializeSeq = List<'f, 'n>;
    type SerializeTuple = List<'f, 'n>;
    type SerializeTupleStruct = List<'f, 'n>;
    type SerializeTupleVariant = Impossible<(), RowError>;
    type SerializeMap = Inside<'f>;
    type SerializeStruct = Inside<'f>;
    type SerializeStructVariant = Impossible<(), RowError>;

    scalars!(
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32, serialize_f64 f64,
        serialize_str &str
    );

    fn serialize_i128(self, value: i128) -> Result<(), RowError> {
        self.set(i64::try_from(value).map_or(Value::Number(value as f64), Value::Integer))
    }

    fn serialize_u128(self, value: u128) -> Result<(), RowError> {
        self.set(i64::try_from(value).map_or(Value::Number(value as f64), Value::Integer))
    }

    fn serialize_char(self, value: char) -> Result<(), RowError> {
        self.set(Value::Text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), RowError> {
        Err(self.refused("bytes"))
    }

    fn serialize_none(self) -> Result<(), RowError> {
        self.set(Value::Missing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), RowError> {
        self.set(Value::Null)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), RowError> {
        self.serialize_unit_variant(name, 0, name)
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), RowError> {
        match self.name {
            Some(name) => Ok(self.fields.set_variant(self.prefix, name, variant)?),
            None => Err(self.refused(&format!("text `{variant}`"))),
        }
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

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'f, 'n>, RowError> {
        self.list(false)
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'f, 'n>, RowError> {
        self.list(len == 2)
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<List<'f, 'n>, RowError> {
        self.list(len == 2)
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

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'f>, RowError> {
        Ok(self.inside())
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'f>, RowError> {
        Ok(self.inside())
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

/// The fields inside a struct or map.
pub(crate) struct Inside<'f> {
    fields: &'f mut Fields,
    prefix: usize,
    /// The key of a map, while its value has not come.
    key: String,
}

impl SerializeStruct for Inside<'_> {
    type Ok = ();
    type Error = RowError;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), RowError> {
        value.serialize(Row { fields: self.fields, prefix: self.prefix, name: Some(Name::Static(key)) })
    }

    fn end(self) -> Result<(), RowError> {
        Ok(())
    }
}

impl SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = RowError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), RowError> {
        self.key.clear();
        key.serialize(Text { text: &mut self.key, number: &mut None, what: "a key of a map" })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        value.serialize(Row { fields: self.fields, prefix: self.prefix, name: Some(Name::Borrowed(&self.key)) })
    }

    fn end(self) -> Result<(), RowError> {
        Ok(())
    }
}
