//! The serializer of one row: each field goes to its column.
//!
//! Serde asks a row to describe itself; this serializer listens and puts each value into the column of its field,
//! without a value tree in between. There are two levels: the row itself, which must be a struct or a map, and a field
//! in it.
//!
//! | serde calls a field | becomes |
//! | --- | --- |
//! | bool | a truth |
//! | i8 … i128, u8 … u128 | a whole number; a number where 64 bits do not hold it |
//! | f32, f64 | a number; invalid where it is not finite |
//! | char, str | a text |
//! | none, some | *missing*, what is inside |
//! | unit (`()`) | *null* |
//! | unit struct, unit variant | a text: its name |
//! | newtype struct | what is inside: `struct Euros(f64)` is a number |
//! | seq, tuple, tuple struct | a set of texts; two numbers of a tuple a place; structs or maps items of a list |
//! | struct, map | fields of their own behind a dot: `address.city`, at any depth |
//! | bytes, variants with data | refused |
//!
//! Variants with data are refused because they have no column to go to: `Paid { on }` beside `Open` would need two, and
//! which one is a question that segments should not answer by accident. Flatten or rename them with serde's attributes,
//! or give a method's result instead.
//!
//! A field that `skip_serializing_if` leaves out is *missing*, as is one that only some maps have.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeStruct};

use crate::error::{Error, Result};
use crate::read::fields::{Fields, Name, ROOT};
use crate::value::{AsValue, Value};

use super::list::{List, Text};

/// An error on its way through serde.
///
/// Serde wants an error type of its own making; this one carries ours through unchanged, and words of the row's own
/// `Serialize` implementation as [`Error::format`].
#[derive(Debug)]
pub(crate) struct RowError(Error);

impl RowError {
    /// What callers outside serde see.
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

/// The words of a `Serialize` implementation that refuses its value, as a date out of range may.
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
///
/// `prefix` is the number that [`Fields::nest`] gave for the structs around it.
pub(crate) struct Row<'f, 'n> {
    fields: &'f mut Fields,
    prefix: usize,
    /// `None`: the row itself.
    name: Option<Name<'n>>,
}

impl<'f> Row<'f, '_> {
    /// The start of a row. The caller ends the row with [`Fields::end_row`], whatever comes of it.
    pub(crate) fn root(fields: &'f mut Fields) -> Self {
        Row { fields, prefix: ROOT, name: None }
    }
}

impl<'f, 'n> Row<'f, 'n> {
    /// Refused where it is the row itself: a list of numbers has no names for its columns.
    #[inline]
    fn set(self, value: Value<'_>) -> Result<(), RowError> {
        match self.name {
            Some(name) => Ok(self.fields.set(self.prefix, name, value)?),
            None => Err(self.refused(&value.in_words())),
        }
    }

    /// The fields inside a struct or map.
    ///
    /// A struct in a struct adds no level of rows: there is one row, and its fields have longer names.
    fn inside(self) -> Inside<'f> {
        let prefix = self.name.map_or(ROOT, |name| self.fields.nest(self.prefix, name));
        Inside { fields: self.fields, prefix, key: String::new() }
    }

    /// `pair`: it has two entries by its type, as `(f64, f64)` has, and may be a place.
    fn list(self, pair: bool) -> Result<List<'f, 'n>, RowError> {
        match self.name {
            Some(name) => Ok(List::new(self.fields, self.prefix, name, pair)),
            None => Err(self.refused("a list")),
        }
    }

    /// Names the row, or the field with those it is nested in; the caller adds the row's number.
    #[cold]
    fn refused(&self, found: &str) -> RowError {
        RowError(match &self.name {
            None => {
                let row = self.fields.row_in_words();
                Error::format(format!("{row} is {found}, expected a struct or a map"))
            }
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

/// Each method is one line of the table above; those that are called once a value are inlined into the caller's
/// `Serialize`, which is what makes a value cost a few nanoseconds.
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

    /// Beyond 64 bits it is the nearest number, as of every integer.
    fn serialize_i128(self, value: i128) -> Result<(), RowError> {
        self.set(i64::try_from(value).map_or(Value::Number(value as f64), Value::Integer))
    }

    fn serialize_u128(self, value: u128) -> Result<(), RowError> {
        self.set(i64::try_from(value).map_or(Value::Number(value as f64), Value::Integer))
    }

    /// Written on the stack: no text is made for it.
    fn serialize_char(self, value: char) -> Result<(), RowError> {
        self.set(Value::Text(value.encode_utf8(&mut [0; 4])))
    }

    /// Bytes have no writing that both sides would agree on.
    fn serialize_bytes(self, _: &[u8]) -> Result<(), RowError> {
        Err(self.refused("bytes"))
    }

    /// A field that is there and empty is one of which nobody said: `Option` is how types say so.
    fn serialize_none(self) -> Result<(), RowError> {
        self.set(Value::Missing)
    }

    /// The value itself: an `Option` around it leaves no trace.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    /// Somebody said that there is none. serde_json's `Value::Null` comes here too.
    fn serialize_unit(self) -> Result<(), RowError> {
        self.set(Value::Null)
    }

    /// Its name as a text, as of a variant.
    fn serialize_unit_struct(self, name: &'static str) -> Result<(), RowError> {
        self.serialize_unit_variant(name, 0, name)
    }

    /// The name as serde has it, after `rename`; known again by its address.
    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), RowError> {
        match self.name {
            Some(name) => Ok(self.fields.set_variant(self.prefix, name, variant)?),
            None => Err(self.refused(&format!("text `{variant}`"))),
        }
    }

    /// `struct Euros(f64)` is its number.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    /// Refused: see the table above.
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<(), RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }

    /// A list of any length: texts, as a set.
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'f, 'n>, RowError> {
        self.list(false)
    }

    /// Two entries may be a place; other tuples are sets of texts.
    fn serialize_tuple(self, len: usize) -> Result<List<'f, 'n>, RowError> {
        self.list(len == 2)
    }

    /// As a tuple: `struct Place(f64, f64)` is a place.
    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<List<'f, 'n>, RowError> {
        self.list(len == 2)
    }

    /// Refused: see the table above.
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }

    /// Its keys name the fields; they must be texts or numbers.
    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'f>, RowError> {
        Ok(self.inside())
    }

    /// The common case: a row, or a struct in it.
    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'f>, RowError> {
        Ok(self.inside())
    }

    /// Refused: see the table above.
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
///
/// Serves structs, whose names are static, and maps, whose keys are read into `key` first and are known by their text.
pub(crate) struct Inside<'f> {
    fields: &'f mut Fields,
    prefix: usize,
    /// The key of a map, while its value has not come.
    key: String,
}

/// Fields of a struct: no key is copied, and a field is found again by the address of its name.
///
/// The struct's own name plays no part.
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

/// Keys of a map: one buffer for all of them, overwritten by the next. A key that occurs twice is an error of the
/// column it goes to.
impl SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = RowError;

    /// Kept until its value comes.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), RowError> {
        self.key.clear();
        key.serialize(Text { text: &mut self.key, number: &mut None, record: None, what: "a key of a map" })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        value.serialize(Row { fields: self.fields, prefix: self.prefix, name: Some(Name::Borrowed(&self.key)) })
    }

    fn end(self) -> Result<(), RowError> {
        Ok(())
    }
}
