//! Lists inside a row: sets of texts, and places of two numbers.
//!
//! A list in a row must become one value, since a column has one value a row, or rows of a table of its own. Three
//! meanings are common enough in data of customers to be taken without asking:
//!
//! | in Rust | becomes |
//! | --- | --- |
//! | `Vec<String>`, `BTreeSet<&str>`, `Vec<Need>` (variants without data) | a set |
//! | an empty list | an empty set: known to be none |
//! | `(f64, f64)`, `[f64; 2]`, `struct Place(f64, f64)` | a place: latitude, longitude in degrees |
//! | `(String, String)`, `[String; 3]` | a set |
//! | `Vec<Subscription>`, a list of structs or maps | items of a list of that name |
//! | `Vec<f64>`, `(f64, f64, f64)` | refused: twelve monthly sums are twelve attributes |
//! | a list with `None` or a list in it, or of texts and structs | refused |
//!
//! An empty list is an empty set until some row has an item under that name: then it was a list without items.
//!
//! A `Vec<f64>` with two entries is refused too: whether a list is a place is decided by its type, not by how many
//! entries a row happens to have, so that a column does not change its kind from row to row.
//!
//! Entries are read by [`Text`], which takes everything that is one text (a truth as `true`, a variant by its name, a
//! newtype by what is inside) and keeps numbers apart, so that a list of numbers is seen to be one.
//!
//! # Cost
//!
//! A text is allocated for each entry, besides the list of them: lists are the slow fields of a row, where nothing else
//! allocates. Sets of customers are small, and keeping a buffer alive between rows has not been needed.

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeTuple, SerializeTupleStruct};

use crate::error::{Error, Result};
use crate::read::fields::{Fields, Name};
use crate::value::{GeoPoint, Value};

use super::row::{Row, RowError};

/// A list that is a field: texts are a set, a tuple of two numbers is a place.
///
/// Entries are collected until the end, for only then it is clear what the list is.
pub(crate) struct List<'f, 'n> {
    fields: &'f mut Fields,
    prefix: usize,
    name: Name<'n>,
    /// Whether the number of entries is fixed to two.
    pair: bool,
    texts: Vec<String>,
    numbers: Vec<f64>,
    /// How many of the entries were items.
    items: usize,
}

impl<'f, 'n> List<'f, 'n> {
    /// `pair` is true for tuples, tuple structs and arrays of two entries.
    pub(super) fn new(fields: &'f mut Fields, prefix: usize, name: Name<'n>, pair: bool) -> Self {
        List { fields, prefix, name, pair, texts: Vec::new(), numbers: Vec::new(), items: 0 }
    }

    /// # Errors
    /// If the entry is no text, number or item, or is none while others are items, with the name of the field.
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        if self.items > 0 {
            return self.push_item(value);
        }
        let (mut text, mut number, mut record) = (String::new(), None, false);
        let may_be_item = self.texts.is_empty() && self.numbers.is_empty();
        let entry = Text { text: &mut text, number: &mut number, record: Some(&mut record), what: "an entry of a set" };
        let pushed = value.serialize(entry);
        if record && may_be_item {
            return self.push_item(value);
        }
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

    /// The fields of an item go to the table of the list's items, as those of a row go to the table of rows.
    ///
    /// # Errors
    /// If it is no struct or map, or one of its fields cannot be read, with the list in the field's name.
    fn push_item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        self.items += 1;
        let items = self.fields.begin_item(self.prefix, self.name)?;
        let pushed = value.serialize(Row::root(items));
        items.end_row();
        pushed
    }

    /// A set is stored with each text once; order and repetition are those of the first appearance.
    ///
    /// # Errors
    /// If there are numbers and it is no place, or the place is not on the earth, with the name of the field.
    fn finish(self) -> Result<(), RowError> {
        let List { fields, prefix, name, pair, texts, numbers, items } = self;
        if items > 0 {
            return Ok(());
        }
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

/// `Vec`, slices, sets: any number of entries.
impl SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = RowError;

    /// Each entry is read as it comes; the first that is no text or number ends the row.
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        self.push(value)
    }

    /// The list is complete: it becomes a value now.
    fn end(self) -> Result<(), RowError> {
        self.finish()
    }
}

/// Tuples and arrays.
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

/// `struct Place(f64, f64)`.
impl SerializeTupleStruct for List<'_, '_> {
    type Ok = ();
    type Error = RowError;

    /// An entry, as of a list.
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), RowError> {
        self.push(value)
    }

    fn end(self) -> Result<(), RowError> {
        self.finish()
    }
}

/// What must be one text: a key of a map, an entry of a set. A number is a text as it is written, and is kept as a
/// number too.
///
/// `text` is appended to and must be empty before; `what` names in messages what the text stands for.
pub(super) struct Text<'a> {
    pub(super) text: &'a mut String,
    pub(super) number: &'a mut Option<f64>,
    /// Where it is said that a struct or a map was found, if anybody asks.
    pub(super) record: Option<&'a mut bool>,
    pub(super) what: &'static str,
}

impl Text<'_> {
    /// As `an entry of a set is a struct, expected a text`.
    fn refused(&self, found: &str) -> RowError {
        RowError::from(Error::definition(format!("{} is {found}, expected a text", self.what)))
    }

    /// No text, but fields of its own.
    ///
    /// Whoever asks may serialize the entry again, as an item; nothing was read of it yet.
    fn record(self, found: &str) -> RowError {
        let error = self.refused(found);
        if let Some(record) = self.record {
            *record = true;
        }
        error
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

/// What is refused: bytes, absences (`None`, `()`), lists, maps, structs and variants with data.
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

    /// `true` or `false`.
    fn serialize_bool(self, value: bool) -> Result<(), RowError> {
        self.serialize_str(if value { "true" } else { "false" })
    }

    /// One character is a text.
    fn serialize_char(self, value: char) -> Result<(), RowError> {
        self.text.push(value);
        Ok(())
    }

    /// As it is: nothing is trimmed, and an empty text stays an empty text.
    fn serialize_str(self, text: &str) -> Result<(), RowError> {
        self.text.push_str(text);
        Ok(())
    }

    /// Bytes may be no text.
    fn serialize_bytes(self, _: &[u8]) -> Result<(), RowError> {
        Err(self.refused("bytes"))
    }

    /// A set says what is in it: nobody can be unsure of an entry.
    fn serialize_none(self) -> Result<(), RowError> {
        Err(self.refused("missing"))
    }

    /// The entry inside.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    /// An entry that is said not to be there is no entry.
    fn serialize_unit(self) -> Result<(), RowError> {
        Err(self.refused("null"))
    }

    /// Its name.
    fn serialize_unit_struct(self, name: &'static str) -> Result<(), RowError> {
        self.serialize_str(name)
    }

    /// The variant's name as serde has it, after `rename`.
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), RowError> {
        self.serialize_str(variant)
    }

    /// `struct Sku(String)` is its text.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), RowError> {
        value.serialize(self)
    }

    /// Of `Paid(day)` neither the name nor the day alone would be the entry.
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<(), RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }

    /// A set of sets has no place in a column.
    fn serialize_seq(self, _: Option<usize>) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a list"))
    }

    /// Nor has a list of places.
    fn serialize_tuple(self, _: usize) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a list"))
    }

    /// As a tuple.
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused("a list"))
    }

    /// As every variant with data.
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.refused(&format!("variant `{variant}` with data")))
    }

    /// Things with fields of their own are rows of a table of their own: items of a list.
    fn serialize_map(self, _: Option<usize>) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.record("a map"))
    }

    /// As a map.
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), RowError>, RowError> {
        Err(self.record("a struct"))
    }

    /// As every variant with data.
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
